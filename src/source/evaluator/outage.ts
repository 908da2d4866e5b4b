import type { Report } from '../../model/events.ts'

const FIRST_MS = 250
const LONGEST_MS = 5_000

/** The time in which no child comes up: when it is tried again, and how long it lasted. */
export class Outage {
  readonly #report: Report
  #since: number | undefined
  #tries = 0
  #timer: NodeJS.Timeout | undefined

  constructor(report: Report) {
    this.#report = report
  }

  /** It is not time yet to try again. */
  get isWaiting(): boolean {
    return this.#timer !== undefined
  }

  /** A child did not come up. @param again called after a while, which grows from one time to the next */
  wait(msg: string, again: () => void): void {
    this.#since ??= performance.now()
    const delayMs = Math.min(FIRST_MS * 2 ** this.#tries, LONGEST_MS)
    this.#tries += 1
    this.#report({ event: 'evaluator.unavailable', msg, attempt: this.#tries, delayMs })
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      again()
    }, delayMs)
  }

  /** A child does its work. */
  end(): void {
    if (this.#since === undefined) return
    this.#report({ event: 'evaluator.recovered', durationMs: performance.now() - this.#since })
    this.#since = undefined
    this.#tries = 0
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
