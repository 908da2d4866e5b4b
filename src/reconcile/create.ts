import { randomBytes } from 'node:crypto'
import { err, ok, type Result, type ResultAsync } from 'neverthrow'
import { classify } from '../gateway/classify.ts'
import type { GatewayError } from '../gateway/errors.ts'
import { fullJitter, pause } from '../gateway/wait.ts'
import { isSameStamp, type Stamp } from '../model/stamp.ts'

/** Outcomes that became unknown within this time, in milliseconds, are settled by one listing. */
export const GATHER_MS = 100

/** How one kind of resource is created. */
export interface Creation<Resource, Sent> {
  /** What it goes by: one of it may exist. */
  readonly key: string
  /** Sends it. @param note told what is sent at the moment of sending, each time with a nonce of its own */
  readonly send: (note: (nonce: string, sent: Sent) => void) => ResultAsync<Created<Resource>, GatewayError>
  /** A complete listing that begins after the call. */
  readonly observe: () => ResultAsync<void, GatewayError>
  /** What is there under the key, as far as was seen. */
  readonly present: () => readonly Resource[]
  /** What was seen under an id. */
  readonly known: (id: string) => Stamped | undefined
  readonly retrying: (error: GatewayError, attempt: number, delayMs: number) => void
  /** Gives up waiting; what has left is seen through. */
  readonly signal: AbortSignal
}

export interface Created<Resource> {
  readonly resource: Resource
  /** How many times it was sent. */
  readonly attempt: number
}

export interface Existing<Resource, Sent> extends Created<Resource> {
  /** What the attempt sent that made it, where its stamp still tells. */
  readonly sent: Sent | undefined
  /** The answer was lost, and it was found by its stamp. */
  readonly settled: boolean
}

interface Stamped {
  readonly stamp?: Stamp
}

/** Said of an answer to a create: what was made is to be found by its stamp. */
const TAKEN: GatewayError = { type: 'malformed', status: 201, msg: 'the answer to a create has the id of something else' }

/**
 * Creates what is on the gateway, each exactly once.
 *
 * The API has no idempotency key and names are not unique, so a second POST after a lost answer makes a second of a thing. Every
 * attempt therefore carries its own receipt, a fresh nonce in the stamp; and a key with an attempt whose outcome is not known is
 * `unsettled`: nothing more is sent for it until a listing that began afterwards has shown whether the stamp is there. That memory
 * need not outlive the process: a new one always begins with a listing.
 */
export class Creator<Resource extends Stamped & { readonly id: string }, Sent> {
  readonly #retries: () => number
  /** For each unsettled key, what each attempt sent, by nonce. */
  readonly #unsettled = new Map<string, ReadonlyMap<string, Sent>>()

  /** @param retries further attempts after one whose outcome stayed unknown and turned out not to have happened, as it is now */
  constructor(retries: () => number) {
    this.#retries = retries
  }

  /** Whether any is not known to have been made or not. */
  get isUnsettled(): boolean {
    return this.#unsettled.size > 0
  }

  /** @returns `found` where the listing that settles an attempt shows another than that attempt's: its history is not known */
  async create(creation: Creation<Resource, Sent>): Promise<Result<Existing<Resource, Sent> | 'found', GatewayError>> {
    const { signal, retrying } = creation
    for (let attempt = 1; ; attempt++) {
      const existing = await this.#settle(creation, attempt)
      if (existing.isErr()) return err(existing.error)
      if (existing.value) return ok(existing.value)
      const result = await this.#attempt(creation, attempt)
      if (result.isOk() || classify(result.error, 'write') !== 'ambiguous') return result
      if (attempt > this.#retries() || signal.aborted) return result
      const delayMs = fullJitter(attempt)
      retrying(result.error, attempt, delayMs)
      if (!(await pause(delayMs, signal))) return result
    }
  }

  async #attempt(
    { key, send, known }: Creation<Resource, Sent>,
    attempt: number,
  ): Promise<Result<Existing<Resource, Sent>, GatewayError>> {
    const sent = new Map<string, Sent>()
    const answered = await send((nonce, what) => sent.set(nonce, what))
    const result = answered.andThen((created) => (isTaken(created.resource, known) ? err(TAKEN) : ok(created)))
    if (result.isOk()) {
      const { resource, attempt: tries } = result.value
      return ok({ resource, sent: sentFor(resource, sent), attempt: attempt - 1 + tries, settled: false })
    }
    if (classify(result.error, 'write') === 'ambiguous') this.#unsettled.set(key, sent)
    return err(result.error)
  }

  async #settle(
    { key, observe, present }: Creation<Resource, Sent>,
    attempt: number,
  ): Promise<Result<Existing<Resource, Sent> | 'found' | undefined, GatewayError>> {
    const sent = this.#unsettled.get(key)
    if (!sent) return ok(undefined)
    const listing = await observe()
    if (listing.isErr()) return err(listing.error)
    this.#unsettled.delete(key)
    const there = present()
    const resource = there.find(({ stamp }) => sent.has(stamp?.nonce ?? ''))
    if (!resource) return ok(there.length > 0 ? 'found' : undefined)
    return ok({ resource, sent: sentFor(resource, sent), attempt, settled: true })
  }
}

/** 128 random bits: the receipt of one attempt. */
export function newNonce(): string {
  return randomBytes(16).toString('base64url')
}

/** Recorded under two keys, one of them would be lost. Seen already, it may be the one that was just made. */
function isTaken({ id, stamp }: Stamped & { readonly id: string }, known: (id: string) => Stamped | undefined): boolean {
  const there = known(id)
  return there !== undefined && !(stamp && isSameStamp(there.stamp, stamp))
}

function sentFor<Sent>({ stamp }: Stamped, sent: ReadonlyMap<string, Sent>): Sent | undefined {
  return sent.get(stamp?.nonce ?? '')
}
