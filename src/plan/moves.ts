import { contentDigest, type Digest } from '../model/digest.ts'
import type { Entry } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { MoveReason } from './change.ts'
import { unmatched } from './unmatched.ts'
import { isGone, isTiedToAnother, recordOf, type States, tiedTo } from './world.ts'

/** Entries that go on under another key. */
export interface Moves {
  /** By the new key. */
  readonly to: ReadonlyMap<string, Move>
  /** The old keys. */
  readonly from: ReadonlySet<string>
}

export interface Move extends Origin {
  readonly reason: MoveReason
}

/** What is ours under a key that is declared no more. */
interface Origin {
  readonly from: string
  readonly id: string
  /** Left out where only the lockfile knows of it: a listing may lag behind what it lists. */
  readonly configuration?: ObservedConfiguration
}

/**
 * Which of the keys that are gone a new one continues: the one that its `renamedFrom` names, or whose configuration it wants to
 * adopt, else the only one with the same content, where it is the only new one with that content, else the only one that its module
 * declared, where it is the only one that its module declares. What is not clear is no move.
 */
export function findMoves(world: States): Moves {
  const { undeclared, unseen } = unmatched(world)
  const gone = unseen.size === 0 ? new Map<string, Origin>() : goneEntries(world, undeclared)
  if (gone.size === 0) return { to: new Map(), from: new Set() }
  // In order of key, so that all who look decide alike between two that want the same.
  const bare = [...unseen].toSorted().flatMap((key) => world.desired.entries.get(key) ?? [])
  const arrived = bare.filter(({ key }) => !world.applied.has(key))
  const to = new Map<string, Move>()
  const from = new Set<string>()
  const match = (entry: Entry, old: string | undefined, reason: MoveReason): void => {
    const origin = old === undefined ? undefined : gone.get(old)
    if (!origin || from.has(origin.from) || to.has(entry.key)) return
    to.set(entry.key, { ...origin, reason })
    from.add(origin.from)
  }
  const matchOnly = (
    trait: (entry: Entry) => string | undefined,
    old: (origin: Origin) => string | undefined,
    reason: MoveReason,
  ) => {
    const open = arrived.filter((entry) => !to.has(entry.key) && !isAdopting(world, entry))
    const rest = onlyOnes(open.map((entry) => [trait(entry), entry.key]))
    const left = onlyOnes([...gone].filter(([key]) => !from.has(key)).map(([key, origin]) => [old(origin), key]))
    for (const entry of open) {
      const shared = trait(entry)
      if (shared !== undefined && rest.get(shared) === entry.key) match(entry, left.get(shared), reason)
    }
  }
  for (const [entry, old, reason] of saidMoves(world, { bare, arrived, gone })) match(entry, old, reason)
  matchOnly(
    ({ digest }) => digest,
    (origin) => digestOf(world, origin),
    'same-content',
  )
  const soleModules = modulesOfOne(world, { arrived, gone })
  matchOnly(
    ({ source }) => (soleModules.has(source) ? source : undefined),
    ({ from: key }) => world.applied.get(key)?.source,
    'same-source',
  )
  return { to, from }
}

interface Open {
  /** Entries for which nothing on the gateway carries our stamp. */
  readonly bare: readonly Entry[]
  /** Those of them that the lockfile does not know either. */
  readonly arrived: readonly Entry[]
  readonly gone: ReadonlyMap<string, Origin>
}

/** What a stamp or a module says, whatever it is worth. */
function* saidMoves(world: States, { bare, arrived, gone }: Open): Iterable<readonly [Entry, string | undefined, MoveReason]> {
  for (const entry of bare) yield [entry, strayKey(world, entry), 'stamp']
  for (const entry of arrived) yield [entry, entry.renamedFrom, 'renamed-from']
  const keysById = new Map([...gone].map(([key, { id }]) => [id, key]))
  for (const entry of bare) {
    if (entry.adopt !== undefined && !tiedTo(world, entry.key)) yield [entry, keysById.get(entry.adopt), 'renamed-from']
  }
}

/**
 * Modules that declare one entry, and of which the lockfile knows one. None where no module has both an entry that arrived and one
 * that is gone: who wants to know looks at all entries.
 */
function modulesOfOne({ desired, applied }: States, { arrived, gone }: Omit<Open, 'bare'>): ReadonlySet<string> {
  const losing = new Set([...gone.keys()].map((key) => applied.get(key)?.source))
  if (!arrived.some(({ source }) => losing.has(source))) return new Set()
  const declared = onlyOnes([...desired.entries].map(([key, { source }]) => [source, key]))
  const recorded = onlyOnes([...applied].map(([key, { source }]) => [source, key]))
  return new Set(declared.keys().filter((source) => recorded.has(source)))
}

/** What is ours and declared no more, by key; a key with two configurations is for a person to decide. */
function goneEntries(world: States, undeclared: Iterable<string>): Map<string, Origin> {
  const gone = new Map<string, Origin>()
  for (const key of undeclared) {
    const origin = isGone(world, key) ? originOf(world, key) : undefined
    if (origin) gone.set(key, origin)
  }
  return gone
}

function originOf(world: States, from: string): Origin | undefined {
  const stamped = world.observed.byKey(from)
  const configuration = tiedTo(world, from) ?? stamped[0]
  if (configuration) {
    const isOnly = stamped.every(({ id }) => id === configuration.id)
    return isOnly ? { from, id: configuration.id, configuration } : undefined
  }
  const id = world.applied.get(from)?.id
  return id !== undefined && !world.observed.byId(id) ? { from, id } : undefined
}

/** It says itself which configuration is to be its own. */
function isAdopting(world: States, { key, adopt }: Entry): boolean {
  const wanted = adopt === undefined ? undefined : world.observed.byId(adopt)
  return wanted !== undefined && !wanted.stamp && !isTiedToAnother(world, key, wanted.id)
}

function digestOf(world: States, { from, id, configuration }: Origin): Digest {
  return recordOf(world, [from], id)?.digest ?? (configuration ? contentDigest(configuration) : '')
}

/**
 * The key that the stamp of an entry's configuration names, where it is another: a move was carried out and taken back before it
 * was recorded. To be asked of entries whose stamp nothing carries: where another does by now, that is for a person to decide.
 */
function strayKey({ applied, observed, owner }: States, { key }: Entry): string | undefined {
  const id = applied.get(key)?.id
  const stamp = id === undefined ? undefined : observed.byId(id)?.stamp
  return stamp?.owner === owner && stamp.key !== key ? stamp.key : undefined
}

/** Keys by a trait, for the traits that only one key has. */
function onlyOnes(keys: readonly (readonly [trait: string | undefined, key: string])[]): ReadonlyMap<string, string> {
  const only = new Map<string, string>()
  const shared = new Set<string>()
  for (const [trait, key] of keys) {
    if (trait === undefined || shared.has(trait)) continue
    if (only.delete(trait)) shared.add(trait)
    else only.set(trait, key)
  }
  return only
}
