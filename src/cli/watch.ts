import { pause } from '../gateway/wait.ts'
import { isTerminal, standardOutput } from '../log/output.ts'
import { ENTER, LEAVE, screenOf } from './render/screen.ts'

/** Between two looks, in milliseconds. */
const SHORTEST_MS = 1_000

/** So many times as long as a look took: it is not to keep the daemon from its work. */
const REST = 20

/** Where nothing else is known. */
const USUAL_ROWS = 24

/**
 * Shows a text again and again: on a terminal as a screen that changes, elsewhere once more whenever it is another one.
 * @param look makes the text: lines, each with its end
 * @returns when it is stopped
 */
export async function watch(look: () => Promise<string>, signal: AbortSignal): Promise<void> {
  const output = standardOutput()
  const onTerminal = isTerminal()
  if (onTerminal) output.write(ENTER)
  try {
    for (let shown = ''; !signal.aborted;) {
      const start = performance.now()
      const text = await look()
      if (onTerminal) output.write(screenOf(text, process.stdout.rows ?? USUAL_ROWS))
      else if (text !== shown) output.write(text)
      shown = text
      await pause(Math.max(SHORTEST_MS, REST * (performance.now() - start)), signal)
    }
  } finally {
    if (onTerminal) output.write(LEAVE)
  }
}
