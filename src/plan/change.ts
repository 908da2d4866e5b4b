import type { ContentField } from '../model/content.ts'
import type { ResolvedEntry } from '../model/resolved.ts'
import type { AccessKeyRef, ObservedConfiguration } from '../model/observed.ts'
import type { DeleteReason, KeyProblem, Reach, Stay, UpdateReason } from '../model/planned.ts'
import type { Guard } from './guards.ts'
import type { KeyChange } from './key-change.ts'

/** One step of a plan. */
export type Change =
  | Create
  /** An unowned configuration is taken over, as the entry says by its id: first it gets our stamp alone, then what is declared. */
  | ({ readonly kind: 'adopt' } & Rewrite)
  /** On the gateway, and otherwise than declared. */
  | ({ readonly kind: 'update'; readonly reason: UpdateReason; readonly present: ObservedConfiguration } & Rewrite)
  /** Declared under another key than before; the configuration keeps its id. */
  | ({ readonly kind: 'move'; readonly from: string; readonly reason: MoveReason } & Rewrite)
  | Delete
  | Orphan
  | Conflict
  | Noop

/** Declared, and nothing on the gateway carries its stamp. */
export interface Create {
  readonly kind: 'create'
  readonly key: string
  readonly entry: ResolvedEntry
  /** The id the lockfile names, where the gateway has no such configuration any more. */
  readonly missing?: string
  /** What nobody owns and is called the same: it may be meant, and is not taken without being asked for. */
  readonly candidates: readonly Candidate[]
}

export interface Candidate {
  readonly id: string
  readonly name: string
  /** Whether it is what is declared. */
  readonly sameContent: boolean
}

/** A change of what is there. */
export interface Rewrite {
  readonly key: string
  readonly id: string
  readonly entry: ResolvedEntry
  /** What differs from what the gateway has. */
  readonly fields: readonly ContentField[]
  /** What it does to the reach of the keys that use it. */
  readonly reach: Reach
  /** Why it is not made. */
  readonly withheld?: Withheld
}

export type Withheld =
  /** `create-only` changes nothing that exists. */
  | 'policy'
  /** `drift: report` corrects nothing. */
  | 'report'
  /** A person closed something, which correcting would open again. */
  | 'widening'

export type MoveReason =
  /** As the module says. */
  | 'renamed-from'
  /** Under another key with the same content. */
  | 'same-content'
  /** The only entry of its module has another key now. */
  | 'same-source'
  /** Its stamp names another key than the lockfile: a move was taken back, or the stamp was edited. */
  | 'stamp'

export interface Delete {
  readonly kind: 'delete'
  readonly key: string
  readonly id: string
  readonly reason: DeleteReason
  readonly source?: string
}

/** Ours on the gateway, declared no more, and left there. */
export interface Orphan {
  readonly kind: 'orphan'
  readonly key: string
  readonly id: string
  readonly source?: string
  readonly stays: Stay
  /** Where they keep it. */
  readonly accessKeys: readonly AccessKeyRef[]
}

/** Cannot be decided without a person. */
export interface Conflict {
  readonly kind: 'conflict'
  readonly key: string
  readonly reason: ConflictReason
  /** The configurations in question. */
  readonly ids: readonly string[]
  /** The modules in question. */
  readonly sources: readonly string[]
  /** A provider key that the entry declares, where that is what it is about. */
  readonly problem?: KeyProblem
}

export type ConflictReason =
  /** Two or more modules declare the key. */
  | 'duplicate-key'
  /** Two or more configurations on the gateway carry our stamp for the key, and none of them is rubbish. */
  | 'duplicate-configuration'
  /** The configuration the lockfile names, or the entry wants to adopt, carries another stamp, or another entry wants it as well. */
  | 'claimed-by-other'
  /** There is no configuration with the id that the entry wants to adopt. */
  | 'adopt-missing'
  | KeyProblem['type']

/** On the gateway as declared, or kept as it is. */
export interface Noop {
  readonly kind: 'noop'
  readonly key: string
  readonly id: string
  /** The lockfile does not say so yet. */
  readonly record?: ObservedConfiguration
  /** It was declared otherwise when it was last written, and what was last seen may be older than that: to be looked at first. */
  readonly look?: ResolvedEntry
  /** Neither declared nor on the gateway any more: the lockfile is to forget it. */
  readonly forget?: true
}

export type ChangeKind = Change['kind']

export interface Plan {
  /** In order of key, by UTF-16 code units. */
  readonly changes: readonly Change[]
  /** Of the managed provider keys, in order of provider and name. */
  readonly providerKeys: readonly KeyChange[]
  /** What keeps changes from being made. */
  readonly guards: readonly Guard[]
}

/** How many changes of each kind there are; kinds that do not occur are left out. */
export function countChanges(changes: Iterable<Change>): Partial<Record<ChangeKind, number>> {
  const counts: Partial<Record<ChangeKind, number>> = {}
  for (const { kind } of changes) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

/** The same of a plan, and of its provider keys those that something is to be done about. */
export function countPlan({ changes, providerKeys }: Plan): {
  readonly changes: Partial<Record<ChangeKind, number>>
  readonly providerKeys?: Partial<Record<KeyChange['kind'], number>>
} {
  const counts: Partial<Record<KeyChange['kind'], number>> = {}
  for (const { kind } of providerKeys) if (kind !== 'noop') counts[kind] = (counts[kind] ?? 0) + 1
  return { changes: countChanges(changes), ...(Object.keys(counts).length > 0 && { providerKeys: counts }) }
}
