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
  readonly configuration: ObservedConfiguration
}

/**
 * Which of the keys that are gone a new one continues: the one that its `renamedFrom` names, else the only one with the same
 * content, where it is the only new one with that content. What is not clear is no move.
 */
export function findMoves(world: World): Moves {
  const gone = goneConfigurations(world)
  if (gone.size === 0) return { to: new Map(), from: new Set() }
  const arrived = [...world.desired.entries.values()].filter((entry) => isNew(world, entry))
  const to = new Map<string, Move>()
  const from = new Set<string>()
  const match = (entry: Entry, old: string | undefined): void => {
    const configuration = old === undefined ? undefined : gone.get(old)
    if (old === undefined || !configuration || from.has(old)) return
    to.set(entry.key, { from: old, configuration })
    from.add(old)
  }
  for (const entry of arrived) match(entry, entry.renamedFrom)
  const rest = onlyOnes(arrived.filter(({ key }) => !to.has(key)).map(({ key, digest }) => [digest, key]))
  const left = onlyOnes([...gone].filter(([key]) => !from.has(key)).map(([key, there]) => [digestOf(world, key, there), key]))
  for (const entry of arrived) if (rest.get(entry.digest) === entry.key) match(entry, left.get(entry.digest))
  return { to, from }
}

/** What ours is on the gateway and declared no more, by key; a key with two of them is for a person to decide. */
function goneConfigurations(world: World): Map<string, ObservedConfiguration> {
  const gone = new Map<string, ObservedConfiguration>()
  for (const key of new Set([...world.applied.keys(), ...world.observed.keys()])) {
    if (!isGone(world, key)) continue
    const stamped = world.observed.byKey(key)
    const configuration = tiedTo(world, key) ?? stamped[0]
    const others = stamped.filter((each) => each.id !== configuration?.id)
    if (configuration && others.length === 0) gone.set(key, configuration)
  }
  return gone
}

function isNew({ applied, observed }: World, { key }: Entry): boolean {
  return !applied.has(key) && observed.byKey(key).length === 0
}

function digestOf({ applied }: World, key: string, configuration: ObservedConfiguration): Digest {
  return applied.get(key)?.digest ?? contentDigest(configuration)
}

/** Keys by digest, for the digests that only one key has. */
function onlyOnes(keys: readonly (readonly [Digest, string])[]): ReadonlyMap<Digest, string> {
  const byDigest = new Map<Digest, string[]>()
  for (const [digest, key] of keys) byDigest.set(digest, [...(byDigest.get(digest) ?? []), key])
  return new Map(
    [...byDigest].flatMap(([digest, [key, ...others]]) => (key !== undefined && others.length === 0 ? [[digest, key]] : [])),
  )
}
