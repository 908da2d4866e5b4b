import type { Report } from '../model/events.ts'
import { isRejection } from './classify.ts'
import type { GatewayError } from './errors.ts'
import { describeFailure } from './failure.ts'
import type { Trouble } from './trouble.ts'

/** The first wait of a rejected token until it is tried again, in milliseconds. */
const FIRST_PROBE_MS = 30_000

/** The first hold after a write was refused again, in milliseconds. */
const FIRST_HOLD_MS = 1_000

/** No wait is longer, unless the gateway asked for it. */
const LONGEST_WAIT_MS = 300_000

/** A refusal so long after the gate opened, in milliseconds, is no answer to its opening: nothing hammers. */
const QUIET_MS = 60_000

export interface RejectionParts {
  readonly probes: number
  readonly random: () => number
  readonly report: Report
  readonly renew: () => Promise<unknown>
  /** Whether whoever asked says it himself. */
  readonly isSilent: boolean
}

/** The gateway does not take the token. */
export function rejection({ probes, random, report, renew, isSilent }: RejectionParts): Trouble {
  return {
    isThis: isRejection,
    delayMs: (error, probed) => Math.max(half(FIRST_PROBE_MS * 2 ** probed, random), asked(error)),
    probes,
    ...(!isSilent && {
      tell: (error: GatewayError) => report({ event: 'gateway.rejected', ...describeFailure(error) }),
      remind: (error: GatewayError, durationMs: number) =>
        report({ event: 'gateway.waiting', ...describeFailure(error), durationMs }),
    }),
    renew,
    givenUp: (error) => error,
  }
}

/**
 * A request was refused because of the token: one probe tells whether all would be.
 * @param holdMs how long to leave the gateway alone before
 */
export function doubt(renew: () => Promise<unknown>, holdMs: number): Trouble {
  return {
    isThis: () => false, // whatever the probe meets has a name
    delayMs: (error) => Math.max(holdMs, asked(error)),
    probes: 1,
    renew,
    givenUp: (error) => error,
  }
}

/** Between half and the whole of a wait, so that many daemons do not come back together. */
function half(waitMs: number, random: () => number): number {
  return Math.round(Math.min(waitMs, LONGEST_WAIT_MS) * (0.5 + random() / 2))
}

function asked(error: GatewayError): number {
  return (error.type === 'refused' && error.retryAfterMs) || 0
}

/** Writes that are refused while the gateway takes the token for reading: it may read only, or something in between objects. */
export class RefusedWrites {
  readonly #random: () => number
  readonly #report: Report
  #inARow = 0
  #holds = 0
  #openedAt = -Infinity
  #toldAt: number | undefined
  #isTold = false

  constructor(random: () => number, report: Report) {
    this.#random = random
    this.#report = report
  }

  /** Whether any was refused, with no success since. */
  get any(): boolean {
    return this.#inARow > 0
  }

  /** @returns how long to leave the gateway alone, in milliseconds: not at all the first time */
  add(error: GatewayError, now: number): number {
    if (now - this.#openedAt > QUIET_MS) this.#holds = 0
    this.#inARow++
    if (this.#inARow > 1) this.#tell(error, now)
    return this.#holds++ === 0 ? 0 : half(FIRST_HOLD_MS * 2 ** (this.#holds - 2), this.#random)
  }

  opened(now: number): void {
    this.#openedAt = now
  }

  /** There is another token. */
  renewed(): void {
    this.#inARow = 0
    this.#holds = 0
    this.#isTold = false
  }

  /** A write succeeded, or the gateway takes the token again. @returns for how long it was told otherwise, if it was */
  end(now: number): number | undefined {
    const durationMs = this.#toldAt === undefined ? undefined : Math.round(now - this.#toldAt)
    this.renewed()
    this.#toldAt = undefined
    return durationMs
  }

  #tell(error: GatewayError, now: number): void {
    if (!this.#isTold) this.#report({ event: 'gateway.rejected', scope: 'writing', ...describeFailure(error) })
    this.#isTold = true
    this.#toldAt ??= now
  }
}
