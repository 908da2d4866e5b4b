import { okAsync, ResultAsync } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { Change, Plan } from '../plan/change.ts'
import { computePlan, planKeys } from '../plan/plan.ts'
import type { World } from '../plan/world.ts'
import type { ObservedIndex } from '../reconcile/observed-index.ts'

export interface Foreseen {
  readonly plan: Plan
  /** How many configurations were asked for by their ids. */
  readonly lookups: number
}

/** A create whose key has an id that the listing did not show. */
type Doubtful = Extract<Change, { kind: 'create' }> & { readonly missing: string }

/**
 * The plan that applying carries out. A listing may lag behind what it lists: before something is said to be created again,
 * its id is asked for by itself, as applying does, and what is there after all is planned anew.
 * @param world its observed state takes in what was found that way
 */
export function foresee(
  world: World & { readonly observed: ObservedIndex },
  gateway: Pick<Gateway, 'find'>,
): ResultAsync<Foreseen, GatewayError> {
  const { changes } = computePlan(world)
  return settle(world, gateway, changes.filter(isDoubtful)).map(({ again, lookups }) => ({
    plan: { changes: changes.map((change) => again.get(change.key) ?? change) },
    lookups,
  }))
}

interface Settled {
  /** By key, what is planned instead. */
  readonly again: ReadonlyMap<string, Change>
  readonly lookups: number
}

/** What is planned anew may be doubtful again, for the sake of another id. */
function settle(
  world: World & { readonly observed: ObservedIndex },
  gateway: Pick<Gateway, 'find'>,
  doubtful: readonly Doubtful[],
): ResultAsync<Settled, GatewayError> {
  if (doubtful.length === 0) return okAsync({ again: new Map(), lookups: 0 })
  return ResultAsync.combine(doubtful.map(({ missing }) => gateway.find(missing))).andThen((answers) => {
    for (const found of answers) if (found) world.observed.add(found)
    const present = doubtful.filter((_, index) => answers[index] !== undefined).map(({ key }) => key)
    const { changes } = planKeys(world, present)
    return settle(world, gateway, changes.filter(isDoubtful)).map(({ again, lookups }) => ({
      again: new Map([...changes.map((change) => [change.key, change] as const), ...again]),
      lookups: lookups + doubtful.length,
    }))
  })
}

function isDoubtful(change: Change): change is Doubtful {
  return change.kind === 'create' && change.missing !== undefined
}
