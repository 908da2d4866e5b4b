import { positionAt } from './position.ts'
import type { Flaw } from './transform.ts'

/** What keeps a text from being JSON, and where, in V8's words. */
export function jsonFlaw(text: string): Flaw | undefined {
  const msg = refusal(text)
  if (msg === undefined) return undefined
  return {
    msg: msg.replace(/( in JSON)? at position .*$|, (\.\.\.)?".*$/s, ''),
    at: positionAt(text, saidOffset(msg, text) ?? offendingOffset(text)),
  }
}

function refusal(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return (error as SyntaxError).message
  }
}

/** Of all its messages only that of an unexpected token lacks it. */
function saidOffset(msg: string, text: string): number | undefined {
  if (msg.startsWith('Unexpected end')) return text.length
  const position = / at position (\d+)/.exec(msg)?.[1]
  return position === undefined ? undefined : Number(position)
}

/**
 * V8 does not always say where, but it says of a beginning cut off in good order that its end is unexpected. The longest such
 * beginning ends where the trouble starts.
 */
function offendingOffset(text: string): number {
  let good = 0
  let bad = text.length + 1
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isBeginning(text.slice(0, middle))) good = middle
    else bad = middle
  }
  return good
}

function isBeginning(text: string): boolean {
  const msg = refusal(text)
  if (msg === undefined) return true
  const position = saidOffset(msg, text)
  return position !== undefined && position >= text.length
}
