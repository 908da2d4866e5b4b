import { randomBytes } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import { classify } from '../gateway/classify.ts'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import { contentDigest, type Digest } from '../model/digest.ts'
import type { Entry } from '../model/entry.ts'
import type { Report } from '../model/events.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { Change } from '../plan/change.ts'
import { planKeys } from '../plan/plan.ts'
import type { World } from '../plan/world.ts'
import { appliedEntry, heldEntry, rewrittenEntry } from './applied.ts'
import { Creator } from './create.ts'
import { type Decided, type Decision, decideAdopt, decideMove, decideUpdate } from './decide.ts'
import { type Job, jobFor, type Unsure } from './job.ts'
import type { Observer } from './observer.ts'
import { type Recorded, Recorder, type Success, type Unrecorded } from './recorder.ts'
import { remove } from './remove.ts'
import { rewrite, type Rewritten } from './rewrite.ts'

export interface ApplierParts {
  readonly gateway: Gateway
  readonly observer: Observer
  readonly store: LockfileStore
  readonly owner: string
  readonly retries: number
  /** Always as it is now. */
  readonly world: () => World
  readonly report: Report
}

export interface ApplyOptions {
  readonly priority: Priority
  readonly signal: AbortSignal
}

export type ApplyError = GatewayError | Unrecorded

/** `again`: the gateway is not as it was thought to be; look at the key anew. */
export type Outcome = Recorded | 'again'

type Applying = Promise<Result<Outcome, ApplyError>>

/** Carries out one change: first on the gateway, then in the lockfile; only then is it told. */
export class Applier {
  readonly #parts: ApplierParts
  readonly #creator: Creator
  readonly #recorder: Recorder
  /** By id. Nothing else is done about what a change concerns while its outcome is not known. */
  readonly #unsure = new Map<string, Unsure>()

  constructor(parts: ApplierParts) {
    this.#parts = parts
    this.#creator = new Creator(parts)
    this.#recorder = new Recorder(parts.store, parts.report)
  }

  /** What there is to do about a change, if anything. */
  jobFor(change: Change, priority: Priority): Job | undefined {
    const { key } = change
    if (this.#recorder.isUntold(key)) return { kind: 'flush', key }
    const unsure = this.#unsureOf(change)
    if (unsure) return { kind: 'settle', key, unsure }
    return jobFor(change, priority, this.#parts.world())
  }

  async carryOut(job: Job, options: ApplyOptions): Applying {
    switch (job.kind) {
      case 'flush':
        return this.#recorder.flush(job.key)
      case 'settle':
        return this.#settle(job.unsure, options)
      case 'record':
        return this.#recordFound(job.key, job.record)
      case 'hold':
        return this.#hold(job.entry, job.id)
      case 'forget':
        return this.#forget(job, options)
      case 'delete':
        return this.#delete(job, options)
      case 'create':
        return this.#create(job, options)
      case 'adopt':
      case 'update':
      case 'move':
        return this.#rewrite(job, options)
    }
  }

  #unsureOf(change: Change): Unsure | undefined {
    const id = 'id' in change ? change.id : undefined
    return [...this.#unsure.values()].find((each) => each.id === id || each.key === change.key || each.from === change.key)
  }

  /**
   * Looks what became of a change, and writes down what we sent, where that is there: the plan goes on from that. Anything else is
   * as it was before, or somebody's doing since.
   */
  async #settle({ id, key: to, from, sent }: Unsure, options: ApplyOptions): Applying {
    const { store, owner } = this.#parts
    const looked = await this.#look(id, options)
    if (looked.isErr()) return err(looked.error)
    this.#unsure.delete(id)
    const present = looked.value
    const before = [...store.entries].find(([, entry]) => entry.id === id)?.[1]
    if (!present || !before) return ok('again')
    const { name, updatedAt, stamp } = present
    const key = stamp?.owner === owner && stamp.key === to ? to : from // any other is somebody's doing
    const digest = contentDigest(present)
    const written = await this.#recorder.record(key, { ...before, ...(sent.has(digest) && { name, updatedAt, digest }) })
    return written.map(() => 'again')
  }

  async #look(id: string, options: ApplyOptions): Promise<Result<ObservedConfiguration | undefined, GatewayError>> {
    const { gateway, observer } = this.#parts
    const looked = await gateway.find(id, options)
    if (looked.isErr()) return looked
    if (looked.value) observer.wrote(looked.value)
    else observer.lacks(id)
    return looked
  }

  async #create(job: Job & { kind: 'create' }, options: ApplyOptions): Applying {
    const start = performance.now()
    const { key, missing } = job
    if (missing !== undefined) {
      const isGone = await this.#confirmMissing(missing, options)
      if (isGone.isErr() || !isGone.value) return isGone.map(() => 'again')
      this.#parts.report({ event: 'config.missing', key, id: missing })
    }
    const entry = this.#declared(job.entry)
    const result = await this.#creator.create({ key, entry, ...options })
    if (result.isErr()) return err(result.error)
    if (result.value === 'found') return ok('again')
    const { configuration, digest, attempt, settled } = result.value
    const { id, name } = configuration
    const durationMs = performance.now() - start
    this.#parts.observer.wrote(configuration)
    const event = { event: 'config.created', key, id, name, attempt, durationMs, ...(settled && { settled }) } as const
    const applied = appliedEntry(entry(), configuration, digest)
    // Before it was found, a person may have changed it.
    return this.#recorder.record(key, settled ? { ...applied, updatedAt: configuration.createdAt } : applied, event)
  }

  /** A listing may lag behind what it lists, so that absence from one does not prove a recorded configuration gone. */
  async #confirmMissing(id: string, options: ApplyOptions): Promise<Result<boolean, GatewayError>> {
    if (this.#parts.observer.index.isMissing(id)) return ok(true)
    return (await this.#look(id, options)).map((found) => !found)
  }

  async #rewrite(job: Job & { kind: 'adopt' | 'update' | 'move' }, options: ApplyOptions): Applying {
    const start = performance.now()
    const { key, id } = job
    const from = job.kind === 'move' ? job.from : key
    const sent = new Set<Digest>()
    const result = await rewrite(this.#parts, { id, key, decide: this.#decider(job, sent), ...options })
    if (result.isErr()) {
      if (classify(result.error, 'write') === 'ambiguous') this.#unsure.set(id, { id, key, from, sent })
      return err(result.error)
    }
    const { observer } = this.#parts
    if (result.value.type === 'gone') observer.lacks(id)
    else observer.wrote(result.value.configuration)
    if (result.value.type !== 'done') return ok('again')
    const success = result.value.changed ? successOf(job, result.value, performance.now() - start) : undefined
    const before = this.#parts.store.entries.get(from)
    return this.#recorder.record(key, rewrittenEntry(result.value, before?.id === id ? before : undefined), success)
  }

  /** @param sent takes in what each attempt would make of it */
  #decider(job: Job & { kind: 'adopt' | 'update' | 'move' }, sent: Set<Digest>): (present: ObservedConfiguration) => Decision {
    const { world } = this.#parts
    const declared = this.#declared(job.entry)
    const nonce = randomBytes(16).toString('base64url')
    const decide = (present: ObservedConfiguration) => {
      if (job.kind === 'adopt') return decideAdopt(world(), declared(), present, nonce)
      return job.kind === 'move' ? decideMove(world(), job.from, declared(), present) : decideUpdate(world(), declared(), present)
    }
    return (present) => {
      if (world().desired.held.has(job.key)) return { type: 'replan' }
      const decision = decide(present)
      if (decision.type === 'send') sent.add(decision.digest)
      return decision
    }
  }

  /** The declaration as it is whenever it is asked for; as it was planned once it is gone. */
  #declared(planned: Entry): () => Entry {
    return () => this.#parts.world().desired.entries.get(planned.key) ?? planned
  }

  async #delete(job: Job & { kind: 'delete' }, options: ApplyOptions): Applying {
    const start = performance.now()
    const { key, id, reason } = job
    const isWanted = () => planKeys(this.#parts.world(), [key]).changes.some((change) => isDeletionOf(change, id))
    const result = await remove(this.#parts, { id, key, isWanted, ...options })
    if (result.isErr()) return err(result.error)
    if (result.value.type === 'replan') return ok('again')
    const { attempt } = result.value
    const event = { event: 'config.deleted', key, id, reason, attempt, durationMs: performance.now() - start } as const
    if (reason === 'not-declared') return this.#recorder.forget(key, event)
    this.#parts.report(event) // the lockfile says nothing of it
    return ok('again')
  }

  async #forget({ key, id }: Job & { kind: 'forget' }, options: ApplyOptions): Applying {
    const isGone = await this.#confirmMissing(id, options)
    if (isGone.isErr() || !isGone.value) return isGone.map(() => 'again')
    if (this.#parts.world().desired.entries.has(key)) return ok('again')
    return this.#recorder.forget(key, { event: 'config.forgotten', key, id })
  }

  async #recordFound(key: string, configuration: ObservedConfiguration): Applying {
    const { world, store } = this.#parts
    const entry = world().desired.entries.get(key)
    if (!entry) return ok('again') // the declaration went away meanwhile
    const { id } = configuration
    const before = store.entries.get(key)
    // What we applied stays what we applied, whatever the gateway makes of it.
    const digest = before?.id === id && before.digest === entry.digest ? before.digest : undefined
    return this.#recorder.record(key, appliedEntry(entry, configuration, digest), linked(key, configuration, before?.id))
  }

  async #hold(entry: Entry, id: string): Applying {
    const { observer, store } = this.#parts
    const { key } = entry
    const configuration = observer.index.byId(id)
    if (!configuration) return ok('again')
    const before = store.entries.get(key)
    const known = before?.id === id ? before : undefined
    return this.#recorder.record(key, heldEntry(entry, configuration, known), linked(key, configuration, before?.id))
  }
}

function linked(key: string, { id, name }: ObservedConfiguration, before: string | undefined): Success | undefined {
  return before === id ? undefined : { event: 'config.linked', key, id, name }
}

function isDeletionOf(change: Change, id: string): boolean {
  return change.kind === 'delete' && change.id === id
}

function successOf(
  job: Job & { kind: 'adopt' | 'update' | 'move' },
  { configuration, attempt }: Rewritten<Decided> & { type: 'done' },
  durationMs: number,
): Success {
  const { key, id, fields, reach } = job
  const told = { key, id, name: configuration.name, attempt, durationMs }
  if (job.kind === 'adopt') return { event: 'config.adopted', ...told }
  if (job.kind === 'move') return { event: 'config.moved', from: job.from, fields, reach, ...told }
  return { event: 'config.updated', reason: job.reason, fields, reach, ...told }
}
