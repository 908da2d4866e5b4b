import { readFileSync } from 'node:fs'

const EVERY_MS = 50

/** What a child may hold beside its JavaScript heap: the heap's young generation, code, buffers. */
export const BESIDE_HEAP_MB = 128

/**
 * Looks at the memory of a process while it works. V8 bounds the JavaScript heap, and nothing else: buffers lie outside of it. A kernel
 * limit would count the half gigabyte of addresses that Node reserves for code; so what really is in memory is read from `/proc`.
 * Where there is none, nothing is watched.
 */
export class MemoryWatch {
  readonly #pid: () => number | undefined
  readonly #limitMb: number
  readonly #exceeded: () => void
  #working = false
  #timer: NodeJS.Timeout | undefined

  /** @param exceeded told each time it is seen to hold more */
  constructor(pid: () => number | undefined, limitMb: number, exceeded: () => void) {
    this.#pid = pid
    this.#limitMb = limitMb
    this.#exceeded = exceeded
  }

  /** Cheap: comes with every piece of work. */
  resume(): void {
    this.#working = true
    this.#timer ??= setInterval(() => this.#look(), EVERY_MS).unref()
  }

  pause(): void {
    this.#working = false
  }

  #look(): void {
    const pid = this.#pid()
    if (!this.#working) {
      clearInterval(this.#timer)
      this.#timer = undefined
    } else if (pid !== undefined && (privateMb(pid) ?? 0) > this.#limitMb) this.#exceeded()
  }
}

/** Anonymous memory that is not swapped out. @returns undefined when the process is gone, or not known */
function privateMb(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024
  } catch {
    return undefined // its end is told elsewhere
  }
}
