import { CONTENT_FIELDS, type ContentField } from '../../model/content.ts'
import { isUnrestricted } from '../../model/access.ts'
import { describeKeyProblem } from '../../model/key-problem.ts'
import type { DeleteReason, KeyProblem, Reach, Stay, UpdateReason } from '../../model/planned.ts'
import type { ResolvedEntry } from '../../model/resolved.ts'
import type { Candidate, Change, ConflictReason, MoveReason, Rewrite, Withheld } from '../../plan/change.ts'
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
      /** What nobody owns and has the same name: `aigw-sync adopt KEY ID` takes it over instead. */
      readonly candidates: readonly Candidate[]
    })
  | (Rewritten & { readonly kind: 'adopt'; readonly reason: 'declared' })
  | (Rewritten & {
      readonly kind: 'update'
      readonly reason: UpdateReason
      /** Who wrote to it last, by the gateway's word. */
      readonly lastUpdatedBy: string
      readonly updatedAt: string
    })
  | (Rewritten & { readonly kind: 'move'; readonly from: string; readonly reason: MoveReason })
  | {
      readonly kind: 'delete'
      readonly key: string
      readonly id: string
      readonly reason: DeleteReason
      readonly source: string | null
    }
  | {
      readonly kind: 'noop'
      readonly key: string
      readonly id: string
      /**
       * `unrecorded`: to be written into the lockfile. `kept`: its module does not load, or the folder is not wholly known.
       * `forgotten`: it is gone from both sides, and to be taken out of the lockfile.
       */
      readonly reason: 'unchanged' | 'unrecorded' | 'kept' | 'forgotten'
    }
  | {
      readonly kind: 'orphan'
      readonly key: string
      readonly id: string
      readonly reason: 'not-declared'
      readonly source: string | null
      readonly stays: Stay
      /** Where they keep it. */
      readonly accessKeys: readonly { readonly id: string; readonly name: string | null }[]
    }
  | {
      readonly kind: 'conflict'
      readonly key: string
      readonly id: null
      readonly reason: ConflictReason
      readonly ids: readonly string[]
      readonly sources: readonly string[]
      /** What is wrong with a provider key that the entry declares, where that is what it is about. */
      readonly problem: { readonly type: KeyProblem['type']; readonly msg: string } | null
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
  /** What it does to the reach of keys with the configuration. */
  readonly reach: Reach
  /** It is not made; `withheldBy` says why. */
  readonly withheld: boolean
  readonly withheldBy: Withheld | null
}

/** @param world what the change was planned from */
export function changeDocument(change: Change, world: World): ChangeDocument {
  const { kind, key } = change
  switch (kind) {
    case 'create': {
      const { entry, candidates } = change
      const missing = change.missing ?? null
      const reason = missing === null ? 'new' : 'gone'
      return { kind, key, id: null, reason, missing, candidates, ...declared(entry, stated(entry), undefined, world) }
    }
    case 'adopt':
      return { kind, key, id: change.id, reason: 'declared', ...rewritten(change, world) }
    case 'update': {
      const { lastUpdatedBy, updatedAt } = change.present
      return { kind, key, id: change.id, reason: change.reason, ...rewritten(change, world), lastUpdatedBy, updatedAt }
    }
    case 'move':
      return { kind, key, id: change.id, from: change.from, reason: change.reason, ...rewritten(change, world) }
    case 'delete':
      return { kind, key, id: change.id, reason: change.reason, source: change.source ?? null }
    case 'noop':
      return { kind, key, id: change.id, reason: noopReason(change, world) }
    case 'orphan': {
      const { id, source = null, stays } = change
      const accessKeys = change.accessKeys.map(({ id: user, name = null }) => ({ id: user, name }))
      return { kind, key, id, reason: 'not-declared', source, stays, accessKeys }
    }
    case 'conflict': {
      const { reason, ids, sources, problem } = change
      const told = problem ? { type: problem.type, msg: describeKeyProblem(problem) } : null
      return { kind, key, id: null, reason, ids, sources, problem: told }
    }
  }
}

function noopReason({ key, record, forget }: Change & { kind: 'noop' }, { desired }: World) {
  if (forget) return 'forgotten'
  if (!desired.entries.has(key)) return 'kept'
  return record ? 'unrecorded' : 'unchanged'
}

function rewritten({ entry, id, fields, reach, withheld }: Rewrite, world: World): Omit<Rewritten, 'key' | 'id'> {
  const kept = { withheld: withheld !== undefined, withheldBy: withheld ?? null }
  return { reach, ...kept, ...declared(entry, fields, id, world) }
}

function declared(
  entry: ResolvedEntry,
  fields: readonly ContentField[],
  id: string | undefined,
  { observed }: World,
): Omit<Declared, 'key'> {
  const { configuration, source } = entry
  const before = id === undefined ? undefined : observed.byId(id)
  return { source, unrestricted: isUnrestricted(configuration.access), fields: differences(fields, configuration, before) }
}

/** The fields that say something; access does so by being left out, too. */
function stated({ configuration }: ResolvedEntry): readonly ContentField[] {
  const says = shown(configuration)
  return CONTENT_FIELDS.filter((field) => field === 'access' || says[field] !== null)
}
