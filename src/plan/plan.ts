import { contentDigest, type Digest } from '../model/digest.ts'
import type { DesiredState, Entry } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { Change, Plan } from './change.ts'

/** Everything a plan is computed from. Nothing here is changed by planning. */
export interface World {
  readonly owner: string
  readonly desired: DesiredState
  readonly applied: AppliedState
  readonly observed: ObservedState
}

/** What the lockfile says, as far as planning needs it. */
export type AppliedState = ReadonlyMap<string, { readonly id: string; readonly source: string; readonly digest: Digest }>

/** What the gateway last listed, indexed. */
export interface ObservedState {
  byId(id: string): ObservedConfiguration | undefined
  /** The configurations that carry our owner's stamp for a key. */
  byKey(key: string): readonly ObservedConfiguration[]
  /** Every key our owner's stamps name. */
  keys(): Iterable<string>
}

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
  return { changes: [...keys].toSorted().flatMap((key) => planKey(world, key) ?? []) }
}

/** @returns undefined where nothing is declared, applied or observed under the key */
export function planKey(world: World, key: string): Change | undefined {
  const hold = world.desired.held.get(key)
  if (hold) {
    const ids = world.observed.byKey(key).map(({ id }) => id)
    return { kind: 'conflict', key, reason: hold.reason, ids, sources: hold.sources }
  }
  const entry = world.desired.entries.get(key)
  return entry ? planEntry(world, entry) : planUndeclared(world, key)
}

function planEntry(world: World, entry: Entry): Change {
  const { key } = entry
  const applied = world.applied.get(key)
  const tied = applied && world.observed.byId(applied.id)
  if (tied && isForeign(world, tied, key)) {
    return { kind: 'conflict', key, reason: 'claimed-by-other', ids: [tied.id], sources: [entry.source] }
  }
  const present = presentConfigurations(world, key, tied)
  const [only] = present
  if (!only) return { kind: 'create', key, entry, ...(applied && { missing: applied.id }) }
  if (present.length > 1) {
    const ids = present.map(({ id }) => id)
    return { kind: 'conflict', key, reason: 'duplicate-configuration', ids, sources: [entry.source] }
  }
  const link = applied?.id === only.id ? {} : { link: only }
  const last = applied?.id === only.id ? applied.digest : contentDigest(only)
  const kind = last === entry.digest ? 'noop' : 'update'
  return kind === 'noop' ? { kind, key, id: only.id, ...link } : { kind, key, id: only.id, entry, ...link }
}

/** A stamp edited away leaves the lockfile's id as the tie; one that names somebody else is theirs. */
function isForeign(world: World, tied: ObservedConfiguration, key: string): boolean {
  return tied.stamp !== undefined && (tied.stamp.owner !== world.owner || tied.stamp.key !== key)
}

function presentConfigurations(
  world: World,
  key: string,
  tied: ObservedConfiguration | undefined,
): readonly ObservedConfiguration[] {
  const stamped = world.observed.byKey(key)
  return tied && !stamped.some(({ id }) => id === tied.id) ? [tied, ...stamped] : stamped
}

/** A module that does not load keeps what it last applied, and a folder that is not wholly known declares nothing gone. */
function planUndeclared(world: World, key: string): Change | undefined {
  const applied = world.applied.get(key)
  const tied = applied && world.observed.byId(applied.id)
  const id = (tied && !isForeign(world, tied, key) ? tied : world.observed.byKey(key)[0])?.id
  if (id === undefined) return undefined
  if (!world.desired.complete || (applied && world.desired.broken.has(applied.source))) return { kind: 'noop', key, id }
  return { kind: 'orphan', key, id, ...(applied && { source: applied.source }) }
}
