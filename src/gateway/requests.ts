import { err, ok, type Result } from 'neverthrow'
import pRetry from 'p-retry'
import type { Report } from '../model/events.ts'
import { classify, isRejection, type Kind } from './classify.ts'
import { CANCELED, type GatewayError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { Gate } from './gate.ts'
import type { GatewayOptions } from './options.ts'
import { Pace } from './pace.ts'
import { Scheduler, type Turn } from './scheduler.ts'
import type { SealedBody } from './sealed-body.ts'
import { Sleeps } from './sleeps.ts'
import { readToken } from './token.ts'
import { Transport, type Method } from './transport.ts'
import { pause, retryDelay } from './wait.ts'

/** A sealed one carries a value: its request fails in no words but ours. */
export type Body = string | SealedBody

/** A request, and what to make of its answer. */
export interface Call<T> {
  readonly kind: Kind
  /** Below the API's URL, with query. */
  readonly path: string
  readonly method: Method
  /** Made anew whenever the request is sent. */
  readonly body?: () => Body
  /** @param secret must not appear in what it returns */
  readonly read: (answer: Answer, secret: string) => Result<T, GatewayError>
}

export interface Answered<T> {
  readonly value: T
  /** How many times it was sent. */
  readonly attempt: number
}

/** Told of each failure that is waited out: which attempt it was, and how long until the next. */
export type Retrying = (error: GatewayError, attempt: number, delayMs: number) => void

/** How an attempt went, and how long the next would have to wait. */
interface Outcome<T> {
  readonly result: Result<T, GatewayError>
  readonly delayMs: number
  /** It was refused with a token that has been replaced since: that says nothing of the one there is now. */
  readonly isOutdated: boolean
}

/** What every request passes: its turn, the rate budget, the gate, and another attempt where that can do no harm. */
export class Requests {
  readonly #options: GatewayOptions
  readonly #report: Report
  readonly #random: () => number
  readonly #sleeps = new Sleeps()
  readonly #transport: Transport
  readonly #pace: Pace
  readonly #scheduler: Scheduler
  readonly #gate: Gate
  #sent = 0

  constructor(options: GatewayOptions, report: Report, probe: Call<unknown>) {
    const { apiUrl, limits, patience, random = Math.random, userAgent } = options
    const { renewal, onReturn = () => {} } = options
    this.#options = options
    this.#report = report
    this.#random = random
    this.#transport = new Transport({ apiUrl, limits, userAgent })
    this.#pace = new Pace(() => limits().rateLimit, report)
    this.#scheduler = new Scheduler(() => limits().concurrency, this.#pace, patience === 'endless') // who does not last is sent nothing meanwhile
    this.#gate = new Gate({
      probe: () => this.#probe(probe),
      renew: () => renewal?.renew() ?? Promise.resolve(),
      hold: (held) => this.#scheduler.hold(held),
      drop: (error) => this.#drop(error),
      returned: onReturn,
      probes: patience === 'endless' ? Infinity : limits().retries, // bounded is who does not last
      random,
      report,
    })
    renewal?.onChange(() => this.#gate.renewed())
  }

  /** How many requests have left. */
  get sent(): number {
    return this.#sent
  }

  /** Sends until the outcome is known, unknown for good, or not worth another attempt. */
  async send<T>(call: Call<T>, turn: Turn, retrying: Retrying): Promise<Result<Answered<T>, GatewayError>> {
    const shouldRetry = async ({ error: failed, attemptNumber }: { error: Error; attemptNumber: number }) => {
      if (!(failed instanceof AttemptFailed)) return false
      if (!failed.isOutdated && classify(failed.error, call.kind) !== 'transient') return false
      if (this.#sleeps.isClosed || turn.signal?.aborted) throw new AttemptFailed(CANCELED, 0)
      // The gate says that nobody is there, once for all, and when it goes on.
      if (failed.error.type !== 'unreachable') retrying(failed.error, attemptNumber, failed.delayMs)
      const interrupted = await this.#sleeps.sleep(failed.delayMs, turn.signal)
      if (interrupted) throw new AttemptFailed(interrupted, 0)
      return true
    }
    try {
      // The waits are ours: they follow the gateway's wishes, and end when it is given up. p-retry would also turn an aborted
      // signal into a failure of what has been carried out.
      return ok(
        await pRetry((attempt) => this.#attempt(call, turn, attempt), {
          retries: this.#options.limits().retries,
          minTimeout: 0,
          shouldRetry,
        }),
      )
    } catch (failed) {
      if (failed instanceof AttemptFailed) return err(failed.error)
      throw failed
    }
  }

  /** What waits is looked at anew. */
  limitsChanged(): void {
    this.#scheduler.limitsChanged()
  }

  /** Cancels what waits; what is in flight may finish within `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#gate.close()
    this.#sleeps.close()
    this.#scheduler.close()
    const idle = new AbortController()
    await Promise.race([this.#scheduler.idle(), pause(graceMs, idle.signal)])
    idle.abort()
    await this.#transport.close()
    await this.#scheduler.idle()
  }

  async #attempt<T>(call: Call<T>, turn: Turn, attempt: number): Promise<Answered<T>> {
    const outcome = await this.#scheduler.run(turn, (sent) => this.#once(call, attempt, sent))
    if (outcome.isErr()) throw new AttemptFailed(outcome.error, 0)
    const { result, delayMs, isOutdated } = outcome.value
    if (result.isErr()) throw new AttemptFailed(result.error, delayMs, isOutdated)
    return { value: result.value, attempt }
  }

  async #probe(call: Call<unknown>): Promise<Result<unknown, GatewayError>> {
    const outcome = await this.#scheduler.run({ lane: 'probe' }, (sent) => this.#once(call, 1, sent))
    return outcome.andThen(({ result }) => result)
  }

  async #once<T>(call: Call<T>, attempt: number, sent: () => void): Promise<Outcome<T>> {
    const { epoch } = this.#gate
    await this.#transport.open()
    const token = readToken(this.#options.token)
    const result = token.isOk() ? await this.#exchange(call, token.value, sent) : err(token.error)
    const error = result.isErr() ? result.error : undefined
    if (error && isRejection(error) && this.#isOutdated(token)) return { result, delayMs: 0, isOutdated: true }
    const delayMs = error ? retryDelay(error, attempt, this.#random) : 0
    this.#gate.observe(error, { kind: call.kind, epoch })
    this.#pace.observe(error, delayMs)
    return { result, delayMs, isOutdated: false }
  }

  async #exchange<T>({ method, path, body, read }: Call<T>, token: string, sent: () => void): Promise<Result<T, GatewayError>> {
    const made = body?.()
    const text = typeof made === 'object' ? made.open() : made
    const start = performance.now()
    const answer = await this.#transport.send({ method, path, ...(text !== undefined && { body: text }), token }, () => {
      this.#sent++
      sent()
    })
    const disguised = typeof made === 'object' ? answer.mapErr(made.disguise) : answer
    this.#tell({ method, path }, disguised, performance.now() - start)
    const result = answer.andThen((whole) => read(whole, token))
    return typeof made === 'object' ? result.mapErr(made.disguise) : result
  }

  #tell(
    { method, path }: Pick<Call<unknown>, 'method' | 'path'>,
    answer: Result<Answer, GatewayError>,
    durationMs: number,
  ): void {
    const [, collection = ''] = /^\/([\w-]+)/.exec(path) ?? []
    const ended = answer.isOk() ? { status: answer.value.status } : failureOf(answer.error)
    if (ended) this.#report({ event: 'gateway.requested', method, collection, durationMs, ...ended })
  }

  #isOutdated(sent: Result<string, GatewayError>): boolean {
    return sent.isOk() && sent.value !== readToken(this.#options.token).unwrapOr(undefined)
  }

  #drop(error: GatewayError): void {
    this.#sleeps.drop(error)
    this.#scheduler.drop(error)
  }
}

/** @returns undefined where we gave it up ourselves */
function failureOf(error: GatewayError): { readonly status?: number; readonly errorCode?: string } | undefined {
  if (error.type === 'canceled') return undefined
  if ('status' in error) return { status: error.status }
  return { errorCode: /^\w{1,50}$/.test(error.code) ? error.code : 'UNKNOWN' }
}

/** Carries a gateway error through p-retry, which wants something thrown. */
class AttemptFailed extends Error {
  readonly error: GatewayError
  readonly delayMs: number
  readonly isOutdated: boolean

  constructor(error: GatewayError, delayMs: number, isOutdated = false) {
    super(error.type)
    this.error = error
    this.delayMs = delayMs
    this.isOutdated = isOutdated
  }
}
