import type { Result } from 'neverthrow'
import type { Report } from '../model/events.ts'
import { isOutage } from './classify.ts'
import type { GatewayError } from './errors.ts'
import { describeFailure } from './failure.ts'
import { pause, retryDelay } from './wait.ts'

/** So many outages in a row mean that the gateway is down; one suffices where no connection came about. */
const OUTAGES_UNTIL_DOWN = 5

export interface GateParts {
  /** Asks the gateway for little, once, without retry. */
  readonly probe: () => Promise<Result<unknown, GatewayError>>
  /** Keeps everything but probes from leaving, or no longer. */
  readonly hold: (held: boolean) => void
  /** Fails everything that waits. */
  readonly drop: (error: GatewayError) => void
  /** Failed probes until what waits is given up; Infinity for never. */
  readonly probes: number
  readonly random: () => number
  readonly report: Report
}

/** Notices that the gateway is down, holds what has not left, and sends one probe at a time until it is back. */
export class Gate {
  readonly #parts: GateParts
  readonly #closing = new AbortController()
  #outages = 0
  #isDown = false
  #epoch = 0

  constructor(parts: GateParts) {
    this.#parts = parts
  }

  /** Changes whenever the gateway goes down: what left before tells nothing of how it is now. */
  get epoch(): number {
    return this.#epoch
  }

  /**
   * Learns from how a request went.
   * @param epoch as it was when the request left
   */
  observe(error: GatewayError | undefined, epoch: number): void {
    if (this.#isDown || this.#closing.signal.aborted || epoch !== this.#epoch || error?.type === 'canceled') return
    this.#outages = error && isOutage(error) ? this.#outages + 1 : 0
    if (error && (error.type === 'unreachable' || this.#outages >= OUTAGES_UNTIL_DOWN)) void this.#awaitRecovery(error)
  }

  close(): void {
    this.#closing.abort()
  }

  async #awaitRecovery(cause: GatewayError): Promise<void> {
    const { hold, drop, probes, random, report } = this.#parts
    const since = performance.now()
    this.#isDown = true
    this.#epoch++
    hold(true)
    let error = cause
    let delayMs = retryDelay(error, 1, random)
    report({ event: 'gateway.unreachable', ...describeFailure(error), delayMs })
    for (let failed = 0; failed < probes; delayMs = retryDelay(error, ++failed + 1, random)) {
      const outcome = await this.#probeAfter(delayMs)
      if (outcome === 'canceled') return
      if (outcome === 'reachable') {
        report({ event: 'gateway.recovered', durationMs: Math.round(performance.now() - since) })
        return this.#open()
      }
      error = outcome
    }
    drop(asUnsent(error))
    this.#open()
  }

  /** @returns the error when the gateway is still down */
  async #probeAfter(delayMs: number): Promise<GatewayError | 'reachable' | 'canceled'> {
    if (!(await pause(delayMs, this.#closing.signal))) return 'canceled'
    const answer = await this.#parts.probe()
    if (answer.isErr() && answer.error.type === 'canceled') return 'canceled'
    return answer.isErr() && isOutage(answer.error) ? answer.error : 'reachable'
  }

  #open(): void {
    this.#isDown = false
    this.#outages = 0
    this.#parts.hold(false)
  }
}

/** The error for requests that waited: the gateway has seen nothing of them, whatever became of the probe. */
function asUnsent(error: GatewayError): GatewayError {
  const { msg, errorCode, status } = describeFailure(error)
  return { type: 'unreachable', code: errorCode ?? `HTTP ${status}`, msg }
}
