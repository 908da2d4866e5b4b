import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import type { AppliedEntry } from '../lockfile/lockfile.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import type { DesiredState, Entry } from '../model/entry.ts'
import type { Report, SyncEvent } from '../model/events.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { Change } from '../plan/change.ts'
import { appliedEntry } from './applied.ts'
import { Creator } from './create.ts'
import type { Observer } from './observer.ts'
import { rewrite } from './rewrite.ts'

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
  | Extract<Change, { kind: 'create' | 'update' | 'move' }>
  | { readonly kind: 'record'; readonly key: string; readonly record: ObservedConfiguration }
  /** It is done, and still to be written down. */
  | { readonly kind: 'flush'; readonly key: string }

/** It is done on the gateway, and could not be written down. */
export interface Unrecorded {
  readonly type: 'unrecorded'
  readonly code: string
  readonly msg: string
}

export type ApplyError = GatewayError | Unrecorded

/** `again`: the gateway is not as it was thought to be; look at the key anew. */
export type Outcome = 'created' | 'updated' | 'moved' | 'linked' | 'recorded' | 'again'

/** What is told once it is on disk. */
type Success = Extract<SyncEvent, { event: 'config.created' | 'config.updated' | 'config.moved' | 'config.linked' }>

/** Carries out one change: first on the gateway, then in the lockfile; only then is it told. */
export class Applier {
  readonly #parts: ApplierParts
  readonly #creator: Creator
  /** What is done and not yet on disk, by key: no success is told before it is. */
  readonly #untold = new Map<string, Success>()

  constructor(parts: ApplierParts) {
    this.#parts = parts
    this.#creator = new Creator(parts)
  }

  /** What there is to do about a change, if anything. */
  jobFor(change: Change): Job | undefined {
    const { key, kind } = change
    if (this.#untold.has(key)) return { kind: 'flush', key }
    if (kind === 'create') return change
    if (kind === 'update' || kind === 'move') return change.withheld ? undefined : change
    return kind === 'noop' && change.record ? { kind: 'record', key, record: change.record } : undefined
  }

  async carryOut(job: Job, options: ApplyOptions): Promise<Result<Outcome, ApplyError>> {
    if (job.kind === 'flush') return this.#writeDown(job.key, this.#parts.store.flush())
    if (job.kind === 'record') return this.#recordFound(job.key, job.record)
    if (job.kind !== 'create') return this.#rewrite(job, options)
    if (job.missing !== undefined) {
      const found = await this.#confirmMissing(job.key, job.missing, options)
      if (found.isErr() || found.value) return found.map(() => 'again')
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
    const entry = this.#declared(change.entry)
    const result = await this.#creator.create({ key, entry, ...options })
    if (result.isErr()) return err(result.error)
    const { configuration, digest, attempt, settled } = result.value
    const { id, name } = configuration
    const durationMs = performance.now() - start
    const event = { event: 'config.created', key, id, name, attempt, durationMs, ...(settled && { settled }) } as const
    return this.#succeed(event, configuration, appliedEntry(entry(), configuration, digest))
  }

  async #rewrite(change: Job & { kind: 'update' | 'move' }, options: ApplyOptions): Promise<Result<Outcome, ApplyError>> {
    const start = performance.now()
    const { key, id, fields } = change
    const { store, observer } = this.#parts
    const from = change.kind === 'move' ? change.from : key
    const nonce = store.entries.get(from)?.nonce ?? ''
    const result = await rewrite(this.#parts, { id, from, nonce, entry: this.#declared(change.entry), ...options })
    if (result.isErr()) return err(result.error)
    if (result.value.type === 'gone') observer.index.remove(id)
    if (result.value.type === 'foreign') observer.wrote(result.value.configuration)
    if (result.value.type !== 'done') return ok('again')
    const { configuration, entry, attempt } = result.value
    const told = { key, id, name: configuration.name, fields, attempt, durationMs: performance.now() - start }
    const event: Success =
      change.kind === 'move' ? { event: 'config.moved', from, ...told } : { event: 'config.updated', ...told }
    return this.#succeed(event, configuration, appliedEntry(entry, configuration, entry.digest))
  }

  /** The declaration as it is whenever it is asked for; as it was planned once it is gone. */
  #declared(planned: Entry): () => Entry {
    return () => this.#parts.desired().entries.get(planned.key) ?? planned
  }

  async #recordFound(key: string, configuration: ObservedConfiguration): Promise<Result<Outcome, ApplyError>> {
    const { desired, store } = this.#parts
    const entry = desired().entries.get(key)
    if (!entry) return ok('again') // the declaration went away meanwhile
    const { id, name } = configuration
    if (store.entries.get(key)?.id !== id) this.#untold.set(key, { event: 'config.linked', key, id, name })
    return this.#writeDown(key, store.record(key, appliedEntry(entry, configuration)))
  }

  #succeed(event: Success, configuration: ObservedConfiguration, applied: AppliedEntry): Promise<Result<Outcome, ApplyError>> {
    const { observer, store } = this.#parts
    observer.wrote(configuration)
    this.#untold.set(event.key, event)
    return this.#writeDown(event.key, store.record(event.key, applied))
  }

  async #writeDown(key: string, writing: ReturnType<LockfileStore['record']>): Promise<Result<Outcome, ApplyError>> {
    const written = await writing
    if (written.isErr()) return err({ type: 'unrecorded', code: written.error.code, msg: written.error.msg })
    const event = this.#untold.get(key)
    this.#untold.delete(key)
    if (!event) return ok('recorded')
    this.#parts.report(event)
    return ok(OUTCOMES[event.event])
  }
}

const OUTCOMES = {
  'config.created': 'created',
  'config.updated': 'updated',
  'config.moved': 'moved',
  'config.linked': 'linked',
} as const satisfies Record<Success['event'], Outcome>
