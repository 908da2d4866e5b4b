import type { ContentField } from '../model/content.ts'
import type { Entry } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'

/** One step of a plan. Further kinds (`adopt`, `delete`) come with the reconciling that carries them out. */
export type Change =
  /** Declared, and nothing on the gateway carries its stamp. */
  | {
      readonly kind: 'create'
      readonly key: string
      readonly entry: Entry
      /** The id the lockfile names, where the gateway has no such configuration any more. */
      readonly missing?: string
    }
  /** On the gateway, but declared otherwise since. */
  | ({ readonly kind: 'update' } & Rewrite)
  /** Declared under another key than before; the configuration keeps its id. */
  | ({ readonly kind: 'move'; readonly from: string } & Rewrite)
  /** On the gateway as declared. */
  | {
      readonly kind: 'noop'
      readonly key: string
      readonly id: string
      /** The lockfile does not say so yet. */
      readonly record?: ObservedConfiguration
      /** It was declared otherwise when it was last written, and what was last seen may be older than that: to be looked at first. */
      readonly look?: Entry
    }
  /** Ours on the gateway, and declared no more. */
  | { readonly kind: 'orphan'; readonly key: string; readonly id: string; readonly source?: string }
  /** Cannot be decided without a person. */
  | {
      readonly kind: 'conflict'
      readonly key: string
      readonly reason: ConflictReason
      /** The configurations in question. */
      readonly ids: readonly string[]
      /** The modules in question. */
      readonly sources: readonly string[]
    }

/** A change of what is there. */
export interface Rewrite {
  readonly key: string
  readonly id: string
  readonly entry: Entry
  /** What differs from what the gateway has. */
  readonly fields: readonly ContentField[]
  /** The policy does not allow it. */
  readonly withheld: boolean
}

export type ChangeKind = Change['kind']

export type ConflictReason =
  /** Two or more modules declare the key. */
  | 'duplicate-key'
  /** Two or more configurations on the gateway carry our stamp for the key. */
  | 'duplicate-configuration'
  /** The configuration the lockfile names now carries another stamp. */
  | 'claimed-by-other'

export interface Plan {
  /** In order of key, by UTF-16 code units. */
  readonly changes: readonly Change[]
}

/** How many changes of each kind there are; kinds that do not occur are left out. */
export function countChanges(changes: Iterable<Change>): Partial<Record<ChangeKind, number>> {
  const counts: Partial<Record<ChangeKind, number>> = {}
  for (const { kind } of changes) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
