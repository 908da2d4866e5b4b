import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import type { DesiredState, Entry } from '../model/entry.ts'
import type { Report, SyncEvent } from '../model/events.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { Change } from '../plan/change.ts'
import { appliedEntry } from './applied.ts'
import { Creator } from './create.ts'
import type { Observer } from './observer.ts'

export interface ApplierParts {
  readonly gateway: Gateway
  readonly observer: Observer
  readonly store: LockfileStore
  readonly owner: string
  readonly retries: number
  readonly desired: () => DesiredState
  readonly report: Report
}

export interface ApplyOptions {
  readonly priority: Priority
  readonly signal: AbortSignal
}

/** Something that applying does about a key. */
export type Job =
  | Extract<Change, { kind: 'create' }>
  | { readonly kind: 'link'; readonly key: string; readonly link: ObservedConfiguration }
  /** It is done, and still to be written down. */
  | { readonly kind: 'record'; readonly key: string }

/** It is done on the gateway, and could not be written down. */
export interface Unrecorded {
  readonly type: 'unrecorded'
  readonly code: string
  readonly msg: string
}

export type ApplyError = GatewayError | Unrecorded

/** `found`: it is there after all, look at the key again. */
export type Outcome = 'created' | 'linked' | 'found'

/** Carries out one change: first on the gateway, then in the lockfile; only then is it told. */
export class Applier {
  readonly #parts: ApplierParts
  readonly #creator: Creator
  /** What is done and not yet on disk, by key: no success is told before it is. */
  readonly #untold = new Map<string, SyncEvent & { event: 'config.created' | 'config.linked' }>()

  constructor(parts: ApplierParts) {
    this.#parts = parts
    this.#creator = new Creator(parts)
  }

  /** What there is to do about a change, if anything. */
  jobFor(change: Change): Job | undefined {
    const { key } = change
    if (this.#untold.has(key)) return { kind: 'record', key }
    if (change.kind === 'create') return change
    if (change.kind !== 'noop' && change.kind !== 'update') return undefined
    return change.link && { kind: 'link', key, link: change.link }
  }

  async carryOut(job: Job, options: ApplyOptions): Promise<Result<Outcome, ApplyError>> {
    if (job.kind === 'record') return this.#writeDown(job.key, this.#parts.store.flush())
    if (job.kind === 'link') return this.#link(job.key, job.link)
    if (job.missing !== undefined) {
      const found = await this.#confirmMissing(job.key, job.missing, options)
      if (found.isErr() || found.value) return found.map(() => 'found')
    }
    return this.#create(job, options)
  }

  /** A listing may lag behind what it lists, so that absence from one does not prove a recorded configuration gone. */
  async #confirmMissing(key: string, id: string, options: ApplyOptions): Promise<Result<boolean, ApplyError>> {
    const found = await this.#parts.gateway.find(id, options)
    if (found.isErr()) return err(found.error)
    if (found.value) this.#parts.observer.wrote(found.value)
    else this.#parts.report({ event: 'config.missing', key, id })
    return ok(found.value !== undefined)
  }

  async #create(change: Job & { kind: 'create' }, options: ApplyOptions): Promise<Result<Outcome, ApplyError>> {
    const start = performance.now()
    const { key } = change
    const entry = (): Entry => this.#parts.desired().entries.get(key) ?? change.entry
    const result = await this.#creator.create({ key, entry, priority: options.priority, signal: options.signal })
    if (result.isErr()) return err(result.error)
    const { configuration, digest, attempt, settled } = result.value
    this.#parts.observer.wrote(configuration)
    const { id, name } = configuration
    const durationMs = performance.now() - start
    const event = { event: 'config.created', key, id, name, attempt, durationMs, ...(settled && { settled }) } as const
    this.#untold.set(key, event)
    return this.#writeDown(key, this.#parts.store.record(key, appliedEntry(entry(), configuration, digest)))
  }

  async #link(key: string, configuration: ObservedConfiguration): Promise<Result<Outcome, ApplyError>> {
    const entry = this.#parts.desired().entries.get(key)
    if (!entry) return ok('found') // the declaration went away meanwhile
    this.#untold.set(key, { event: 'config.linked', key, id: configuration.id, name: configuration.name })
    return this.#writeDown(key, this.#parts.store.record(key, appliedEntry(entry, configuration)))
  }

  async #writeDown(key: string, writing: ReturnType<LockfileStore['record']>): Promise<Result<Outcome, ApplyError>> {
    const written = await writing
    if (written.isErr()) return err({ type: 'unrecorded', code: written.error.code, msg: written.error.msg })
    const event = this.#untold.get(key)
    this.#untold.delete(key)
    if (event) this.#parts.report(event)
    return ok(event?.event === 'config.linked' ? 'linked' : 'created')
  }
}
