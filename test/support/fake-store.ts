import { errAsync, okAsync } from 'neverthrow'
import type { AppliedEntry } from '../../src/lockfile/lockfile.ts'
import type { LockfileStore } from '../../src/lockfile/store.ts'
import { TracedMap } from '../../src/model/traced-map.ts'

/** A lockfile in memory; with `full` set, a disk that takes no more. */
export function fakeStore(): LockfileStore & { full: boolean; entries: TracedMap<AppliedEntry> } {
  const store = {
    entries: new TracedMap<AppliedEntry>(),
    origin: { type: 'rebuilding', reason: 'missing' } as const,
    full: false,
    record(key: string, entry: AppliedEntry) {
      if (store.full) return errAsync({ type: 'unwritable', path: 'l', code: 'ENOSPC', msg: 'no space left on device' } as const)
      for (const [other, { id }] of store.entries) if (id === entry.id) store.entries.delete(other)
      store.entries.set(key, entry)
      return okAsync()
    },
    forget(key: string) {
      store.entries.delete(key)
      return okAsync()
    },
    claim: () => okAsync(),
    flush: () => okAsync(),
    close: () => okAsync(),
    abandon: () => {},
  }
  return store
}
