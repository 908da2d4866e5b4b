import { err, errAsync, ok, type Result, type ResultAsync } from 'neverthrow'
import type { Report } from '../model/events.ts'
import { TracedMap } from '../model/traced-map.ts'
import type { LockfileError, LockfileUnwritable, RecordError, SystemFailure } from './errors.ts'
import { lockfileParts } from './format.ts'
import { GroupCommit } from './group-commit.ts'
import { removeLeftovers } from './leftovers.ts'
import type { AppliedEntry } from './lockfile.ts'
import { makeRoom, type Origin } from './origin.ts'
import { type LockfileIdentity, normalizeApiUrl, readLockfile, type Reading } from './read.ts'
import { replaceFile } from './replace.ts'
import { attempt } from './system.ts'
import { resolveTarget } from './target.ts'

/** The applied state, in memory and on disk. Nobody else writes the file: the lease is held before it is opened. */
export interface LockfileStore {
  /** As it is now, including what is not on disk yet. */
  readonly entries: ReadonlyMap<string, AppliedEntry>
  readonly origin: Origin
  /**
   * Resolves when it is durably on disk. An id is recorded under one key only: recording it under another key moves it.
   * @returns err if the write failed; the entry stays in `entries`, and goes with the next write, at the latest with a `flush()`
   */
  record(key: string, entry: AppliedEntry): ResultAsync<void, RecordError>
  /** Resolves when the key is durably gone; a key that is not there is no error. */
  forget(key: string): ResultAsync<void, RecordError>
  /** Makes `owner` what the lockfile records, where it was opened as `formerOwner`'s. Resolves when that is durably on disk. */
  claim(): ResultAsync<void, RecordError>
  /** Resolves when everything is durably on disk; writes only what is not yet there. */
  flush(): ResultAsync<void, RecordError>
  /** Flushes; whatever comes after is refused. */
  close(): ResultAsync<void, RecordError>
  /** Somebody else writes the lockfile now: from here on nothing is written any more. */
  abandon(): void
}

/**
 * Opens the lockfile for writing. What cannot be used is set aside and never lost: a damaged file, and one that records another
 * gateway. With `formerOwner` the lockfile stays the former owner's until `claim()`, so that a handing over which is cut off can be
 * taken up again, and nobody takes half of it for the whole.
 *
 * Missing folders are made (0700), a symbolic link is followed, what killed processes left behind is removed.
 * @returns err if the file cannot be read, its folder cannot be written, a later version wrote it, or it records another owner
 */
export function openLockfileStore(identity: LockfileIdentity, report: Report): ResultAsync<LockfileStore, LockfileError> {
  return attempt(() => prepare(identity.path))
    .mapErr((failure) => unwritable(identity.path, failure))
    .andThen((path) =>
      readLockfile({ ...identity, path }).andThen((reading) =>
        attempt(() => makeRoom(path, reading))
          .mapErr((failure): LockfileError => unwritable(path, failure))
          .map((origin) => new Store({ ...identity, path }, reading, origin, report)),
      ),
    )
}

async function prepare(path: string): Promise<string> {
  const target = await resolveTarget(path)
  await removeLeftovers(target)
  return target
}

function unwritable(path: string, failure: SystemFailure): LockfileUnwritable {
  return { type: 'unwritable', path, ...failure }
}

class Store implements LockfileStore {
  readonly origin: Origin
  readonly #identity: LockfileIdentity
  readonly #report: Report
  readonly #entries: TracedMap<AppliedEntry>
  readonly #keys: Map<string, string>
  #owner: string
  readonly #commit = new GroupCommit(() => this.#write())
  #closed = false
  #abandoned = false

  constructor(identity: LockfileIdentity, reading: Reading, origin: Origin, report: Report) {
    this.#identity = { ...identity, apiUrl: normalizeApiUrl(identity.apiUrl) }
    this.#report = report
    this.origin = origin
    const found = reading.type === 'found' ? reading.lockfile : undefined
    this.#owner = found?.owner ?? identity.formerOwner ?? identity.owner
    this.#entries = new TracedMap(found?.entries)
    this.#keys = new Map([...this.#entries].map(([key, { id }]) => [id, key]))
  }

  get entries(): ReadonlyMap<string, AppliedEntry> {
    return this.#entries
  }

  record(key: string, entry: AppliedEntry): ResultAsync<void, RecordError> {
    if (this.#closed) return this.#refuse()
    this.#drop(key)
    this.#drop(this.#keys.get(entry.id))
    this.#entries.set(key, entry)
    this.#keys.set(entry.id, key)
    this.#commit.change()
    return this.#commit.save()
  }

  forget(key: string): ResultAsync<void, RecordError> {
    if (this.#closed) return this.#refuse()
    if (this.#drop(key)) this.#commit.change()
    return this.#commit.save()
  }

  claim(): ResultAsync<void, RecordError> {
    if (this.#closed) return this.#refuse()
    if (this.#owner !== this.#identity.owner) this.#commit.change()
    this.#owner = this.#identity.owner
    return this.#commit.save()
  }

  flush(): ResultAsync<void, RecordError> {
    return this.#commit.save()
  }

  close(): ResultAsync<void, RecordError> {
    this.#closed = true
    return this.#commit.save()
  }

  abandon(): void {
    this.#closed = true
    this.#abandoned = true
  }

  #refuse(): ResultAsync<never, RecordError> {
    return errAsync({ type: 'closed', path: this.#identity.path, code: 'CLOSED', msg: 'the lockfile is closed' })
  }

  #drop(key: string | undefined): boolean {
    const entry = key === undefined ? undefined : this.#entries.get(key)
    if (key === undefined || entry === undefined) return false
    this.#keys.delete(entry.id)
    return this.#entries.delete(key)
  }

  async #write(): Promise<Result<void, LockfileUnwritable>> {
    const { path, apiUrl } = this.#identity
    if (this.#abandoned) return err(unwritable(path, { code: 'ABANDONED', msg: 'somebody else writes the lockfile now' }))
    const start = performance.now()
    const entries = this.#entries.size
    const text = lockfileParts({ lockfileVersion: 1, owner: this.#owner, apiUrl, entries: this.#entries })
    const written = await attempt(() => replaceFile(path, text))
    if (written.isErr()) {
      this.#report({ event: 'lockfile.failed', msg: written.error.msg, errorCode: written.error.code })
      return err(unwritable(path, written.error))
    }
    this.#report({ event: 'lockfile.written', entries, durationMs: Math.round(performance.now() - start) })
    return ok()
  }
}
