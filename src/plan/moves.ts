import { contentDigest, type Digest } from '../model/digest.ts'
import type { Entry } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import { isGone, tiedTo, type World } from './world.ts'

/** Entries that go on under another key. */
export interface Moves {
  /** By the new key. */
  readonly to: ReadonlyMap<string, Move>
  /** The old keys. */
  readonly from: ReadonlySet<string>
}

export interface Move {
  readonly from: string
  readonly id: string
  /** Left out where only the lockfile knows of it: a listing may lag behind what it lists. */
  readonly configuration?: ObservedConfiguration
}

/**
 * Which of the keys that are gone a new one continues: the one that its `renamedFrom` names, else the only one with the same
 * content, where it is the only new one with that content. What is not clear is no move.
 */
export function findMoves(world: World): Moves {
  const gone = goneEntries(world)
  if (gone.size === 0) return { to: new Map(), from: new Set() }
  const arrived = [...world.desired.entries.values()].filter((entry) => isNew(world, entry))
  const to = new Map<string, Move>()
  const from = new Set<string>()
  const match = (entry: Entry, old: string | undefined): void => {
    const move = old === undefined ? undefined : gone.get(old)
    if (!move || from.has(move.from)) return
    to.set(entry.key, move)
    from.add(move.from)
  }
  for (const entry of world.desired.entries.values()) match(entry, strayKey(world, entry))
  for (const entry of arrived) match(entry, entry.renamedFrom)
  const rest = onlyOnes(arrived.filter(({ key }) => !to.has(key)).map(({ key, digest }) => [digest, key]))
  const left = onlyOnes([...gone].filter(([key]) => !from.has(key)).map(([key, move]) => [digestOf(world, move), key]))
  for (const entry of arrived) if (rest.get(entry.digest) === entry.key) match(entry, left.get(entry.digest))
  return { to, from }
}

/** What is ours and declared no more, by key; a key with two configurations is for a person to decide. */
function goneEntries(world: World): Map<string, Move> {
  const gone = new Map<string, Move>()
  for (const key of new Set([...world.applied.keys(), ...world.observed.keys()])) {
    const move = isGone(world, key) ? moveFrom(world, key) : undefined
    if (move) gone.set(key, move)
  }
  return gone
}

function moveFrom(world: World, from: string): Move | undefined {
  const stamped = world.observed.byKey(from)
  const configuration = tiedTo(world, from) ?? stamped[0]
  if (configuration) {
    const isOnly = stamped.every(({ id }) => id === configuration.id)
    return isOnly ? { from, id: configuration.id, configuration } : undefined
  }
  const id = world.applied.get(from)?.id
  return id !== undefined && !world.observed.byId(id) ? { from, id } : undefined
}

function isNew({ applied, observed }: World, { key }: Entry): boolean {
  return !applied.has(key) && observed.byKey(key).length === 0
}

function digestOf({ applied }: World, { from, configuration }: Move): Digest {
  return applied.get(from)?.digest ?? (configuration ? contentDigest(configuration) : '')
}

/**
 * The key that the stamp of an entry's configuration names, where it is another: a move was carried out and taken back before it
 * was recorded.
 */
function strayKey({ applied, observed, owner }: World, { key }: Entry): string | undefined {
  const id = applied.get(key)?.id
  const stamp = id === undefined ? undefined : observed.byId(id)?.stamp
  return stamp?.owner === owner && stamp.key !== key ? stamp.key : undefined
}

/** Keys by digest, for the digests that only one key has. */
function onlyOnes(keys: readonly (readonly [Digest, string])[]): ReadonlyMap<Digest, string> {
  const byDigest = new Map<Digest, string[]>()
  for (const [digest, key] of keys) byDigest.set(digest, [...(byDigest.get(digest) ?? []), key])
  return new Map(
    [...byDigest].flatMap(([digest, [key, ...others]]) => (key !== undefined && others.length === 0 ? [[digest, key]] : [])),
  )
}
