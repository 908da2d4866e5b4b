/** A lockfile on a disk: what is recorded is durable once its call has taken effect, and gone with a crash before that. */
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import type { RecordError } from '../../../src/lockfile/errors.ts'
import type { AppliedEntry } from '../../../src/lockfile/lockfile.ts'
import type { LockfileStore } from '../../../src/lockfile/store.ts'
import type { Call, Line } from './line.ts'

export type Entries = ReadonlyMap<string, AppliedEntry>

const FULL: RecordError = { type: 'unwritable', path: 'l', code: 'ENOSPC', msg: 'no space left on device' }

export class Disk {
  durable: Entries = new Map()
  /** Everything it said before, oldest first. */
  readonly before: Entries[] = []
  /** Of the next writes, those that fail. */
  fates: boolean[] = []

  write(entries: Entries): Result<void, RecordError> {
    if (this.fates.shift()) return err(FULL)
    this.replace(entries)
    return ok()
  }

  replace(entries: Entries): void {
    this.before.push(this.durable)
    this.durable = new Map(entries)
  }
}

export function storeOn(disk: Disk, line: Line, by: Call['by']): LockfileStore {
  const entries = new Map(disk.durable)
  let changed = 0
  let saved = 0
  const save = (label: string): ResultAsync<void, RecordError> => {
    const { promise, resolve } = Promise.withResolvers<Result<void, RecordError>>()
    let result: Result<void, RecordError> = ok()
    const takeEffect = () => {
      const upTo = changed
      if (saved < upTo) result = disk.write(entries)
      if (result.isOk()) saved = upTo
    }
    line.add({ by, label, takeEffect, answer: () => resolve(result) })
    return new ResultAsync(promise)
  }
  return {
    entries,
    origin: { type: 'found' },
    record(key, entry) {
      for (const [other, { id }] of entries) if (id === entry.id) entries.delete(other)
      entries.set(key, entry)
      changed++
      return save(`record ${key} as ${entry.id}`)
    },
    forget(key) {
      if (entries.delete(key)) changed++
      return save(`forget ${key}`)
    },
    flush: () => save('flush'),
    close: () => save('close'),
    claim: () => save('claim'),
    abandon: () => {},
  }
}
