import type { Gateway, Priority } from '../gateway/gateway.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import type { Report } from '../model/events.ts'
import type { Change } from '../plan/change.ts'
import type { World } from '../plan/world.ts'
import { Creator } from './create.ts'
import { type Job, jobFor } from './job.ts'
import { createOne } from './jobs/create.ts'
import { deleteOne, forgetOne } from './jobs/delete.ts'
import { lookAtKeys } from './jobs/key-problem.ts'
import type { Applying, ApplyOptions, JobParts } from './jobs/parts.ts'
import { recordFound, recordHeld } from './jobs/record.ts'
import { rewriteOne } from './jobs/rewrite.ts'
import { settleOne, type UnsureById, unsureOf } from './jobs/settle.ts'
import type { Keychain } from './keys/keychain.ts'
import type { Observer } from './observer.ts'
import { Recorder } from './recorder.ts'

export interface ApplierParts {
  readonly gateway: Gateway
  readonly observer: Observer
  readonly keychain: Keychain
  readonly store: LockfileStore
  readonly owner: string
  readonly retries: () => number
  /** Always as it is now. */
  readonly world: () => World
  readonly report: Report
}

/** Carries out one change: first on the gateway, then in the lockfile; only then is it told. */
export class Applier {
  readonly #parts: JobParts
  readonly #unsure: UnsureById = new Map()

  constructor(parts: ApplierParts) {
    const { store, report, retries } = parts
    this.#parts = { ...parts, creator: new Creator(retries), recorder: new Recorder(store, report) }
  }

  /** What there is to do about a change, if anything. */
  jobFor(change: Change, priority: Priority): Job | undefined {
    const { key } = change
    const { recorder, world } = this.#parts
    if (recorder.isUntold(key)) return { kind: 'flush', key }
    const unsure = unsureOf(this.#unsure, change)
    if (unsure) return { kind: 'settle', key, unsure }
    return jobFor(change, priority, world())
  }

  async carryOut(job: Job, options: ApplyOptions): Applying {
    const parts = this.#parts
    switch (job.kind) {
      case 'flush':
        return parts.recorder.flush(job.key)
      case 'settle':
        return settleOne(parts, this.#unsure, job.unsure, options)
      case 'record':
        return recordFound(parts, job.key, job.record)
      case 'hold':
        return recordHeld(parts, job.entry, job.id)
      case 'forget':
        return forgetOne(parts, job, options)
      case 'delete':
        return deleteOne(parts, job, options)
      case 'key-problem':
        return lookAtKeys(parts, job, options)
      case 'create':
        return createOne(parts, job, options)
      case 'adopt':
      case 'update':
      case 'move':
        return rewriteOne(parts, this.#unsure, job, options)
    }
  }
}
