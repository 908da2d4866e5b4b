import { pino } from 'pino'
import type { Report } from '../model/events.ts'
import { printable } from '../model/printable.ts'
import { isJournal, prioritised } from './journal.ts'
import { contentOf, levelOf } from './line.ts'
import { isTerminal, standardOutput, wantsColour, type Destination } from './output.ts'
import { renderPretty } from './pretty.ts'
import type { Level } from './row.ts'

export interface LogOptions {
  /** Events below it are left out. */
  readonly level: LogLevel
  /** Left out: `pretty` on a terminal, else `json`. */
  readonly format?: LogFormat | undefined
  /** Default: standard output. */
  readonly destination?: Destination
  /** Whether lines carry their priority for the journal. Default: where systemd has connected standard output to it. */
  readonly journal?: boolean
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

export type LogFormat = 'json' | 'pretty'

export interface Log {
  /** An event in, a line out. The line is written when it returns: there is nothing to flush. Never throws. */
  readonly report: Report
  /** Events below it are left out from now on. */
  readonly setLevel: (level: LogLevel) => void
}

/**
 * The daemon's voice: one JSON object a line (`level`, `time`, `event`, the event's fields, `msg`), or the same for people. What an
 * event says in its own `msg` stands in the line's `error`; the line's `msg` is the whole sentence.
 */
export function openLog({ level, format, destination, journal }: LogOptions): Log {
  const onTerminal = destination === undefined && isTerminal()
  const pretty = (format ?? (onTerminal ? 'pretty' : 'json')) === 'pretty'
  const inJournal = journal ?? (destination === undefined && isJournal(process.env))
  let current: Level = 'info'
  const output = destination ?? standardOutput()
  const lines = inJournal ? { write: (text: string) => output.write(prioritised(text, current)) } : output
  const write = pretty ? prettyWriter(lines, onTerminal && wantsColour(process.env)) : jsonWriter(lines)
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
  return {
    setLevel: (next) => (logger.level = next),
    report: (event) => {
      current = levelOf(event)
      if (logger.isLevelEnabled(current)) logger[current](...contentOf(event))
    },
  }
}

/** JSON has escaped the C0 controls; outside of its strings there is none but the end of the line, which is not part of it. */
function jsonWriter(destination: Destination): (line: string) => void {
  return (line) => {
    destination.write(`${printable(line.slice(0, -1))}\n`)
  }
}

function prettyWriter(destination: Destination, colour: boolean): (line: string) => void {
  return (line) => {
    destination.write(renderPretty(JSON.parse(line), colour))
  }
}
