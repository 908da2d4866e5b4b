import { err, ok, type Result } from 'neverthrow'
import { classify } from '../gateway/classify.ts'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import type { AppliedEntry } from '../lockfile/lockfile.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import { contentDigest } from '../model/digest.ts'
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
  /** A change was sent, and it is not known whether it was carried out. */
  | { readonly kind: 'settle'; readonly key: string; readonly unsure: Unsure }

/** A change whose outcome is not known. */
interface Unsure {
  readonly id: string
  readonly key: string
  /** The key it had before; the same where it did not move. */
  readonly from: string
}

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
  /** By id. Nothing else is done about what a change concerns while its outcome is not known. */
  readonly #unsure = new Map<string, Unsure>()

  constructor(parts: ApplierParts) {
    this.#parts = parts
    this.#creator = new Creator(parts)
  }

  /** What there is to do about a change, if anything. */
  jobFor(change: Change): Job | undefined {
    const { key, kind } = change
    if (this.#untold.has(key)) return { kind: 'flush', key }
    const unsure = this.#unsureOf(change)
    if (unsure) return { kind: 'settle', key, unsure }
    if (kind === 'create') return change
    if (kind === 'update' || kind === 'move') return change.withheld ? undefined : change
    if (kind !== 'noop' || !change.record) return undefined
    if (change.look) return { kind: 'update', key, id: change.id, entry: change.look, fields: [], withheld: false }
    return { kind: 'record', key, record: change.record }
  }

  async carryOut(job: Job, options: ApplyOptions): Promise<Result<Outcome, ApplyError>> {
    if (job.kind === 'flush') return this.#writeDown(job.key, this.#parts.store.flush())
    if (job.kind === 'settle') return this.#settle(job.unsure, options)
    if (job.kind === 'record') return this.#recordFound(job.key, job.record)
    if (job.kind !== 'create') return this.#rewrite(job, options)
    if (job.missing !== undefined) {
      const found = await this.#confirmMissing(job.key, job.missing, options)
      if (found.isErr() || found.value) return found.map(() => 'again')
    }
    return this.#create(job, options)
  }

  #unsureOf(change: Change): Unsure | undefined {
    const id = 'id' in change ? change.id : undefined
    return [...this.#unsure.values()].find((each) => each.id === id || each.key === change.key || each.from === change.key)
  }

  /** Looks what became of a change, and writes down what is there: the plan goes on from that. */
  async #settle({ id, from }: Unsure, options: ApplyOptions): Promise<Result<Outcome, ApplyError>> {
    const { gateway, observer, store, owner } = this.#parts
    const looked = await gateway.find(id, options)
    if (looked.isErr()) return err(looked.error)
    this.#unsure.delete(id)
    const present = looked.value
    const before = [...store.entries].find(([, entry]) => entry.id === id)?.[1]
    if (!present) observer.index.remove(id)
    else observer.wrote(present)
    if (!present || !before) return ok('again')
    const { name, updatedAt, stamp } = present
    const key = stamp?.owner === owner ? stamp.key : from
    const written = await store.record(key, { ...before, name, updatedAt, digest: contentDigest(present) })
    return written.isOk() ? ok('again') : err({ type: 'unrecorded', code: written.error.code, msg: written.error.msg })
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
    this.#parts.observer.wrote(configuration)
    return this.#succeed(event, appliedEntry(entry(), configuration, digest))
  }

  async #rewrite(change: Job & { kind: 'update' | 'move' }, options: ApplyOptions): Promise<Result<Outcome, ApplyError>> {
    const start = performance.now()
    const { key, id, fields } = change
    const { store, observer } = this.#parts
    const from = change.kind === 'move' ? change.from : key
    const nonce = store.entries.get(from)?.nonce ?? ''
    const result = await rewrite(this.#parts, { id, from, nonce, entry: this.#declared(change.entry), ...options })
    if (result.isErr()) {
      if (classify(result.error, 'write') === 'ambiguous') this.#unsure.set(id, { id, key, from })
      return err(result.error)
    }
    if (result.value.type === 'gone') observer.index.remove(id)
    if (result.value.type === 'foreign') observer.wrote(result.value.configuration)
    if (result.value.type !== 'done') return ok('again')
    const { configuration, entry, attempt, changed } = result.value
    const applied = appliedEntry(entry, configuration, entry.digest)
    observer.wrote(configuration)
    if (!changed) return this.#writeDown(key, store.record(key, applied))
    const told = { key, id, name: configuration.name, fields, attempt, durationMs: performance.now() - start }
    const event: Success =
      change.kind === 'move' ? { event: 'config.moved', from, ...told } : { event: 'config.updated', ...told }
    return this.#succeed(event, applied)
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
    const before = store.entries.get(key)
    if (before?.id !== id) this.#untold.set(key, { event: 'config.linked', key, id, name })
    // What we applied stays what we applied, whatever a person has made of it since.
    const digest = before?.id === id && before.digest === entry.digest ? before.digest : undefined
    return this.#writeDown(key, store.record(key, appliedEntry(entry, configuration, digest)))
  }

  #succeed(event: Success, applied: AppliedEntry): Promise<Result<Outcome, ApplyError>> {
    this.#untold.set(event.key, event)
    return this.#writeDown(event.key, this.#parts.store.record(event.key, applied))
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
