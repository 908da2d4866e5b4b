import type { Rate } from '../model/rate.ts'

/** Sends that no longer count are cleared away in groups of at least so many. */
const CLEAR_AFTER = 1_024

/**
 * A rolling window: of all sends, no more than `requests` lie within any `windowMs` (both ends included). A place is taken when
 * a request is dispatched and counts from when it was really sent, which a new connection can delay by seconds; until then it
 * is held. All times are milliseconds of one clock that never goes back.
 */
export class RollingWindow {
  readonly #rate: () => Rate
  /** When requests were sent; those from `#oldest` on still count. */
  readonly #sends: number[] = []
  #oldest = 0
  #held = 0

  /** @param rate always as it is now; of a window that becomes longer, what was sent before the shorter one is forgotten */
  constructor(rate: () => Rate) {
    this.#rate = rate
  }

  /**
   * Takes a place.
   * @param kept how many places are to stay free for others; of a window that has no more, one may be taken
   * @returns 0, or how long to wait before asking again; Infinity: until a place held is sent or given back
   */
  take(now: number, kept = 0): number {
    const { requests, windowMs } = this.#rate()
    this.#forget(now - windowMs)
    const excess = this.#held + this.#sends.length - this.#oldest - Math.max(requests - kept, 1)
    if (excess < 0) {
      this.#held++
      return 0
    }
    const last = this.#sends[this.#oldest + excess]
    return last === undefined ? Infinity : Math.floor(last + windowMs - now) + 1
  }

  /** A request that holds a place was sent. */
  sent(now: number): void {
    this.#held--
    this.#sends.push(now)
  }

  /** A request that holds a place will not be sent. */
  giveBack(): void {
    this.#held--
  }

  /** @param before what was sent earlier does not count any more */
  #forget(before: number): void {
    while ((this.#sends[this.#oldest] ?? Infinity) < before) this.#oldest++
    if (this.#oldest < CLEAR_AFTER || this.#oldest * 2 < this.#sends.length) return
    this.#sends.splice(0, this.#oldest)
    this.#oldest = 0
  }
}
