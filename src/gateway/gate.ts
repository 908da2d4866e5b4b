import type { Result } from 'neverthrow'
import type { Report } from '../model/events.ts'
import { isOutage, isRejection, type Kind } from './classify.ts'
import type { GatewayError } from './errors.ts'
import { outage, Outages } from './outage.ts'
import { doubt, RefusedWrites, rejection } from './rejection.ts'
import { sitOut, type Trouble } from './trouble.ts'

export interface GateParts {
  /** Asks the gateway for little, once, without retry. */
  readonly probe: () => Promise<Result<unknown, GatewayError>>
  /** Looks for another token. */
  readonly renew: () => Promise<unknown>
  /** Keeps everything but probes from leaving, or no longer. */
  readonly hold: (held: boolean) => void
  /** Fails everything that waits. */
  readonly drop: (error: GatewayError) => void
  /** What was refused because of the token may be asked again. */
  readonly returned: () => void
  /** Failed probes until what waits for a gateway that is down is given up; Infinity for never, also where it rejects the token. */
  readonly probes: number
  readonly random: () => number
  readonly report: Report
}

/** A request, as far as the gate learns from it. */
export interface Asked {
  readonly kind: Kind
  /** As it was when the request left. */
  readonly epoch: number
}

/** Notices that the gateway is down or rejects the token, holds what has not left, and sends one probe at a time until it is well. */
export class Gate {
  readonly #parts: GateParts
  readonly #closing = new AbortController()
  readonly #outages = new Outages()
  readonly #refusedWrites: RefusedWrites
  /** Aborted when there is another token. */
  #tokenChange = new AbortController()
  #isHolding = false
  /** The gateway has taken the token at some time. */
  #isAccepted = false
  /** There is another token since a hold began. */
  #isRenewed = false
  #epoch = 0

  constructor(parts: GateParts) {
    this.#parts = parts
    this.#refusedWrites = new RefusedWrites(parts.random, parts.report)
  }

  /** Changes whenever something is held: what left before tells nothing of how it is now. */
  get epoch(): number {
    return this.#epoch
  }

  /** Learns from how a request went. */
  observe(error: GatewayError | undefined, { kind, epoch }: Asked): void {
    if (this.#closing.signal.aborted) return
    if (!error) this.#accept(kind)
    if (this.#isHolding || epoch !== this.#epoch || error?.type === 'canceled') return
    const isDown = this.#outages.observe(error)
    if (error && isRejection(error)) this.#reject(error, kind)
    else if (error && isDown) void this.#hold(error, outage(this.#parts))
  }

  /** There is another token: what is known of the one before does not count. */
  renewed(): void {
    const { any } = this.#refusedWrites
    this.#refusedWrites.renewed()
    this.#isRenewed = true
    this.#tokenChange.abort()
    if (any && !this.#isHolding) this.#parts.returned()
  }

  close(): void {
    this.#closing.abort()
  }

  #accept(kind: Kind): void {
    this.#isAccepted = true
    if (kind === 'write') this.#endRefusals()
  }

  #endRefusals(): void {
    const durationMs = this.#refusedWrites.end(performance.now())
    if (durationMs === undefined) return
    this.#parts.report({ event: 'gateway.recovered', durationMs })
    this.#parts.returned()
  }

  /** A token that was never taken is not waited for: whoever asked first says so. */
  #reject(error: GatewayError, kind: Kind): void {
    if (!this.#isAccepted) return this.#parts.drop(error)
    const isRepeated = kind === 'write' && this.#refusedWrites.any
    const holdMs = kind === 'write' ? this.#refusedWrites.add(error, performance.now()) : 0
    if (isRepeated && this.#parts.probes < Infinity) this.#parts.drop(error)
    else void this.#hold(error, doubt(this.#parts.renew, holdMs))
  }

  async #hold(cause: GatewayError, trouble: Trouble): Promise<void> {
    const { hold, drop, probe, report, returned } = this.#parts
    const since = performance.now()
    this.#isHolding = true
    this.#isRenewed = false
    this.#epoch++
    hold(true)
    const end = await sitOut(cause, trouble, {
      probe,
      closing: this.#closing.signal,
      watchToken: () => this.#watchToken(),
      troubleOf: (error) => this.#troubleOf(error),
    })
    if (end.type === 'closed') return
    if (end.type === 'given-up') drop(end.error)
    const { isTold, isOfToken } = end.type === 'well' ? end : NOT_WELL
    if (isTold) report({ event: 'gateway.recovered', durationMs: Math.round(performance.now() - since) })
    if (isOfToken) this.#refusedWrites.end(since)
    this.#open()
    if (isOfToken || this.#isRenewed) returned()
  }

  #watchToken(): AbortSignal {
    this.#tokenChange = new AbortController()
    return this.#tokenChange.signal
  }

  #troubleOf(error: GatewayError): Trouble | undefined {
    if (isOutage(error)) return outage(this.#parts)
    if (!isRejection(error)) return undefined
    const probes = this.#isAccepted && this.#parts.probes === Infinity ? Infinity : 0
    return rejection({ ...this.#parts, probes, isSilent: !this.#isAccepted })
  }

  #open(): void {
    this.#isHolding = false
    this.#outages.forget()
    this.#refusedWrites.opened(performance.now())
    this.#parts.hold(false)
  }
}

const NOT_WELL = { isTold: false, isOfToken: false }
