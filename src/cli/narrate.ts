import { rowOf } from '../log/catalogue.ts'
import type { Level } from '../log/row.ts'
import { because } from '../log/words.ts'
import type { Report } from '../model/events.ts'
import { printable } from '../model/printable.ts'
import { LOG_LEVELS, type LogLevel } from '../settings/settings.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Ending } from './failures.ts'
import { complain } from './stderr.ts'

/** What the log would say, as plain sentences on standard error: for commands whose standard output is a document. */
export function narrate(level: LogLevel): Report {
  return (event) => {
    const row = rowOf(event)
    if (reaches(row.level, level)) process.stderr.write(`aigw-sync: ${printable(row.sentence(event))}\n`)
  }
}

/** Whether something of a level is to be said. */
export function reaches(level: Level, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least)
}

/** Says why a command that only looks cannot go on. @returns what the process ends with */
export function giveUp({ failure, exitCode }: Ending): ExitCode {
  return complain({ msg: printable(because(failure)), exitCode })
}
