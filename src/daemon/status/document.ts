import type { AccessKeyRef } from '../../model/observed.ts'
import type { ContentField } from '../../model/content.ts'
import type { KeyProblem, KeyStay, Stay } from '../../model/planned.ts'
import type { ChangeKind, ConflictReason, Withheld } from '../../plan/change.ts'
import type { KeyChange, KeyWithheld } from '../../plan/key-change.ts'
import type { Guard } from '../../plan/guards.ts'
import type { Settings } from '../../settings/settings.ts'

/** What `status --json` prints. What does not apply, or is not known, is null. */
export interface StatusDocument {
  /** Whether a daemon told this. Otherwise it is what the lockfile says: what was applied last. */
  readonly running: boolean
  readonly pid: number | null
  readonly version: string | null
  /** RFC 3339, UTC, the clock of the host. */
  readonly startedAt: string | null
  readonly readyAt: string | null
  /** When the gateway was last listed wholly. */
  readonly lastListedAt: string | null
  readonly dir: string
  readonly lockfile: string
  readonly apiUrl: string
  readonly owner: string
  readonly policy: Settings['policy']
  readonly drift: Settings['drift']
  /** How many entries there are in each state. */
  readonly summary: Readonly<Record<EntryState, number>>
  /** What keeps the plan, or its deletions, from being carried out. */
  readonly guards: readonly Guard[]
  /** Modules that do not load, below the folder. */
  readonly invalid: readonly string[]
  /** In order of key, by UTF-16 code units. */
  readonly entries: readonly StatusEntry[]
  /** The managed ones, in order of provider and name. Without a daemon, those that the lockfile knows, in order of id. */
  readonly providerKeys: readonly StatusProviderKey[]
}

export type EntryState =
  /** As declared, or kept as it is. */
  | 'managed'
  /** To be done, or under way. */
  | 'pending'
  | 'failing'
  /** Declared no more, and it stays. */
  | 'orphaned'
  /** Otherwise than declared until a person decides. */
  | 'held'

export interface StatusEntry {
  readonly key: string
  readonly id: string | null
  readonly name: string | null
  /** The module, below the folder; of several, none. */
  readonly source: string | null
  readonly state: EntryState
  readonly reason: StateReason | null
  /** Why, and the way out, for people. */
  readonly msg: string | null
  /** What a change is about, where one is planned or withheld. */
  readonly fields: readonly ContentField[] | null
  /** Those that keep it, where it stays because it is in use. */
  readonly accessKeys: readonly AccessKeyRef[] | null
}

export type StateReason =
  /** `managed`: its module does not load, or the folder is not wholly known. */
  | 'kept'
  /** `managed`: still to be written into the lockfile. */
  | 'unrecorded'
  /** `pending`: what is to be done; `forget` it, where it is gone from both sides. */
  | Exclude<ChangeKind, 'noop' | 'orphan' | 'conflict'>
  | 'forget'
  /** `pending`: the gateway was not listed yet. */
  | 'unlisted'
  /** `failing` until its file changes, or for the time being; or for a provider key, as conflicts have it. */
  | 'refused'
  | 'retrying'
  /** `orphaned`; `pending` for `grace` and `in-use`. */
  | Stay
  /** `held` */
  | Withheld
  | ConflictReason
  /** `held`: nothing at all is changed. */
  | 'unknown-ids'
  /** `held`: gone from the gateway, and its module does not load. */
  | 'missing'

/** A provider key that entries declare with its value, or that is still ours. Nothing of the value. */
export interface StatusProviderKey {
  /** Null, with the name, where only the lockfile tells. */
  readonly provider: string | null
  readonly name: string | null
  /** Null where there is none yet, or it is not known. */
  readonly id: string | null
  readonly state: KeyState
  readonly reason: KeyStateReason | null
  /** Why, and the way out, for people. */
  readonly msg: string | null
  /** The keys of the entries that declare it. */
  readonly entries: readonly string[]
  /** The ids of those that keep it, where it stays because it is in use. */
  readonly configurations: readonly string[] | null
}

export type KeyState =
  /** As declared. */
  | 'applied'
  /** To be done, or under way. */
  | 'pending'
  | 'failed'
  /** Somebody changed it, and it is left. */
  | 'drift'
  /** No entry declares it any more, and it stays. */
  | 'orphan'
  /** A person has to decide. */
  | 'conflict'
  /** Otherwise than declared, for a reason that is not its own. */
  | 'held'

export type KeyStateReason =
  /** `applied`: still to be written into the lockfile. */
  | 'unrecorded'
  /** `pending`: what is to be done. */
  | Exclude<KeyChange['kind'], 'noop' | 'orphan'>
  /** `pending`: the gateway was not listed yet. */
  | 'unlisted'
  /** `failed` until something changes, or for the time being. */
  | 'refused'
  | 'retrying'
  /** `failed` or `conflict` */
  | KeyProblem['type']
  /** `drift`; `held` for `policy` */
  | KeyWithheld
  /** `orphan` */
  | KeyStay
  /** `held`: nothing at all is changed. */
  | 'unknown-ids'
  /** `held`: the entries that declare it are. */
  | 'entries'

export function summarise(entries: readonly StatusEntry[]): StatusDocument['summary'] {
  const summary = { managed: 0, failing: 0, pending: 0, orphaned: 0, held: 0 }
  for (const { state } of entries) summary[state]++
  return summary
}
