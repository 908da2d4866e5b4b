import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'

/** Where lines go. */
export interface Destination {
  /** Takes whole lines, each with its end. */
  readonly write: (text: string) => void
}

const STDOUT = 1

/**
 * Standard output, written at once, and never a reason to fail: a daemon whose reader is gone (EPIPE) or whose disk is full
 * (ENOSPC) goes on with its work. `process.stdout` is left alone: opening it costs time and makes pipes non-blocking.
 */
export function standardOutput(): Destination {
  let isGone = false
  return {
    write: (text) => {
      if (isGone) return
      try {
        writeAll(Buffer.from(text))
      } catch (error) {
        isGone = codeOf(error) === 'EPIPE'
      }
    },
  }
}

/** Whether a terminal is to have colours: `NO_COLOR` (https://no-color.org) and `TERM=dumb` say no. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>): boolean {
  return !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}

export function isTerminal(): boolean {
  return isatty(STDOUT)
}

function writeAll(bytes: Buffer): void {
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(STDOUT, bytes, written)
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error
      pause() // somebody made the pipe non-blocking, and it is full
    }
  }
}

/** What a blocking write would do: wait for the reader. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code
}
