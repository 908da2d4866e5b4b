import { contentDigest } from '../model/digest.ts'
import type { Entry } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { Change, Plan } from './change.ts'
import { findMoves, type Move, type Moves } from './moves.ts'
import { changedFields } from './patch.ts'
import { isForeign, isGone, tiedTo, type World } from './world.ts'

/** Desired × applied × observed → changes, for every key that any of them names. */
export function computePlan(world: World): Plan {
  const keys = new Set([
    ...world.desired.entries.keys(),
    ...world.desired.held.keys(),
    ...world.applied.keys(),
    ...world.observed.keys(),
  ])
  return planKeys(world, keys)
}

/** The part of the plan that concerns some keys. */
export function planKeys(world: World, keys: Iterable<string>): Plan {
  const moves = findMoves(world)
  return { changes: [...keys].toSorted().flatMap((key) => planKey(world, key, moves) ?? []) }
}

/** @returns undefined where nothing is declared, applied or observed under the key, or what was moves on under another */
function planKey(world: World, key: string, moves: Moves): Change | undefined {
  const hold = world.desired.held.get(key)
  if (hold) {
    const ids = world.observed.byKey(key).map(({ id }) => id)
    return { kind: 'conflict', key, reason: hold.reason, ids, sources: hold.sources }
  }
  const entry = world.desired.entries.get(key)
  if (!entry) return moves.from.has(key) ? undefined : planUndeclared(world, key)
  const move = moves.to.get(key)
  return move ? planMove(world, entry, move) : planEntry(world, entry)
}

function planMove({ policy }: World, entry: Entry, { from, id, configuration }: Move): Change {
  const { key } = entry
  if (!configuration) return { kind: 'create', key, entry, missing: id }
  const fields = changedFields(entry.configuration, configuration)
  const withheld = policy === 'create-only'
  return { kind: 'move', key, from, id, entry, fields, withheld }
}

function planEntry(world: World, entry: Entry): Change {
  const { key } = entry
  const applied = world.applied.get(key)
  const tied = tiedTo(world, key)
  const claimed = applied && !tied && world.observed.byId(applied.id)
  if (claimed && isForeign(world, claimed, key)) {
    return { kind: 'conflict', key, reason: 'claimed-by-other', ids: [claimed.id], sources: [entry.source] }
  }
  const present = presentConfigurations(world, key, tied)
  const [only] = present
  if (!only) return { kind: 'create', key, entry, ...(applied && { missing: applied.id }) }
  if (present.length > 1) {
    const ids = present.map(({ id }) => id)
    return { kind: 'conflict', key, reason: 'duplicate-configuration', ids, sources: [entry.source] }
  }
  return planPresent(world, entry, only)
}

function presentConfigurations(
  world: World,
  key: string,
  tied: ObservedConfiguration | undefined,
): readonly ObservedConfiguration[] {
  const stamped = world.observed.byKey(key)
  return tied && !stamped.some(({ id }) => id === tied.id) ? [tied, ...stamped] : stamped
}

/** What was last applied decides: what a person changed on the gateway since then is not for an edit to find. */
function planPresent({ applied, policy }: World, entry: Entry, present: ObservedConfiguration): Change {
  const { key, configuration, digest, source, protect } = entry
  const { id } = present
  const record = applied.get(key)
  const isLinked = record?.id === id
  if ((isLinked ? record.digest : contentDigest(present)) !== digest) {
    const changed = changedFields(configuration, present)
    // A stamp that was edited away comes back with the change.
    const fields = present.stamp || changed.includes('metadata') ? changed : ([...changed, 'metadata'] as const)
    if (fields.length > 0) return { kind: 'update', key, id, entry, fields, withheld: policy === 'create-only' }
    return { kind: 'noop', key, id, record: present, ...(isLinked && policy !== 'create-only' && { look: entry }) }
  }
  const isRecorded = isLinked && record.source === source && (record.protect ?? false) === protect
  return { kind: 'noop', key, id, ...(!isRecorded && { record: present }) }
}

/** A module that does not load keeps what it last applied, and a folder that is not wholly known declares nothing gone. */
function planUndeclared(world: World, key: string): Change | undefined {
  const id = (tiedTo(world, key) ?? world.observed.byKey(key)[0])?.id
  if (id === undefined) return undefined
  if (!isGone(world, key)) return { kind: 'noop', key, id }
  const source = world.applied.get(key)?.source
  return { kind: 'orphan', key, id, ...(source !== undefined && { source }) }
}
