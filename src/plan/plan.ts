import { contentDigest } from '../model/digest.ts'
import type { Entry } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { Candidate, Change, Conflict, ConflictReason, Plan } from './change.ts'
import { isTiedElsewhere, sortDuplicates } from './duplicates.ts'
import { type Survey, survey } from './guards.ts'
import { movedFields } from './moved.ts'
import type { Move } from './moves.ts'
import { changedFields } from './patch.ts'
import { planPresent } from './present.ts'
import { compareReach } from './reach.ts'
import { planUndeclared } from './undeclared.ts'
import { isForeign, isTiedToAnother, tiedTo, type World } from './world.ts'

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

/** The part of the plan that concerns some keys. One step a key: what follows is planned once that is done. */
export function planKeys(world: World, keys: Iterable<string>): Plan {
  const found = survey(world)
  const changes = found.isStrange ? [] : [...keys].toSorted().flatMap((key) => planKey(world, key, found) ?? [])
  return { changes, guards: found.guards }
}

/** @returns undefined where nothing is declared, applied or observed under the key, or what was moves on under another */
function planKey(world: World, key: string, found: Survey): Change | undefined {
  const hold = world.desired.held.get(key)
  if (hold) {
    const ids = world.observed.byKey(key).map(({ id }) => id)
    return { kind: 'conflict', key, reason: hold.reason, ids, sources: hold.sources }
  }
  const entry = world.desired.entries.get(key)
  if (!entry) return found.moves.from.has(key) ? undefined : planUndeclared(world, found, key)
  const move = found.moves.to.get(key)
  return move ? planMove(world, entry, move) : planEntry(world, entry)
}

function planMove(world: World, entry: Entry, { from, id, reason, configuration }: Move): Change {
  const { key } = entry
  if (!configuration) return planCreate(world, entry, id)
  const fields = movedFields(world, entry, from, configuration)
  const reach = fields.length > 0 ? compareReach(configuration, entry.configuration) : 'same'
  const withheld = world.rules.policy === 'create-only' && ({ withheld: 'policy' } as const)
  return { kind: 'move', key, from, id, entry, reason, fields, reach, ...withheld }
}

function planEntry(world: World, entry: Entry): Change {
  const { key } = entry
  const applied = world.applied.get(key)
  const tied = tiedTo(world, key)
  const claimed = applied && !tied && world.observed.byId(applied.id)
  if (claimed && isForeign(world, claimed, key)) return conflict(entry, 'claimed-by-other', [claimed])
  const stamped = world.observed.byKey(key)
  const present = tied && !stamped.some(({ id }) => id === tied.id) ? [tied, ...stamped] : stamped
  if (present.length > 1) return planSeveral(world, entry, present)
  const [only] = present
  if (only) return planPresent(world, entry, only)
  if (entry.adopt !== undefined && entry.adopt !== applied?.id) return planAdopt(world, entry, entry.adopt)
  return planCreate(world, entry, applied?.id)
}

function planSeveral(world: World, entry: Entry, present: readonly ObservedConfiguration[]): Change {
  const sorted = sortDuplicates(present, world.observed)
  const surplus = sorted.type === 'kept' && sorted.surplus[0]
  const isTied = isTiedElsewhere(world, entry.key, present)
  if (!surplus || isTied || isTiedToAnother(world, entry.key, surplus.id))
    return conflict(entry, 'duplicate-configuration', present)
  return { kind: 'delete', key: entry.key, id: surplus.id, reason: 'surplus' }
}

function planCreate({ observed }: World, entry: Entry, missing: string | undefined): Change {
  const { key, configuration, digest } = entry
  const candidates = observed
    .unowned(configuration.name)
    .map((each): Candidate => ({ id: each.id, name: each.name, sameContent: contentDigest(each) === digest }))
  return { kind: 'create', key, entry, candidates, ...(missing !== undefined && { missing }) }
}

/** One that the listing does not show is asked for before it is believed to be missing. */
function planAdopt(world: World, entry: Entry, id: string): Change {
  const { key, configuration } = entry
  const present = world.observed.byId(id)
  if (!present && world.observed.isMissing(id)) {
    return { kind: 'conflict', key, reason: 'adopt-missing', ids: [id], sources: [entry.source] }
  }
  const rivals = rivalsFor(world, entry)
  if (present?.stamp || rivals.length > 0 || isTiedToAnother(world, key, id)) {
    return { kind: 'conflict', key, reason: 'claimed-by-other', ids: [id], sources: [entry.source, ...rivals] }
  }
  const fields = present ? changedFields(configuration, present) : []
  const reach = present ? compareReach(present, configuration) : 'same'
  const withheld = world.rules.policy === 'create-only' && ({ withheld: 'policy' } as const)
  return { kind: 'adopt', key, id, entry, fields, reach, ...withheld }
}

/** Modules of other entries that want to adopt the same, and have nothing else. */
function rivalsFor({ desired, observed }: World, { key, adopt }: Entry): readonly string[] {
  const rivals: string[] = []
  for (const other of desired.entries.values()) {
    if (other.adopt === adopt && other.key !== key && observed.byKey(other.key).length === 0) rivals.push(other.source)
  }
  return rivals
}

function conflict({ key, source }: Entry, reason: ConflictReason, present: readonly ObservedConfiguration[]): Conflict {
  return { kind: 'conflict', key, reason, ids: present.map(({ id }) => id), sources: [source] }
}
