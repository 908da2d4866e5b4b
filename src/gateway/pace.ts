import type { Report } from '../model/events.ts'
import type { Rate } from '../model/rate.ts'
import { isRateLimited } from './classify.ts'
import type { GatewayError } from './errors.ts'
import { RollingWindow } from './window.ts'

/** Nothing counts, and nothing is remembered. */
const NO_LIMIT: Rate = { requests: Infinity, windowMs: 0 }

/** The part of the budget that is kept for what cannot wait. */
const KEPT = 0.1

/** When the next request may leave: the rate budget, and the pauses a gateway asks for. */
export class Pace {
  readonly #rateLimit: () => Rate | 'off'
  readonly #window: RollingWindow
  readonly #report: Report
  #pausedUntil = 0
  /** Refusals for the rate with no success in between. */
  #strikes = 0
  /** The budget is holding requests back, and has said so. */
  #spent = false

  /** @param rateLimit always as it is now */
  constructor(rateLimit: () => Rate | 'off', report: Report) {
    this.#rateLimit = rateLimit
    this.#window = new RollingWindow(() => {
      const rate = rateLimit()
      return rate === 'off' ? NO_LIMIT : rate
    })
    this.#report = report
  }

  /**
   * Takes a place for a request.
   * @param isPatient it leaves a tenth of the budget to others
   * @returns 0 when it may leave now, else milliseconds until it is worth asking again
   */
  take(isPatient = false): number {
    const now = performance.now()
    if (this.#pausedUntil > now) return Math.ceil(this.#pausedUntil - now)
    const wait = this.#window.take(now, isPatient ? this.#kept : 0)
    if (wait > 0 && wait < Infinity) this.#sayOnce(wait)
    return wait
  }

  /** A request that took a place was sent. */
  sent(): void {
    this.#window.sent(performance.now())
  }

  /** A request that took a place came to nothing before it was sent. */
  giveBack(): void {
    this.#window.giveBack()
  }

  /** Nothing waits any longer: the next time the budget holds requests back is news. */
  rest(): void {
    this.#spent = false
  }

  /** Learns from an answer. The limit is the account's, so what one request is told holds for all. */
  observe(error: GatewayError | undefined, delayMs: number): void {
    if (!error) this.#strikes = 0
    else if (isRateLimited(error)) {
      this.#strikes++
      this.#pause(error.retryAfterMs || (this.#strikes > 1 ? delayMs : 0))
    }
  }

  get #kept(): number {
    const rate = this.#rateLimit()
    return rate === 'off' ? 0 : Math.floor(rate.requests * KEPT)
  }

  #sayOnce(delayMs: number): void {
    if (this.#spent) return
    this.#spent = true
    this.#report({ event: 'gateway.throttled', delayMs, reason: 'budget' })
  }

  #pause(delayMs: number): void {
    if (delayMs === 0) return
    const now = performance.now()
    if (this.#pausedUntil <= now) this.#report({ event: 'gateway.throttled', delayMs, reason: 'asked' })
    this.#pausedUntil = Math.max(this.#pausedUntil, now + delayMs)
  }
}
