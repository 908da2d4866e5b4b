import type { Stay } from '../model/planned.ts'
import type { Change } from './change.ts'
import { isTiedElsewhere, sortDuplicates } from './duplicates.ts'
import type { Survey } from './guards.ts'
import { isGone, isTiedToAnother, tiedTo, type World } from './world.ts'

/** What becomes of a key that is declared no more: deleted where that is asked for and safe, else left, and said. */
export function planUndeclared(world: World, found: Survey, key: string): Change | undefined {
  const { applied, observed, rules } = world
  const record = applied.get(key)
  const tied = tiedTo(world, key)
  const stamped = observed.byKey(key)
  const id = (tied ?? stamped[0])?.id
  if (id === undefined) {
    return record && isGone(world, key) && !observed.byId(record.id)
      ? { kind: 'noop', key, id: record.id, forget: true }
      : undefined
  }
  if (!isGone(world, key)) return { kind: 'noop', key, id }
  const surplus = rules.policy === 'sync' && stamped.length > 1 ? surplusOf(world, key) : undefined
  if (surplus !== undefined) return { kind: 'delete', key, id: surplus, reason: 'surplus' }
  const source = record && { source: record.source }
  const stays = staying(world, found, key, id)
  if (stays === undefined) return { kind: 'delete', key, id, reason: 'not-declared', ...source }
  return { kind: 'orphan', key, id, ...source, stays, accessKeys: (stays === 'in-use' && observed.usersOf(id)) || [] }
}

/** A lost attempt. What the lockfile knows is none: it may be protected, and has its grace. */
function surplusOf(world: World, key: string): string | undefined {
  const { applied, observed } = world
  const stamped = observed.byKey(key)
  const sorted = sortDuplicates(stamped, ({ id }) => observed.usersOf(id) !== undefined)
  if (sorted.type !== 'kept' || isTiedElsewhere(world, key, stamped)) return undefined
  return sorted.surplus.find(({ id }) => id !== applied.get(key)?.id && !isTiedToAnother(world, key, id))?.id
}

/** What keeps it, the lasting reasons first. */
function staying(
  { rules, desired, applied, observed, history }: World,
  found: Survey,
  key: string,
  id: string,
): Stay | undefined {
  const record = applied.get(key)
  if (rules.policy !== 'sync') return 'policy'
  if (record?.id !== id) return 'unrecorded'
  if (record.protect) return 'protected'
  if (observed.usersOf(id)) return 'in-use'
  if (found.isCapped && !history.isApproved(key)) return 'guard'
  // Whatever the lockfile says of where it was declared, it may be there now.
  if (desired.broken.size > 0) return 'unloaded'
  return history.isRipe(key) ? undefined : 'grace'
}
