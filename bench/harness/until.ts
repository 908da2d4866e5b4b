import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE_MS = 240_000
const STEP_MS = 10

/** Resolves when a file holds a text. @throws when that does not come to pass within four minutes, with what the file holds instead */
export async function untilSaid(file: string, text: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const said = readFileSync(file, 'utf8')
    if (said.includes(text)) return
    if (performance.now() > deadline) throw new Error(`${text} was waited for in vain; said was:\n${said.slice(-2_000)}`)
    await pause(STEP_MS)
  }
}
