import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { type ProviderKeyName, providerKeyId } from '../model/provider-key.ts'
import { pendingKeys, refersTo } from '../model/resolved.ts'
import type { Change, Plan } from '../plan/change.ts'
import { isOverCap, survey } from '../plan/guards.ts'
import type { KeyChange } from '../plan/key-change.ts'
import { planProviderKeys } from '../plan/keys/plan-keys.ts'
import { afterUpdate } from '../plan/keys/standing.ts'
import { computePlan } from '../plan/plan.ts'
import { type Sight, sequel } from './sequel.ts'

/**
 * The plan that applying carries out, found out by reading alone. A listing may lag behind what it lists: before something is said
 * to be created again, or to be forgotten, its id is asked for by itself, and before something is said to be deleted, or to be too
 * much, who uses it, as applying does.
 * @param world its observed state takes in what was found that way
 */
export async function foresee(world: Sight, gateway: Pick<Gateway, 'find' | 'references'>): Promise<Result<Plan, GatewayError>> {
  let isReferred = false
  for (;;) {
    const plan = computePlan(world)
    const doubts = plan.changes.flatMap((change) => doubtOf(change, world))
    if (doubts.length > 0) {
      const looked = await lookAt(world, gateway, new Set(doubts))
      if (looked.isErr()) return err(looked.error)
    } else if (!isReferred && (plan.changes.some(({ kind }) => kind === 'delete') || isOverCap(world))) {
      const referred = await gateway.references()
      if (referred.isErr()) return err(referred.error)
      world.observed.refer(referred.value)
      isReferred = true
    } else return ok(inTheEnd(world, plan))
  }
}

/** The plan with what follows it. Of provider keys, only those are made that what is applied needs, and what it lets go of can go. */
function inTheEnd(world: Sight, plan: Plan): Plan {
  const changes = sequel(world, plan.changes)
  if (plan.guards.some(({ guard }) => guard === 'unknown-ids')) return { ...plan, changes }
  const needed = new Set(changes.flatMap(keysToMake).map(providerKeyId))
  const { areKeysCapped } = survey(world)
  const providerKeys = planProviderKeys(world, { isCapped: areKeysCapped, released: releasedBy(changes) })
  const made = providerKeys.filter((change) => change.kind !== 'create' || needed.has(providerKeyId(change)))
  return { ...plan, changes, providerKeys: made.flatMap((change) => withSequel(world, change)) }
}

/** Once its stamp is there again, it is looked at what became of its value. */
function withSequel(world: Sight, change: KeyChange): readonly KeyChange[] {
  if (change.kind !== 'update' || change.withheld) return [change]
  const next = afterUpdate(world, change)
  return next && next.kind !== 'noop' ? [change, { ...next, entries: change.entries }] : [change]
}

function keysToMake(change: Change): readonly ProviderKeyName[] {
  const isMade = 'entry' in change && change.kind !== 'adopt' && !('withheld' in change && change.withheld)
  return isMade ? pendingKeys(change.entry.configuration) : []
}

/** Whether a configuration refers to a provider key no more once these are made. */
function releasedBy(changes: readonly Change[]): (providerKey: string, configuration: string) => boolean {
  const byId = new Map(changes.flatMap((change) => ('id' in change ? [[change.id, change] as const] : [])))
  return (providerKey, configuration) => {
    const change = byId.get(configuration)
    if (change?.kind === 'delete') return true
    if (change?.kind !== 'update' && change?.kind !== 'move') return false
    return !change.withheld && change.fields.includes('router') && !refersTo(change.entry.configuration, providerKey)
  }
}

/** The id that has to be asked for, if any. */
function doubtOf(change: Change, { applied, observed }: Sight): readonly string[] {
  const id = doubtfulId(change, applied)
  return id === undefined || observed.byId(id) || observed.isMissing(id) ? [] : [id]
}

function doubtfulId(change: Change, applied: Sight['applied']): string | undefined {
  if (change.kind === 'create') return change.missing
  if (change.kind === 'move') return applied.get(change.from)?.id // forgotten after it, where it is another
  return change.kind === 'adopt' || isForgetting(change) ? change.id : undefined
}

function isForgetting(change: Change): change is Change & { kind: 'noop' } {
  return change.kind === 'noop' && change.forget === true
}

async function lookAt(
  { observed }: Sight,
  gateway: Pick<Gateway, 'find'>,
  ids: ReadonlySet<string>,
): Promise<Result<void, GatewayError>> {
  const looks = await Promise.all([...ids].map(async (id) => ({ id, looked: await gateway.find(id) })))
  for (const { id, looked } of looks) {
    if (looked.isErr()) return err(looked.error)
    if (looked.value) observed.add(looked.value)
    else observed.lacks(id)
  }
  return ok()
}
