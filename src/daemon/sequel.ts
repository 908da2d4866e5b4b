import type { ObservedConfiguration } from '../model/observed.ts'
import type { Change } from '../plan/change.ts'
import { secretRecords } from '../plan/keys/resolve.ts'
import { isDriftMoved } from '../plan/moved.ts'
import { planKeys } from '../plan/plan.ts'
import { planPresent } from '../plan/present.ts'
import type { Applied, World } from '../plan/world.ts'
import type { ObservedIndex } from '../reconcile/observed-index.ts'

/** What a plan is computed from, and can be looked ahead in. */
export type Sight = World & { readonly observed: ObservedIndex }

/**
 * The changes of a plan, and what follows each. Deletions are made last: by then what was recorded, moved and created may show that a key
 * goes on under another one, which waits for a person, or has a configuration too many.
 */
export function sequel(world: Sight, changes: readonly Change[]): readonly Change[] {
  const leaving = new Set(changes.filter(isLeaving).map(({ key }) => key))
  if (!changes.some(({ kind }) => kind === 'move' || kind === 'delete')) return changes
  const after = afterwards(world, changes)
  const left = new Map(planKeys(after, leaving).changes.map((change) => [change.key, change]))
  return changes.flatMap((change) => {
    if (isMove(change)) return [change, ...afterMove(world, change)]
    const last = isLeaving(change) ? left.get(change.key) : change
    return last ? andThen(after, last) : []
  })
}

function isLeaving(change: Change): boolean {
  return change.kind === 'delete' && change.reason === 'not-declared'
}

function isMove(change: Change): change is Change & { kind: 'move' } {
  return change.kind === 'move'
}

/** A change and what is to be done about its key after it: once a surplus is gone, what stays is looked at. */
function andThen(world: Sight, change: Change): readonly Change[] {
  if (change.kind !== 'delete' || change.reason !== 'surplus') return [change]
  const observed = world.observed.without(change.id)
  const { changes } = planKeys({ ...world, observed }, [change.key])
  return [change, ...changes.flatMap((next) => andThen({ ...world, observed }, next))]
}

/** A move leaves drift as it is, which is corrected, or held, after it. */
function afterMove(world: Sight, { key, from, id, entry, withheld }: Change & { kind: 'move' }): readonly Change[] {
  const present = world.observed.byId(id)
  if (withheld || !present || !isDriftMoved(world, entry, from, present)) return []
  const stamp = { owner: world.owner, key, nonce: '' }
  const applied = new Map([
    [key, { id, source: entry.source, digest: entry.digest, nonce: '', secrets: secretRecords(world, entry), updatedAt: '' }],
  ])
  return [planPresent({ ...world, applied }, entry, { ...present, stamp })]
}

/** When all is done but the deletions, as far as deletions ask for it. */
function afterwards(world: Sight, changes: readonly Change[]): Sight {
  const applied = new Map(world.applied)
  const keysById = new Map([...applied].map(([key, { id }]) => [id, key]))
  const written: ObservedConfiguration[] = []
  for (const change of changes) {
    if (change.kind === 'noop' && change.forget) applied.delete(change.key)
    const present = becomes(world, change)
    if (!present) continue
    const { id } = present
    const before = keysById.get(id)
    if (before !== undefined && applied.get(before)?.id === id) applied.delete(before) // an id stands under one key
    applied.set(change.key, recordFor(world, change.key, id))
    written.push(present)
  }
  return { ...world, applied, observed: written.length === 0 ? world.observed : withAll(world.observed, written) }
}

function withAll(observed: ObservedIndex, written: readonly ObservedConfiguration[]): ObservedIndex {
  const after = observed.without(...written.map(({ id }) => id))
  for (const each of written) after.add(each)
  return after
}

/** The configuration that its key has then. */
function becomes({ owner, observed }: Sight, change: Change): ObservedConfiguration | undefined {
  const stamp = { owner, key: change.key, nonce: '' }
  if (change.kind === 'noop') return change.record
  if (change.kind === 'update') return change.present // its key has it, whether or not the change is made
  if (change.kind === 'create') {
    const { name } = change.entry.configuration
    return { id: `created ${change.key}`, name, stamp, createdAt: '', updatedAt: '', lastUpdatedBy: '' }
  }
  if (!('fields' in change) || change.withheld) return undefined
  const present = observed.byId(change.id)
  return present && { ...present, stamp }
}

function recordFor({ desired }: Sight, key: string, id: string): Applied {
  const { source = '', digest = '', protect = false } = desired.entries.get(key) ?? {}
  return { id, source, digest, nonce: '', secrets: {}, ...(protect && { protect }), updatedAt: '' }
}
