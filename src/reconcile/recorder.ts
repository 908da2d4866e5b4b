import { err, ok, type Result } from 'neverthrow'
import type { AppliedEntry } from '../lockfile/lockfile.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import type { Report, SyncEvent } from '../model/events.ts'

/** What is told once it is on disk. */
export type Success = Extract<SyncEvent, { event: keyof typeof OUTCOMES }>

export type Recorded = (typeof OUTCOMES)[Success['event']] | 'recorded'

/** It is done on the gateway, and could not be written down. */
export interface Unrecorded {
  readonly type: 'unrecorded'
  readonly code: string
  readonly msg: string
}

const OUTCOMES = {
  'config.created': 'created',
  'config.adopted': 'adopted',
  'config.updated': 'updated',
  'config.moved': 'moved',
  'config.deleted': 'deleted',
  'config.linked': 'linked',
  'config.forgotten': 'forgotten',
} as const

/** Writes into the lockfile what was done, and tells of it after that: no success is told that is not on disk. */
export class Recorder {
  readonly #store: LockfileStore
  readonly #report: Report
  /** What is done and not yet on disk, by key. */
  readonly #untold = new Map<string, Success>()

  constructor(store: LockfileStore, report: Report) {
    this.#store = store
    this.#report = report
  }

  isUntold(key: string): boolean {
    return this.#untold.has(key)
  }

  /** @param success left out where there is nothing to tell */
  record(key: string, applied: AppliedEntry, success?: Success): Promise<Result<Recorded, Unrecorded>> {
    if (success) this.#untold.set(key, success)
    return this.#writeDown(key, this.#store.record(key, applied))
  }

  forget(key: string, success: Success): Promise<Result<Recorded, Unrecorded>> {
    this.#untold.set(key, success)
    return this.#writeDown(key, this.#store.forget(key))
  }

  /** Writes down what could not be written before. */
  flush(key: string): Promise<Result<Recorded, Unrecorded>> {
    return this.#writeDown(key, this.#store.flush())
  }

  async #writeDown(key: string, writing: ReturnType<LockfileStore['record']>): Promise<Result<Recorded, Unrecorded>> {
    const written = await writing
    if (written.isErr()) return err({ type: 'unrecorded', code: written.error.code, msg: written.error.msg })
    const event = this.#untold.get(key)
    this.#untold.delete(key)
    if (!event) return ok('recorded')
    this.#report(event)
    return ok(OUTCOMES[event.event])
  }
}
