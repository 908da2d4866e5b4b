import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foresee } from '../../src/daemon/foresee.ts'
import type { DesiredState, Entry } from '../../src/model/entry.ts'
import type { SyncEvent } from '../../src/model/events.ts'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import type { Change } from '../../src/plan/change.ts'
import { forecast, isWrite } from '../../src/plan/work.ts'
import type { Policy } from '../../src/plan/world.ts'
import { appliedEntry } from '../../src/reconcile/applied.ts'
import { ObservedIndex } from '../../src/reconcile/observed-index.ts'
import { Reconciler } from '../../src/reconcile/reconciler.ts'
import { valueOf } from '../settings/result.ts'
import { fakeGateway } from '../support/fake-gateway.ts'
import { fakeStore } from '../support/fake-store.ts'
import { desiredOf, entryOf, observedOf, OWNER } from '../support/states.ts'

interface SmallWorld {
  readonly desired: DesiredState
  readonly policy: Policy
  readonly lock: ReadonlyMap<string, ReturnType<typeof appliedEntry>>
  readonly listed: readonly ObservedConfiguration[]
  /** There, and not in the listing yet. */
  readonly unlisted: readonly ObservedConfiguration[]
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__')
const content = fc.constantFrom({ name: 'one' }, { name: 'two' }, { name: 'two', description: 'x' })
const IDS = ['aigac_1', 'aigac_2', 'aigac_3', 'aigac_4'] as const

const entry = fc.record({
  key,
  content,
  renamedFrom: fc.option(key, { nil: undefined }),
  source: fc.constantFrom('m.ts', 'n.ts'),
})
const present = fc.record({
  key,
  content,
  stamp: fc.constantFrom('ours', 'ours', 'ours', 'theirs', 'none'),
  listed: fc.constantFrom(true, true, false),
})
/** `own`: of the first configuration under the key; `any`: of whichever; where there is none, or it is taken, one that is gone. */
const tie = fc.constantFrom('own', 'own', 'own', 'any', 'gone')
const record = fc.record({ key, content, source: fc.constantFrom('m.ts', 'n.ts'), tie, any: fc.constantFrom(...IDS) })

/** A folder, a lockfile and a gateway that agree more or less. In a lockfile an id stands under one key only. */
const worlds: fc.Arbitrary<SmallWorld> = fc
  .record({
    entries: fc.uniqueArray(entry, { selector: (each) => each.key, maxLength: 3 }),
    held: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(key) }),
    broken: fc.constantFrom([], [], ['n.ts']),
    complete: fc.constantFrom(true, true, true, true, true, false),
    policy: fc.constantFrom<Policy>('create-only', 'upsert-only', 'sync'),
    there: fc.array(present, { minLength: 1, maxLength: IDS.length, size: 'max' }),
    records: fc.uniqueArray(record, { selector: (each) => each.key, maxLength: 3 }),
  })
  .map(({ entries, held, broken, complete, policy, there, records }) => {
    const declared = entries.filter((each) => !held.some((name) => name === each.key)).map(declare)
    const holds = held.map((name) => ({ key: name, sources: ['x.ts', 'y.ts'], reason: 'duplicate-key' }) as const)
    const all = there.map(({ key: name, content: fields, stamp, listed }, index) => {
      const mark = stamp === 'none' ? null : { owner: stamp === 'ours' ? OWNER : 'other' }
      return { listed, configuration: observedOf(IDS[index] ?? '', entryOf(name, fields), mark) }
    })
    const taken = new Set<string>()
    const lock = records.map(({ key: name, content: fields, source, tie: how, any }) => {
      const recorded = { ...entryOf(name, fields), source }
      const wanted = how === 'own' ? IDS[there.findIndex((each) => each.key === name)] : how === 'any' ? any : undefined
      const id = wanted === undefined || taken.has(wanted) ? `aigac_gone_${name}` : wanted
      taken.add(id)
      return [name, appliedEntry(recorded, observedOf(id, recorded))] as const
    })
    return {
      desired: desiredOf(declared, { held: holds, broken: [...broken], complete }),
      policy,
      lock: new Map(lock),
      listed: all.filter(({ listed }) => listed).map(({ configuration }) => configuration),
      unlisted: all.filter(({ listed }) => !listed).map(({ configuration }) => configuration),
    }
  })

function declare({
  key: name,
  content: fields,
  renamedFrom,
  source,
}: typeof entry extends fc.Arbitrary<infer Each> ? Each : never): Entry {
  return { ...entryOf(name, fields), source, ...(renamedFrom !== undefined && { renamedFrom }) }
}

function gatewayOf({ listed, unlisted }: SmallWorld) {
  const gateway = fakeGateway([...listed])
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

async function told(world: SmallWorld) {
  const gateway = gatewayOf(world)
  const { desired, policy, lock } = world
  const observed = new ObservedIndex(OWNER)
  observed.replace(valueOf(await gateway.list()), [])
  const foreseen = await foresee({ owner: OWNER, policy, desired, applied: lock, observed }, gateway)
  return { gateway, ...valueOf(foreseen) }
}

async function applied(world: SmallWorld) {
  const gateway = gatewayOf(world)
  const store = fakeStore()
  for (const [name, each] of world.lock) store.entries.set(name, each)
  const events: SyncEvent[] = []
  const options = {
    gateway,
    store,
    owner: OWNER,
    policy: world.policy,
    retries: 0,
    persistent: false,
    desired: () => world.desired,
  }
  const reconciler = new Reconciler(options, (event) => events.push(event))
  await reconciler.observe('backlog')
  reconciler.reconcile('backlog')
  await reconciler.idle()
  return { gateway, events, conflicts: reconciler.standing.conflicts }
}

/** `update a aigac_1 name,description`, `move b aigac_2 from a …`, `create c`. */
function writeOf(change: Change): string {
  if (change.kind === 'create') return `create ${change.key}`
  if (change.kind === 'update') return `update ${change.key} ${change.id} ${change.fields.join()}`
  if (change.kind === 'move') return `move ${change.key} ${change.id} from ${change.from} ${change.fields.join()}`
  throw new Error(`${change.kind} writes nothing`)
}

function doneOf(event: SyncEvent): readonly string[] {
  if (event.event === 'config.created') return [`create ${event.key}`]
  if (event.event === 'config.updated') return [`update ${event.key} ${event.id} ${event.fields.join()}`]
  if (event.event === 'config.moved') return [`move ${event.key} ${event.id} from ${event.from} ${event.fields.join()}`]
  return []
}

const isWriteRequest = (request: string) => /^(?:create|update) /.test(request)

describe('what is foretold', () => {
  test('is what applying does: the same kinds, keys, ids and fields', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { plan, lookups } = await told(world)
        fc.pre(lookups === 0) // with doubtful ids, what one look finds may change the plan of another key that is under way
        const { events, gateway, conflicts } = await applied(world)
        expect(plan.changes.filter(isWrite).map(writeOf)).toEqual(events.flatMap(doneOf).toSorted(byKeyOf(plan.changes)))
        expect(gateway.asked.filter(isWriteRequest)).toHaveLength(plan.changes.filter(isWrite).length)
        expect(plan.changes.filter(({ kind }) => kind === 'conflict')).toHaveLength(conflicts)
      }),
      { numRuns: 1_000 },
    )
  })

  test('takes as many requests as are forecast', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { plan, lookups } = await told(world)
        fc.pre(lookups === 0) // which of several doubtful ids is asked for first depends on how long each takes
        const { gateway } = await applied(world)
        expect(forecast(plan.changes, 1, 'off').requests).toBe(gateway.asked.length)
      }),
      { numRuns: 500 },
    )
  })

  test('is found out by reading alone', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { gateway, lookups } = await told(world)
        expect(gateway.asked.filter(isWriteRequest)).toEqual([])
        expect(gateway.asked).toHaveLength(1 + lookups)
      }),
      { numRuns: 200 },
    )
  })
})

/** Applying is done in any order; a plan has its changes in order of key. */
function byKeyOf(changes: readonly Change[]) {
  const order = changes.filter(isWrite).map(writeOf)
  return (a: string, b: string) => order.indexOf(a) - order.indexOf(b)
}

describe('an id that the listing does not show', () => {
  const web = entryOf('web', { name: 'new name' })
  const recorded = observedOf('aigac_1', entryOf('web'))
  const lock = new Map([['web', appliedEntry(entryOf('web'), recorded)]])
  const world = { desired: desiredOf([web]), policy: 'upsert-only', lock, listed: [] } as const

  test('is asked for, and what is there after all is planned as it is', async () => {
    const { gateway, plan } = await told({ ...world, unlisted: [recorded] })
    expect(gateway.asked).toEqual(['list', 'find aigac_1'])
    expect(plan.changes).toMatchObject([{ kind: 'update', key: 'web', id: 'aigac_1', fields: ['name'] }])
  })

  test('and that is gone indeed is said to be created again', async () => {
    const { plan } = await told({ ...world, unlisted: [] })
    expect(plan.changes).toMatchObject([{ kind: 'create', key: 'web', missing: 'aigac_1' }])
  })
})
