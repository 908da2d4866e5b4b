import type { Stay } from '../../model/planned.ts'
import type { Change, Plan } from '../../plan/change.ts'
import type { KeyChange } from '../../plan/key-change.ts'
import type { World } from '../../plan/world.ts'
import type { Troubled } from '../../reconcile/troubles.ts'
import type { EntryState, StateReason, StatusEntry } from './document.ts'

/** What there is to know of entries. */
export interface Sight {
  readonly world: World
  /** Keys that fail, and whether they do so until something changes. */
  readonly troubled: Troubles
  /** The same of managed provider keys, by `providerKeyId`. */
  readonly troubledKeys?: Troubles
  /** Undefined before the first time. */
  readonly lastListedAt: Date | undefined
  /** Why a change is planned, or not made, for people. */
  readonly words: Words
}

export type Troubles = ReadonlyMap<string, Troubled>

export type Words = (change: Change | KeyChange, world: World) => string | null

/** Everything that is declared, recorded or ours on the gateway, in order of key. */
export function entriesOf(sight: Sight, plan: Plan): readonly StatusEntry[] {
  const { world, troubled, words } = sight
  const planned = plan.changes.map((change) => plannedEntry(change, world, words))
  const entries = [...planned, ...restOf(sight, plan)].map((entry) => withTrouble(entry, troubled))
  return entries.toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

function withTrouble(entry: StatusEntry, troubled: Sight['troubled']): StatusEntry {
  const trouble = troubled.get(entry.key)
  if (!trouble) return entry
  const reason = trouble.reason ?? (trouble.permanent ? 'refused' : 'retrying')
  return { ...entry, state: 'failing', reason, msg: trouble.msg }
}

function plannedEntry(change: Change, world: World, words: Words): StatusEntry {
  const { key } = change
  const [state, reason] = stateOf(change, world)
  const id = idOf(change)
  const fields = 'fields' in change ? change.fields : null
  const accessKeys = change.kind === 'orphan' && change.stays === 'in-use' ? change.accessKeys : null
  const msg = state === 'managed' ? null : words(change, world)
  return { ...subject(world, key, id, sourceOf(change)), state, reason, msg, fields, accessKeys }
}

function stateOf(change: Change, { desired }: World): readonly [EntryState, StateReason | null] {
  switch (change.kind) {
    case 'create':
    case 'delete':
      return ['pending', change.kind]
    case 'adopt':
    case 'update':
    case 'move':
      return change.withheld ? ['held', change.withheld] : ['pending', change.kind]
    case 'noop':
      if (change.forget) return ['pending', 'forget']
      return ['managed', desired.entries.has(change.key) ? (change.record ? 'unrecorded' : null) : 'kept']
    case 'orphan':
      return [PENDING.has(change.stays) ? 'pending' : 'orphaned', change.stays]
    case 'conflict':
      return ['held', change.reason]
  }
}

/** What is to be deleted once these have passed. */
const PENDING: ReadonlySet<Stay> = new Set<Stay>(['unloaded', 'grace', 'in-use'])

/** Null where there is none, or more than one. */
function idOf(change: Change): string | null {
  if (change.kind === 'create') return null
  if (change.kind !== 'conflict') return change.id
  return (change.ids.length === 1 && change.ids[0]) || null
}

function sourceOf(change: Change): string | null {
  return (change.kind === 'conflict' && change.sources.length === 1 && change.sources[0]) || null
}

function subject(world: World, key: string, id: string | null, source: string | null) {
  const entry = world.desired.entries.get(key)
  const name = entry?.configuration.name ?? (id === null ? undefined : world.observed.byId(id)?.name) ?? null
  const isHeld = world.desired.held.has(key)
  const where = source ?? entry?.source ?? (isHeld ? null : (world.applied.get(key)?.source ?? null))
  return { key, id, name, source: where }
}

/** What the plan says nothing of, though the lockfile or the folder knows it: nobody is to think that it is not there. */
function restOf({ world, lastListedAt }: Sight, { changes, guards }: Plan): readonly StatusEntry[] {
  const { desired, applied } = world
  const keys = new Set(changes.map(({ key }) => key))
  const ids = new Set(changes.map(idInPlan))
  const rest = [...new Set([...desired.entries.keys(), ...desired.held.keys(), ...applied.keys()])].filter((key) => {
    const id = applied.get(key)?.id
    return !keys.has(key) && (id === undefined || !ids.has(id)) // an id that has another key now is told there
  })
  const isStrange = guards.some(({ guard }) => guard === 'unknown-ids')
  const stand = !lastListedAt ? UNLISTED : isStrange ? STRANGE : undefined
  return rest.map((key) => restEntry(world, key, stand))
}

/** Also the one that a move found to be gone, and that is created anew. */
function idInPlan(change: Change): string | undefined {
  if (change.kind === 'conflict') return undefined
  return change.kind === 'create' ? change.missing : change.id
}

type Stand = Pick<StatusEntry, 'state' | 'reason' | 'msg'>

const UNLISTED: Stand = { state: 'pending', reason: 'unlisted', msg: null }

const STRANGE: Stand = { state: 'held', reason: 'unknown-ids', msg: null }

function restEntry(world: World, key: string, stand: Stand | undefined): StatusEntry {
  const id = world.applied.get(key)?.id ?? null
  const told = subject(world, key, id, null)
  return { ...told, ...(stand ?? left(world, id, told.source)), fields: null, accessKeys: null }
}

/** Declared no more, as far as is known, and not ours on the gateway. */
function left({ observed }: World, id: string | null, source: string | null): Stand {
  if (id !== null && observed.byId(id)) {
    const msg = `no longer declared, and ${id} belongs to another entry or owner; nothing is changed`
    return { state: 'held', reason: 'claimed-by-other', msg }
  }
  const msg = `${id} is gone from the gateway, and ${source} does not load: mend it to have one created`
  return { state: 'held', reason: 'missing', msg }
}
