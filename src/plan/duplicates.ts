import type { ObservedConfiguration } from '../model/observed.ts'
import { isGone, type World } from './world.ts'

/** What to make of several resources with our stamp for one key. */
export type Sorted<Resource> =
  | { readonly type: 'kept'; readonly kept: Resource; readonly surplus: readonly Resource[] }
  /** None of them is rubbish for sure. */
  | { readonly type: 'unclear' }

type Stamped = Pick<ObservedConfiguration, 'id' | 'createdAt' | 'stamp'>

/**
 * Sorts a key's configurations, or the provider keys of a name, into the one that stays and lost attempts of ours. Each attempt has a nonce of its own, so that
 * two with the same nonce are somebody's copy, and so is what is in use besides the one: those are a person's to decide.
 * Which one stays is decided by what the gateway says alone, so that two daemons agree: the one in use, else the oldest.
 */
export function sortDuplicates<Resource extends Stamped>(
  present: readonly Resource[],
  isUsed: (resource: Resource) => boolean,
): Sorted<Resource> {
  const nonces = new Set(present.map(({ id, stamp }) => stamp?.nonce ?? id))
  const used = present.filter(isUsed)
  if (nonces.size < present.length || used.length > 1 || present.some(({ stamp }) => !stamp)) return { type: 'unclear' }
  const byAge = present.toSorted(olderFirst)
  const kept = used[0] ?? byAge[0]
  if (!kept) return { type: 'unclear' }
  return { type: 'kept', kept, surplus: byAge.filter(({ id }) => id !== kept.id) }
}

/** Whether the lockfile ties one of them to another key that goes on: a stamp was edited by hand, and nothing of it is rubbish. */
export function isTiedElsewhere(world: World, key: string, present: readonly ObservedConfiguration[]): boolean {
  const ids = new Set(present.map(({ id }) => id))
  return world.applied.entries().some(([other, { id }]) => other !== key && ids.has(id) && !isGone(world, other))
}

function olderFirst(a: Stamped, b: Stamped): number {
  return bornAt(a) - bornAt(b) || (a.id < b.id ? -1 : 1)
}

/** A time that is none is before all others: whatever it was listed after, it has the same place. */
function bornAt({ createdAt }: Stamped): number {
  return Date.parse(createdAt) || 0
}
