import { ResultAsync } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { Plan } from '../plan/change.ts'
import { computePlan, planKeys } from '../plan/plan.ts'
import type { World } from '../plan/world.ts'
import type { ObservedIndex } from '../reconcile/observed-index.ts'

export interface Foreseen {
  readonly plan: Plan
  /** How many configurations were asked for by their ids. */
  readonly lookups: number
}

/**
 * The plan that applying carries out. A listing may lag behind what it lists: before something is said to be created again,
 * its id is asked for by itself, as applying does, and what is there after all is planned anew.
 * @param world its observed state takes in what was found that way
 */
export function foresee(
  world: World & { readonly observed: ObservedIndex },
  gateway: Pick<Gateway, 'find'>,
): ResultAsync<Foreseen, GatewayError> {
  const plan = computePlan(world)
  const missing = plan.changes.flatMap((change) =>
    change.kind === 'create' && change.missing !== undefined ? [{ key: change.key, id: change.missing }] : [],
  )
  return ResultAsync.combine(missing.map(({ id }) => gateway.find(id))).map((answers) => {
    for (const found of answers) if (found) world.observed.add(found)
    const present = missing.filter((_, index) => answers[index] !== undefined).map(({ key }) => key)
    const again = new Map(planKeys(world, present).changes.map((change) => [change.key, change]))
    return { plan: { changes: plan.changes.map((change) => again.get(change.key) ?? change) }, lookups: missing.length }
  })
}
