import type { Position } from './position.ts'

export interface Excerpt {
  readonly lines: string
  /** The number of the first of them. */
  readonly first: number
  /** Where the place is now, since a long line is cut at both sides of it. */
  readonly column: number
}

const LINES_ABOVE = 2
const LINES_BELOW = 3

/** A line is shown as far as this from the place. */
const REACH = 80

/** The lines around a place, as a person can take them in: a generated file may be one line of a megabyte. */
export function excerptOf(text: string, { line, column }: Position): Excerpt {
  const first = Math.max(1, line - LINES_ABOVE)
  const start = startOf(text, first)
  const from = Math.max(0, column - 1 - REACH)
  const lines: string[] = []
  for (let at = start; at <= text.length && lines.length <= line - first + LINES_BELOW;) {
    const end = text.indexOf('\n', at)
    const whole = end === -1 ? text.length : end
    lines.push(cut(text.slice(at, whole), from))
    at = whole + 1
  }
  return { lines: lines.join('\n'), first, column: from === 0 ? column : column - from + 1 }
}

function startOf(text: string, line: number): number {
  let start = 0
  for (let count = 1; count < line; count += 1) start = text.indexOf('\n', start) + 1
  return start
}

function cut(line: string, from: number): string {
  const end = from + 2 * REACH
  return `${from === 0 ? '' : '…'}${line.slice(from, end)}${line.length > end ? '…' : ''}`
}
