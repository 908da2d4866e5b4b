import { CONTENT_FIELDS, type ContentField } from '../../model/content.ts'
import type { Entry } from '../../model/entry.ts'
import { isUnrestricted } from '../../model/access.ts'
import type { Change, ConflictReason, Rewrite } from '../../plan/change.ts'
import { type Difference, differences, shown } from '../../plan/shown.ts'
import type { World } from '../../plan/world.ts'

/** One change as `plan --json` tells it. What does not apply is null, so that each kind always has the same properties. */
export type ChangeDocument =
  | (Declared & {
      readonly kind: 'create'
      readonly id: null
      /** `gone`: the gateway does not know the id any more that the lockfile names. */
      readonly reason: 'new' | 'gone'
      readonly missing: string | null
    })
  | (Rewritten & {
      readonly kind: 'update'
      /** `found`: the lockfile does not know it; it was found by its stamp, and is otherwise than declared. */
      readonly reason: 'edited' | 'found'
    })
  | (Rewritten & {
      readonly kind: 'move'
      readonly from: string
      readonly reason: 'renamed-from' | 'same-content'
    })
  | {
      readonly kind: 'noop'
      readonly key: string
      readonly id: string
      /** `unrecorded`: to be written into the lockfile. `kept`: its module does not load, or the folder is not wholly known. */
      readonly reason: 'unchanged' | 'unrecorded' | 'kept'
    }
  | {
      readonly kind: 'orphan'
      readonly key: string
      readonly id: string
      readonly reason: 'not-declared'
      readonly source: string | null
    }
  | {
      readonly kind: 'conflict'
      readonly key: string
      readonly id: null
      readonly reason: ConflictReason
      readonly ids: readonly string[]
      readonly sources: readonly string[]
    }

interface Declared {
  readonly key: string
  readonly source: string
  /** Keys with this configuration will reach every provider and model. */
  readonly unrestricted: boolean
  readonly fields: readonly Difference[]
}

interface Rewritten extends Declared {
  readonly id: string
  /** The policy does not allow it. */
  readonly withheld: boolean
}

/** @param world what the change was planned from */
export function changeDocument(change: Change, world: World): ChangeDocument {
  const { kind, key } = change
  switch (kind) {
    case 'create': {
      const missing = change.missing ?? null
      const reason = missing === null ? 'new' : 'gone'
      return { kind, key, id: null, reason, missing, ...declared(change.entry, stated(change.entry), undefined, world) }
    }
    case 'update':
      return { kind, key, id: change.id, reason: isLinked(change, world) ? 'edited' : 'found', ...rewritten(change, world) }
    case 'move': {
      const reason = change.entry.renamedFrom === change.from ? 'renamed-from' : 'same-content'
      return { kind, key, id: change.id, from: change.from, reason, ...rewritten(change, world) }
    }
    case 'noop': {
      const kept = !world.desired.entries.has(key)
      return { kind, key, id: change.id, reason: kept ? 'kept' : change.record ? 'unrecorded' : 'unchanged' }
    }
    case 'orphan':
      return { kind, key, id: change.id, reason: 'not-declared', source: change.source ?? null }
    case 'conflict':
      return { kind, key, id: null, reason: change.reason, ids: change.ids, sources: change.sources }
  }
}

function isLinked({ key, id }: Rewrite, { applied }: World): boolean {
  return applied.get(key)?.id === id
}

function rewritten({ entry, id, fields, withheld }: Rewrite, world: World): Omit<Rewritten, 'key' | 'id'> {
  return { withheld, ...declared(entry, fields, id, world) }
}

function declared(
  entry: Entry,
  fields: readonly ContentField[],
  id: string | undefined,
  { observed }: World,
): Omit<Declared, 'key'> {
  const { configuration, source } = entry
  const before = id === undefined ? undefined : observed.byId(id)
  return { source, unrestricted: isUnrestricted(configuration.access), fields: differences(fields, configuration, before) }
}

/** The fields that say something; access does so by being left out, too. */
function stated({ configuration }: Entry): readonly ContentField[] {
  const says = shown(configuration)
  return CONTENT_FIELDS.filter((field) => field === 'access' || says[field] !== null)
}
