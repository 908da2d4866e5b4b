import { randomBytes } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import { classify } from '../gateway/classify.ts'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import { fullJitter, pause } from '../gateway/wait.ts'
import { contentDigest, type Digest } from '../model/digest.ts'
import type { Entry } from '../model/entry.ts'
import type { Report } from '../model/events.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import { describeFailure } from '../gateway/failure.ts'
import type { Observer } from './observer.ts'

/** Outcomes that became unknown within this time, in milliseconds, are settled by one listing. */
const GATHER_MS = 100

/** What creating needs. */
export interface CreatorParts {
  readonly gateway: Gateway
  readonly observer: Observer
  readonly owner: string
  /** Further attempts after one whose outcome stayed unknown and turned out not to have happened. */
  readonly retries: number
  readonly report: Report
}

export interface CreateJob {
  readonly key: string
  /** The declaration as it is when the request leaves. */
  readonly entry: () => Entry
  readonly priority: Priority
  /** Gives up waiting; what has left is seen through. */
  readonly signal: AbortSignal
}

export interface Existing {
  readonly configuration: ObservedConfiguration
  readonly digest: Digest
  readonly attempt: number
  /** The answer was lost, and the configuration was found by its stamp. */
  readonly settled: boolean
}

/**
 * Creates configurations, each exactly once.
 *
 * The API has no idempotency key and names are not unique, so a second POST after a lost answer makes a second configuration.
 * Every attempt therefore carries its own receipt, a fresh nonce in the stamp; and a key with an attempt whose outcome is not
 * known is `unsettled`: nothing more is sent for it until a listing that began afterwards has shown whether the stamp is there.
 * That memory need not outlive the process: a new one always begins with a listing.
 */
export class Creator {
  readonly #parts: CreatorParts
  /** For each unsettled key, what each attempt sent, by nonce. */
  readonly #unsettled = new Map<string, Map<string, Digest>>()

  constructor(parts: CreatorParts) {
    this.#parts = parts
  }

  /** @returns `found` where the listing that settles an attempt shows another configuration than that attempt's: its history is not known */
  async create(job: CreateJob): Promise<Result<Existing | 'found', GatewayError>> {
    for (let attempt = 1; ; attempt++) {
      const existing = await this.#settle(job, attempt)
      if (existing.isErr()) return err(existing.error)
      if (existing.value) return ok(existing.value)
      const result = await this.#attempt(job, attempt)
      if (result.isOk() || classify(result.error, 'write') !== 'ambiguous') return result
      if (attempt > this.#parts.retries || job.signal.aborted) return result
      const delayMs = fullJitter(attempt)
      this.#parts.report({ event: 'config.retrying', key: job.key, attempt, delayMs, ...describeFailure(result.error) })
      if (!(await pause(delayMs, job.signal))) return result
    }
  }

  async #attempt(job: CreateJob, attempt: number): Promise<Result<Existing, GatewayError>> {
    const { gateway, owner } = this.#parts
    const sent = new Map<string, Digest>()
    const draft = () => {
      const { configuration, digest, key } = job.entry()
      const nonce = randomBytes(16).toString('base64url')
      sent.set(nonce, digest)
      return { configuration, stamp: { owner, key, nonce } }
    }
    const result = await gateway.create(draft, { key: job.key, priority: job.priority, signal: job.signal })
    if (result.isOk()) {
      const { configuration, attempt: tries } = result.value
      return ok({ configuration, digest: digestOf(configuration, sent), attempt: attempt - 1 + tries, settled: false })
    }
    if (classify(result.error, 'write') === 'ambiguous') this.#unsettled.set(job.key, sent)
    return err(result.error)
  }

  async #settle(job: CreateJob, attempt: number): Promise<Result<Existing | 'found' | undefined, GatewayError>> {
    const sent = this.#unsettled.get(job.key)
    if (!sent) return ok(undefined)
    const listing = await this.#parts.observer.observe('fresh', GATHER_MS)
    if (listing.isErr()) return err(listing.error)
    this.#unsettled.delete(job.key)
    const present = this.#parts.observer.index.byKey(job.key)
    const configuration = present.find(({ stamp }) => sent.has(stamp?.nonce ?? ''))
    if (!configuration) return ok(present.length > 0 ? 'found' : undefined)
    return ok({ configuration, digest: digestOf(configuration, sent), attempt, settled: true })
  }
}

function digestOf(configuration: ObservedConfiguration, sent: ReadonlyMap<string, Digest>): Digest {
  return sent.get(configuration.stamp?.nonce ?? '') ?? contentDigest(configuration)
}
