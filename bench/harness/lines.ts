import { closeSync, openSync, readSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Stage } from './stage.ts'

const PATIENCE_MS = 240_000
const CHUNK = 64 * 1024

/** Counts what a growing file says of a text, and reads nothing twice. */
export class Count {
  readonly #file: string
  readonly #text: string
  readonly #descriptor: number
  readonly #chunk = Buffer.alloc(CHUNK)
  #rest = ''
  #seen = 0

  constructor(stage: Stage, file: string, text: string) {
    this.#file = file
    this.#text = text
    this.#descriptor = openSync(file, 'r')
    stage.onClose(async () => closeSync(this.#descriptor))
  }

  get seen(): number {
    this.#read()
    return this.#seen
  }

  /** Resolves when it has been said so many times. @throws when that does not come to pass within four minutes */
  async until(times: number): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS
    while (this.seen < times) {
      if (performance.now() > deadline)
        throw new Error(`${this.#file} was to say ${this.#text} ${times} times, not ${this.#seen}`)
      await pause(1)
    }
  }

  #read(): void {
    for (let length = -1; length !== 0;) {
      length = readSync(this.#descriptor, this.#chunk)
      const lines = (this.#rest + this.#chunk.toString('latin1', 0, length)).split('\n')
      this.#rest = lines.pop() ?? ''
      this.#seen += lines.filter((line) => line.includes(this.#text)).length
    }
  }
}
