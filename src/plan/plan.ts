import type { Entry } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { KeyProblem } from '../model/planned.ts'
import type { ResolvedEntry } from '../model/resolved.ts'
import type { Candidate, Change, Conflict, ConflictReason, Plan } from './change.ts'
import { isTiedElsewhere, sortDuplicates } from './duplicates.ts'
import { type Survey, survey } from './guards.ts'
import { movedFields } from './moved.ts'
import { planDeclaredKeys, planProviderKeys } from './keys/plan-keys.ts'
import { resolve } from './keys/resolve.ts'
import type { Move } from './moves.ts'
import { changedFields } from './patch.ts'
import { type ProviderKeyName, providerKeyId } from '../model/provider-key.ts'
import { planPresent } from './present.ts'
import { compareReach } from './reach.ts'
import { planUndeclared } from './undeclared.ts'
import { isForeign, isTiedToAnother, tiedTo, type World } from './world.ts'

/** Desired × applied × observed → changes, for every key that any of them names, and for every managed provider key. */
export function computePlan(world: World): Plan {
  const keys = new Set([
    ...world.desired.entries.keys(),
    ...world.desired.held.keys(),
    ...world.applied.keys(),
    ...world.observed.keyed.keys(),
  ])
  const found = survey(world)
  const providerKeys = found.isStrange ? [] : planProviderKeys(world, { isCapped: found.areKeysCapped })
  return { changes: planEach(world, keys, found), providerKeys, guards: found.guards }
}

/**
 * The part of the plan that concerns some keys, and the provider keys that their entries declare. One step a key: what follows is
 * planned once that is done.
 */
export function planKeys(world: World, keys: Iterable<string>): Plan {
  const found = survey(world)
  const all = [...keys]
  const names = all.flatMap((key) => world.desired.entries.get(key)?.managedKeys ?? [])
  const providerKeys = found.isStrange ? [] : planDeclaredKeys(world, distinct(names))
  return { changes: planEach(world, all, found), providerKeys, guards: found.guards }
}

function planEach(world: World, keys: Iterable<string>, found: Survey): readonly Change[] {
  return found.isStrange ? [] : [...keys].toSorted().flatMap((key) => planKey(world, key, found) ?? [])
}

function distinct(names: readonly ProviderKeyName[]): Iterable<ProviderKeyName> {
  return new Map(names.map((name) => [providerKeyId(name), name])).values()
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
  const resolution = resolve(world, entry)
  if (resolution.type === 'problem') return unresolved(entry, resolution.problem)
  const move = found.moves.to.get(key)
  return move ? planMove(world, resolution.entry, move) : planEntry(world, resolution.entry)
}

function unresolved({ key, source }: Entry, problem: KeyProblem): Conflict {
  const sources = problem.type === 'provider-key-contradiction' ? problem.sources : [source]
  return { kind: 'conflict', key, reason: problem.type, ids: [], sources, problem }
}

function planMove(world: World, entry: ResolvedEntry, { from, id, reason, configuration }: Move): Change {
  const { key } = entry
  if (!configuration) return planCreate(world, entry, id)
  const fields = movedFields(world, entry, from, configuration)
  const reach = fields.length > 0 ? compareReach(configuration, entry.configuration) : 'same'
  const withheld = world.rules.policy === 'create-only' && ({ withheld: 'policy' } as const)
  return { kind: 'move', key, from, id, entry, reason, fields, reach, ...withheld }
}

function planEntry(world: World, entry: ResolvedEntry): Change {
  const { key } = entry
  const applied = world.applied.get(key)
  const stamped = world.observed.byKey(key)
  const [first] = stamped
  if (first && stamped.length === 1 && first.id === applied?.id) return planPresent(world, entry, first) // as nearly all are
  const tied = tiedTo(world, key)
  const claimed = applied && !tied && world.observed.byId(applied.id)
  if (claimed && isForeign(world, claimed, key)) return conflict(entry, 'claimed-by-other', [claimed])
  const present = tied && !stamped.some(({ id }) => id === tied.id) ? [tied, ...stamped] : stamped
  if (present.length > 1) return planSeveral(world, entry, present)
  const [only] = present
  if (only) return planPresent(world, entry, only)
  if (entry.adopt !== undefined && entry.adopt !== applied?.id) return planAdopt(world, entry, entry.adopt)
  return planCreate(world, entry, applied?.id)
}

function planSeveral(world: World, entry: ResolvedEntry, present: readonly ObservedConfiguration[]): Change {
  const sorted = sortDuplicates(present, ({ id }) => world.observed.usersOf(id) !== undefined)
  const surplus = sorted.type === 'kept' && sorted.surplus[0]
  const isTied = isTiedElsewhere(world, entry.key, present)
  if (!surplus || isTied || isTiedToAnother(world, entry.key, surplus.id))
    return conflict(entry, 'duplicate-configuration', present)
  return { kind: 'delete', key: entry.key, id: surplus.id, reason: 'surplus' }
}

function planCreate({ observed }: World, entry: ResolvedEntry, missing: string | undefined): Change {
  const { key, configuration } = entry
  const candidates = observed
    .unowned(configuration.name)
    .map((each): Candidate => ({ id: each.id, name: each.name, sameContent: changedFields(configuration, each).length === 0 }))
  return { kind: 'create', key, entry, candidates, ...(missing !== undefined && { missing }) }
}

/** One that the listing does not show is asked for before it is believed to be missing. */
function planAdopt(world: World, entry: ResolvedEntry, id: string): Change {
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
function rivalsFor({ desired, observed }: World, { key, adopt }: ResolvedEntry): readonly string[] {
  const rivals: string[] = []
  for (const other of desired.entries.values()) {
    if (other.adopt === adopt && other.key !== key && observed.byKey(other.key).length === 0) rivals.push(other.source)
  }
  return rivals
}

function conflict({ key, source }: ResolvedEntry, reason: ConflictReason, present: readonly ObservedConfiguration[]): Conflict {
  return { kind: 'conflict', key, reason, ids: present.map(({ id }) => id), sources: [source] }
}
