/** What must hold once everything is at rest. */
import { contentDigest } from '../../../src/model/digest.ts'
import type { Entry } from '../../../src/model/entry.ts'
import type { ObservedConfiguration } from '../../../src/model/observed.ts'
import type { Change } from '../../../src/plan/change.ts'
import { computePlan } from '../../../src/plan/plan.ts'
import { isWrite } from '../../../src/plan/work.ts'
import { OWNER } from '../../support/states.ts'
import { isOurs } from './ledger.ts'
import type { Process } from './process.ts'
import type { Sim } from './sim.ts'
import { opened } from './universe.ts'

/** @throws what does not hold */
export function judgeRest(sim: Sim, { reconciler, disk, store }: Process): void {
  const { world } = reconciler
  const plan = computePlan(world)
  const demand = (holds: unknown, what: string, change?: Change) => {
    if (!holds)
      throw new Error(`Expected that ${what}\n${JSON.stringify(change, undefined, 1) ?? ''}\n${sim.story}\n${stateOf(sim)}`)
  }
  demand(reconciler.troubled.size === 0, 'nothing fails')
  demand(JSON.stringify([...store.entries]) === JSON.stringify([...disk.durable]), 'everything is on disk')
  for (const each of sim.account.all) {
    demand(JSON.stringify(world.observed.byId(each.id)) === JSON.stringify(each), `${each.id} is seen as it is`)
  }
  if (plan.guards.some(({ guard }) => guard === 'unknown-ids')) {
    const isKnown = [...disk.durable.values()].some(({ id }) => sim.account.get(id))
    return demand(
      !isKnown && disk.durable.size > 2 && !sim.account.all.some(({ stamp }) => stamp?.owner === OWNER),
      'all is strange',
    )
  }
  const judge = new Judge(sim, disk.durable, demand)
  for (const change of plan.changes) {
    demand(!isWrite(change), `nothing is left to do about ${change.key}`, change)
    const entry = world.desired.entries.get(change.key)
    if (entry) judge.declared(change, entry)
    else if (!world.desired.held.has(change.key)) judge.undeclared(change, plan.guards.length > 0)
  }
  const planned = new Set(plan.changes.flatMap((change) => ('from' in change ? [change.key, change.from] : [change.key])))
  for (const key of world.desired.entries.keys()) demand(planned.has(key), `${key} is in the plan`)
  for (const { stamp } of sim.account.all)
    demand(stamp?.owner !== OWNER || planned.has(stamp.key), `${stamp?.key} is in the plan`)
}

type Demand = (holds: unknown, what: string, change?: Change) => void

class Judge {
  readonly #sim: Sim
  readonly #applied: Process['disk']['durable']
  readonly #demand: Demand

  constructor(sim: Sim, applied: Process['disk']['durable'], demand: Demand) {
    this.#sim = sim
    this.#applied = applied
    this.#demand = demand
  }

  declared(change: Change, entry: Entry): void {
    const { key } = entry
    if (change.kind === 'conflict')
      return this.#demand(this.#isConflict(change, entry), `${key} is in conflict for a reason`, change)
    const isWithheld = 'withheld' in change && change.withheld
    if (isWithheld === 'policy') return this.#demand(this.#sim.rules.policy === 'create-only', `${key} is left by policy`, change)
    this.#demand(change.kind === 'noop' || change.kind === 'update', `${key} is there`, change)
    const ours = this.#ours(key)
    const [only] = ours
    const id = 'id' in change ? change.id : ''
    const there = only ?? this.#sim.account.get(id)
    this.#demand(ours.length <= 1 && there?.id === id, `${key} is there once`, change)
    this.#demand(this.#applied.get(key)?.id === id, `the lockfile says so of ${key}`, change)
    if (!there) return
    const isSame = contentDigest(there) === this.#spelt(entry) && there.stamp !== undefined
    if (change.kind === 'noop') return this.#demand(isSame, `${key} is as declared`, change)
    this.#demand(this.#isDoubtful(id, entry), `somebody else changed ${key}`, change)
    if (isWithheld === 'report') return this.#demand(this.#sim.rules.drift === 'report', `${key} is only reported`, change)
    this.#demand(this.#sim.rules.drift === 'correct' && widens(there, entry), `to correct ${key} would open it`, change)
  }

  /** Whether it may be otherwise than declared by somebody else's doing, as far as the daemon can know. */
  #isDoubtful(id: string, { key, digest }: Entry): boolean {
    const { ledger, isForgetful, unheard, unrecorded, folder } = this.#sim
    const old = unrecorded.get(id)
    // What was applied stands under a key that is another entry by now; or it was edited, and the edit taken back since.
    const isOldKeyTaken = old?.key !== key && [...folder.modules.values()].some((module) => module.key === old?.key)
    return (
      ledger.touched.has(id) || unheard.has(id) || isForgetful || (old !== undefined && (isOldKeyTaken || old.digest === digest))
    )
  }

  /** As the server says it. */
  #spelt({ configuration }: Entry): string {
    return contentDigest(this.#sim.account.spelt(configuration))
  }

  #isConflict(change: Change & { kind: 'conflict' }, { key, adopt }: Entry): boolean {
    const { account } = this.#sim
    const record = this.#applied.get(key)
    const tied = record && account.get(record.id)
    const ours = this.#ours(key)
    switch (change.reason) {
      case 'duplicate-configuration': {
        const all = tied && !tied.stamp ? [...ours, tied] : ours
        const isCopy = new Set(all.map(({ stamp, id }) => stamp?.nonce ?? id)).size < all.length
        const isUsed = all.filter(({ id }) => account.users(id).length > 0).length > 1
        const isRestamped = [...this.#applied].some(([other, { id }]) => other !== key && all.some((each) => each.id === id))
        return all.length > 1 && (isCopy || isUsed || isRestamped || all.some(({ stamp }) => !stamp))
      }
      case 'claimed-by-other': {
        const claimed = tied ?? (adopt === undefined ? undefined : account.get(adopt))
        const isTiedElsewhere = [...this.#applied].some(([other, { id }]) => other !== key && id === adopt)
        const isWantedTwice = [...this.#sim.folder.modules.values()].filter((module) => module.adopt === adopt).length > 1
        return (
          isTiedElsewhere || (adopt !== undefined && isWantedTwice) || (claimed?.stamp !== undefined && !isOurs(claimed, key))
        )
      }
      case 'adopt-missing':
        return adopt !== undefined && account.get(adopt) === undefined && ours.length === 0
      case 'duplicate-key':
      case 'provider-key-ambiguous': // nothing here names a provider key otherwise than by its id
      case 'provider-key-contradiction':
      case 'provider-key-duplicate':
      case 'provider-key-taken':
      case 'provider-key-unknown':
      case 'secret-missing':
        return false
    }
  }

  undeclared(change: Change, isGuarded: boolean): void {
    const { key } = change
    const record = this.#applied.get(key)
    const isSync = this.#sim.rules.policy === 'sync'
    if (change.kind !== 'orphan')
      return this.#demand(this.#sim.rules.policy === 'create-only', `${key} is gone or left there`, change)
    const reasons = {
      policy: !isSync,
      protected: record?.protect,
      unrecorded: record?.id !== change.id,
      'in-use': this.#sim.account.users(change.id).length > 0,
      guard: isGuarded,
      unloaded: false,
      grace: false,
    }
    this.#demand(reasons[change.stays], `${key} stays for a reason`, change)
  }

  #ours(key: string): readonly ObservedConfiguration[] {
    return this.#sim.account.all.filter((each) => isOurs(each, key))
  }
}

/** Rules that matter to no request here count as well: the plan does not look at what `access` makes of them. */
function widens(there: ObservedConfiguration, { configuration }: Entry): boolean {
  const { access: _, ...before } = there
  const { access: __, ...after } = configuration
  return opened(there, configuration).size > 0 || opened(before, after).size > 0
}

export function stateOf({ account, disk, folder }: Sim): string {
  return JSON.stringify({ stored: account.all, disk: [...disk.durable], modules: [...folder.modules] }, undefined, 1)
}
