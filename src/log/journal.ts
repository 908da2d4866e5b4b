import { fstatSync } from 'node:fs'
import type { Level } from './row.ts'

const STDOUT = 1

/** The priorities of syslog(3). */
const PRIORITIES: Readonly<Record<Level, number>> = { fatal: 2, error: 3, warn: 4, info: 6, debug: 7 }

/** Whether a stream that systemd connected to the journal is standard output still: `JOURNAL_STREAM` in systemd.exec(5). */
export function isJournal({ JOURNAL_STREAM: stream }: NodeJS.ProcessEnv): boolean {
  if (!stream) return false
  const { dev, ino } = fstatSync(STDOUT, { bigint: true })
  return stream === `${dev}:${ino}`
}

/**
 * Tells the journal how grave each line is, with the prefix of sd-daemon(3). It takes the prefix off again: what it keeps is the line
 * as it was.
 */
export function prioritised(text: string, level: Level): string {
  return text.replaceAll(/^(?=.)/gm, `<${PRIORITIES[level]}>`)
}
