import fc from 'fast-check'
import { foresee } from '../../src/daemon/foresee.ts'
import type { DesiredState, Entry } from '../../src/model/entry.ts'
import type { SyncEvent } from '../../src/model/events.ts'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import type { Change } from '../../src/plan/change.ts'
import { computePlan } from '../../src/plan/plan.ts'
import { isWrite } from '../../src/plan/work.ts'
import type { Rules, World } from '../../src/plan/world.ts'
import { ObservedIndex } from '../../src/reconcile/observed-index.ts'
import { Reconciler } from '../../src/reconcile/reconciler.ts'
import { valueOf } from '../settings/result.ts'
import { fakeGateway } from './fake-gateway.ts'
import { fakeSecrets } from './fake-secrets.ts'
import { fakeStore } from './fake-store.ts'
import { APPLIED_AT, desiredOf, entryOf, observedOf, OWNER, recordedOf, worldOf } from './states.ts'

export interface SmallWorld {
  readonly desired: DesiredState
  readonly rules: Rules
  readonly lock: ReadonlyMap<string, ReturnType<typeof recordedOf>>
  readonly listed: readonly ObservedConfiguration[]
  /** There, and not in the listing yet. */
  readonly unlisted: readonly ObservedConfiguration[]
  /** The ids of what an access key refers to. */
  readonly used: readonly string[]
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__')
const content = fc.constantFrom(
  { name: 'one' },
  { name: 'two' },
  { name: 'two', description: 'x' },
  { name: 'two', access: {} },
  { name: 'two', access: { models: { allow: [] } } },
)
const IDS = ['aigac_1', 'aigac_2', 'aigac_3', 'aigac_4'] as const

const entry = fc.record({
  key,
  content,
  renamedFrom: fc.option(key, { nil: undefined }),
  adopt: fc.option(fc.constantFrom(...IDS), { nil: undefined, freq: 2 }),
  source: fc.constantFrom('m.ts', 'n.ts'),
})
const present = fc.record({
  key,
  content,
  stamp: fc.constantFrom('ours', 'ours', 'ours', 'theirs', 'none'),
  listed: fc.constantFrom(true, true, false),
  updatedAt: fc.constantFrom(APPLIED_AT, '2026-02-01T00:00:00Z'),
})
/** `own`: of the first configuration under the key; `any`: of whichever; where there is none, or it is taken, one that is gone. */
const tie = fc.constantFrom('own', 'own', 'own', 'any', 'gone')
const record = fc.record({
  key,
  content,
  source: fc.constantFrom('m.ts', 'n.ts'),
  protect: fc.constantFrom(false, false, false, true),
  tie,
  any: fc.constantFrom(...IDS),
})

/** A folder, a lockfile and a gateway that agree more or less. In a lockfile an id stands under one key only. */
export const worlds: fc.Arbitrary<SmallWorld> = fc
  .record({
    entries: fc.uniqueArray(entry, { selector: (each) => each.key, maxLength: 3 }),
    held: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(key) }),
    broken: fc.constantFrom([], [], ['n.ts']),
    complete: fc.constantFrom(true, true, true, true, true, false),
    rules: fc.record({
      policy: fc.constantFrom('create-only', 'upsert-only', 'sync', 'sync', 'sync'),
      drift: fc.constantFrom('report', 'correct', 'correct-all'),
      deleteMax: fc.constantFrom(1, 10),
      deleteMaxPercent: fc.constantFrom(30, 100),
    }),
    used: fc.subarray([...IDS], { maxLength: 2 }),
    there: fc.array(present, { minLength: 1, maxLength: IDS.length, size: 'max' }),
    records: fc.uniqueArray(record, { selector: (each) => each.key, maxLength: 3 }),
  })
  .map(({ entries, held, broken, complete, rules, used, there, records }) => {
    const declared = entries.filter((each) => !held.some((name) => name === each.key)).map(declare)
    const holds = held.map((name) => ({ key: name, sources: ['x.ts', 'y.ts'], reason: 'duplicate-key' }) as const)
    const all = there.map(({ key: name, content: fields, stamp, listed, updatedAt }, index) => {
      const mark = stamp === 'none' ? null : { owner: stamp === 'ours' ? OWNER : 'other' }
      return { listed, configuration: { ...observedOf(IDS[index] ?? '', entryOf(name, fields), mark), updatedAt } }
    })
    const taken = new Set<string>()
    const lock = records.map(({ key: name, content: fields, source, protect, tie: how, any }) => {
      const recorded = { ...entryOf(name, fields), source, protect }
      const wanted = how === 'own' ? IDS[there.findIndex((each) => each.key === name)] : how === 'any' ? any : undefined
      const id = wanted === undefined || taken.has(wanted) ? `aigac_gone_${name}` : wanted
      taken.add(id)
      return [name, recordedOf(recorded, observedOf(id, recorded))] as const
    })
    return {
      desired: desiredOf(declared, { held: holds, broken: [...broken], complete }),
      rules,
      used,
      lock: new Map(lock),
      listed: all.filter(({ listed }) => listed).map(({ configuration }) => configuration),
      unlisted: all.filter(({ listed }) => !listed).map(({ configuration }) => configuration),
    }
  })

type Declared = typeof entry extends fc.Arbitrary<infer Each> ? Each : never

function declare({ key: name, content: fields, renamedFrom, adopt, source }: Declared): Entry {
  const says = { ...(renamedFrom !== undefined && { renamedFrom }), ...(adopt !== undefined && { adopt }) }
  return { ...entryOf(name, fields), source, ...says }
}

function gatewayOf({ listed, unlisted, used }: SmallWorld) {
  const gateway = fakeGateway([...listed])
  gateway.accessKeys.push(...used.map((configurationId) => ({ id: `aigk_of_${configurationId}`, configurationId })))
  gateway.unlisted.push(...unlisted)
  // What is written is written, listed or not.
  const update = gateway.update.bind(gateway)
  gateway.update = (id, patch, options) => {
    const hidden = gateway.unlisted.findIndex((configuration) => configuration.id === id)
    if (hidden !== -1) gateway.stored.push(...gateway.unlisted.splice(hidden, 1))
    return update(id, patch, options)
  }
  return gateway
}

const history: World['history'] = worldOf({}).history

export async function told(world: SmallWorld) {
  const gateway = gatewayOf(world)
  const { desired, rules, lock } = world
  const observed = new ObservedIndex(OWNER)
  observed.replace(valueOf(await gateway.list()), new Map())
  const { providerKeys, secrets } = worldOf({})
  const sight = { owner: OWNER, rules, desired, applied: lock, observed, history, providerKeys, secrets }
  const { guards } = computePlan(sight)
  const plan = valueOf(await foresee(sight, gateway))
  return { gateway, plan, isCapMoved: JSON.stringify(guards) !== JSON.stringify(plan.guards) }
}

export async function applied(world: SmallWorld) {
  const gateway = gatewayOf(world)
  const store = fakeStore()
  for (const [name, each] of world.lock) store.entries.set(name, each)
  const events: SyncEvent[] = []
  const options = {
    gateway,
    store,
    secrets: fakeSecrets(),
    owner: OWNER,
    tuning: () => ({ rules: world.rules, deleteGrace: 0, retries: 0 }),
    persistent: false,
    desired: () => world.desired,
  }
  const reconciler = new Reconciler(options, (event) => events.push(event))
  await reconciler.observe('backlog')
  await reconciler.prepare('backlog')
  reconciler.reconcile('backlog')
  await reconciler.idle()
  return { gateway, events, conflicts: reconciler.standing.conflicts }
}

/** `update a aigac_1 name,description`, `move b aigac_2 from a …`, `create c`, `delete d aigac_3 surplus`. */
export function writesOf(change: Change): readonly string[] {
  if (!isWrite(change)) return []
  if (change.kind === 'create') return [`create ${change.key}`]
  if (change.kind === 'delete') return [`delete ${change.key} ${change.id} ${change.reason}`]
  if (change.kind === 'move') return [`move ${change.key} ${change.id} from ${change.from} ${change.fields.join()}`]
  if (!('fields' in change)) throw new Error(`${change.kind} writes nothing`)
  const { key: name, id, fields } = change
  const update = `update ${name} ${id} ${fields.join()}`
  return change.kind === 'update' ? [update] : [`adopt ${name} ${id}`, ...(fields.length > 0 ? [update] : [])]
}

export function doneOf(event: SyncEvent): readonly string[] {
  if (event.event === 'config.created') return [`create ${event.key}`]
  if (event.event === 'config.adopted') return [`adopt ${event.key} ${event.id}`]
  if (event.event === 'config.deleted') return [`delete ${event.key} ${event.id} ${event.reason}`]
  if (event.event === 'config.updated') return [`update ${event.key} ${event.id} ${event.fields.join()}`]
  if (event.event === 'config.moved') return [`move ${event.key} ${event.id} from ${event.from} ${event.fields.join()}`]
  return []
}
