import type { DeleteReason, KeyStay, RotateReason } from '../../model/planned.ts'
import type { ProviderKeyName } from '../../model/provider-key.ts'
import { describeSecret } from '../../model/secret.ts'
import type { KeyChange, KeyRotate, KeyUpdate, KeyWithheld } from '../../plan/key-change.ts'

/** What is to be done about a managed provider key, as `plan --json` tells it. Each kind always has the same properties. */
export type KeyChangeDocument =
  | (Subject<null> &
      Valued & {
        readonly kind: 'create'
        readonly reason: 'new'
      })
  | (Subject & Valued & Touched & { readonly kind: 'rotate'; readonly reason: RotateReason })
  | (Subject &
      Used &
      Touched & {
        readonly kind: 'update'
        readonly reason: 'drift'
        /** `metadata`: our stamp. */
        readonly fields: readonly ('name' | 'metadata')[]
        /** What it is called there. */
        readonly nameBefore: string
      })
  | (Subject & { readonly kind: 'delete'; readonly reason: DeleteReason })
  | (Subject & {
      readonly kind: 'orphan'
      readonly reason: 'not-declared'
      readonly stays: KeyStay
      /** Where they keep it: the ids of those that refer to it. */
      readonly configurations: readonly string[]
    })
  | (Subject & Used & { readonly kind: 'noop'; readonly reason: 'unchanged' | 'unrecorded' })

interface Subject<Id = string> extends ProviderKeyName {
  readonly id: Id
}

interface Used {
  /** The keys of the entries that declare it. */
  readonly entries: readonly string[]
}

interface Valued extends Used {
  /** Where its value is, as a module says it. */
  readonly secret: string
}

interface Touched {
  /** It is not made; `withheldBy` says why. */
  readonly withheld: boolean
  readonly withheldBy: KeyWithheld | null
  /** Who wrote to it last, by the gateway's word. */
  readonly lastUpdatedBy: string
  readonly updatedAt: string
}

/** Names each property: nothing of a value, nor of its display form, is shown by itself. */
export function keyDocument(change: KeyChange): KeyChangeDocument {
  const { kind, provider, name } = change
  switch (kind) {
    case 'create':
      return { kind, provider, name, id: null, reason: 'new', entries: change.entries, secret: describeSecret(change.secret) }
    case 'rotate': {
      const { id, reason, entries, secret } = change
      return { kind, provider, name, id, reason, entries, secret: describeSecret(secret), ...touched(change) }
    }
    case 'update': {
      const { id, entries, fields, present } = change
      return { kind, provider, name, id, reason: 'drift', entries, fields, nameBefore: present.name, ...touched(change) }
    }
    case 'delete':
      return { kind, provider, name, id: change.id, reason: change.reason }
    case 'orphan': {
      const { id, stays, configurations } = change
      return { kind, provider, name, id, reason: 'not-declared', stays, configurations }
    }
    case 'noop': {
      const reason = change.record === undefined ? 'unchanged' : 'unrecorded'
      return { kind, provider, name, id: change.id, reason, entries: change.entries }
    }
  }
}

function touched({ withheld, present: { lastUpdatedBy, updatedAt } }: KeyRotate | KeyUpdate): Touched {
  return { withheld: withheld !== undefined, withheldBy: withheld ?? null, lastUpdatedBy, updatedAt }
}

/** How many managed provider keys there are with something of each kind to be done. */
export interface KeySummary extends Readonly<Record<KeyChangeDocument['kind'], number>> {
  /** Of the rotations and updates: those that are not made. */
  readonly withheld: number
}

export function summariseKeys(changes: readonly KeyChangeDocument[]): KeySummary {
  const counts = { create: 0, rotate: 0, update: 0, delete: 0, noop: 0, orphan: 0, withheld: 0 }
  for (const change of changes) {
    counts[change.kind]++
    if ('withheld' in change && change.withheld) counts.withheld++
  }
  return counts
}
