import { describe, expect, test } from 'vitest'
import { deletableKeys, survey } from '../../src/plan/guards.ts'
import { computePlan } from '../../src/plan/plan.ts'
import type { Rules } from '../../src/plan/world.ts'
import { desiredOf, entryOf, observedOf, worldOf } from '../support/states.ts'

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
const idOf = (key: string) => `aigac_${key}`
const thereOf = (keys: readonly string[]) => keys.map((key) => observedOf(idOf(key), entryOf(key)))
const lockOf = (keys: readonly string[], over: (key: string) => object = () => ({})) =>
  Object.fromEntries(keys.map((key) => [key, { id: idOf(key), digest: entryOf(key).digest, ...over(key) }]))
const users = (keys: readonly string[]) => new Map(keys.map((key) => [idOf(key), [{ id: `aigk_${key}` }]]))

type Parts = Omit<Parameters<typeof worldOf>[0], 'rules'>

/** Under `sync`, ten are applied and there, of which some are declared no more. */
function leaving(gone: readonly string[], rules: Partial<Rules> = {}, over: Parts = {}) {
  const declared = KEYS.filter((key) => !gone.includes(key)).map((key) => entryOf(key))
  const world = { desired: desiredOf(declared), applied: lockOf(KEYS), observed: thereOf(KEYS), ...over }
  return worldOf({ ...world, rules: { policy: 'sync', ...rules } })
}

const deletedBy = (world: Parameters<typeof computePlan>[0]) =>
  computePlan(world).changes.flatMap((change) => (change.kind === 'delete' ? [change.key] : []))

describe('the caps on deletions', () => {
  test.each([
    ['as many as the cap allows are deleted', 2, 100, undefined],
    ['one more than it allows: none is', 1, 100, { guard: 'delete-max', count: 2, limit: 1, managed: 10, confirm: 2 }],
    ['a cap of none lets none be deleted', 0, 100, { guard: 'delete-max', count: 2, limit: 0, managed: 10, confirm: 2 }],
    ['as many as the percentage allows are deleted', 10, 20, undefined],
    ['a percentage is rounded up', 10, 11, undefined],
    [
      'more than the percentage allows: none is',
      10,
      10,
      { guard: 'delete-max-percent', count: 2, limit: 1, managed: 10, confirm: 2 },
    ],
    ['no percentage lets none be deleted', 10, 0, { guard: 'delete-max-percent', count: 2, limit: 0, managed: 10, confirm: 2 }],
    ['of both caps the absolute one is named', 1, 10, { guard: 'delete-max', count: 2, limit: 1, managed: 10, confirm: 2 }],
  ])('%s', (_title, deleteMax, deleteMaxPercent, guard) => {
    const world = leaving(['c', 'f'], { deleteMax, deleteMaxPercent })
    expect(computePlan(world).guards).toEqual(guard ? [guard] : [])
    expect(deletedBy(world)).toEqual(guard ? [] : ['c', 'f'])
  })

  test('let the only one of a lockfile go', () => {
    const world = worldOf({ applied: lockOf(['a']), observed: thereOf(['a']), rules: { policy: 'sync', deleteMaxPercent: 1 } })
    expect(deletedBy(world)).toEqual(['a'])
  })

  test('leave what they keep as orphans that say so', () => {
    const { changes } = computePlan(leaving(['c', 'f'], { deleteMax: 1 }))
    expect(changes.filter(({ kind }) => kind === 'orphan')).toMatchObject([
      { key: 'c', stays: 'guard' },
      { key: 'f', stays: 'guard' },
    ])
  })

  test('count what has its grace still to come: many files that vanish one by one are many', () => {
    const world = leaving(['c', 'f'], { deleteMax: 1 }, { history: { isRipe: (key) => key === 'c' } })
    expect(deletableKeys(world)).toEqual(['c', 'f'])
    expect(deletedBy(world)).toEqual([])
  })

  test('do not count what a person confirmed, and let it be deleted beside what they hold', () => {
    const confirmed = leaving(['c', 'f'], { deleteMax: 1 }, { history: { isApproved: (key) => key === 'c' } })
    expect(deletedBy(confirmed)).toEqual(['c', 'f'])
    const capped = leaving(['b', 'c', 'f'], { deleteMax: 1 }, { history: { isApproved: (key) => key === 'c' } })
    expect(computePlan(capped).guards).toMatchObject([{ guard: 'delete-max', count: 2 }])
    expect(deletedBy(capped)).toEqual(['c'])
  })

  test.each<[string, Parts, readonly string[]]>([
    ['is in use', { users: users(['c']) }, ['f']],
    ['is protected', { applied: lockOf(KEYS, (key) => (key === 'c' ? { protect: true } : {})) }, ['f']],
    ['the gateway does not have', { observed: thereOf(KEYS.filter((key) => key !== 'c')) }, ['f']],
    ['another owner claimed', { observed: [...thereOf(['f']), observedOf('aigac_c', entryOf('c'), { owner: 'other' })] }, ['f']],
    ['the lockfile does not know', { applied: lockOf(KEYS.filter((key) => key !== 'c')) }, ['f']],
    [
      'goes on under another key',
      { desired: desiredOf([{ ...entryOf('new'), renamedFrom: 'c' }, ...declaredBut('c', 'f')]) },
      ['f'],
    ],
    ['is held', { desired: desiredOf(declaredBut('c', 'f'), { held: [hold('c')] }) }, ['f']],
    ['comes from a module that does not load', { desired: desiredOf(declaredBut('c', 'f'), { broken: ['c.ts'] }) }, ['f']],
    ['is gone from a folder that is not wholly known', { desired: desiredOf(declaredBut('c', 'f'), { complete: false }) }, []],
  ])('do not count what %s', (_title, over, expected) => {
    expect(deletableKeys(leaving(['c', 'f'], {}, over))).toEqual(expected)
  })

  test.each(['create-only', 'upsert-only'] as const)('are no matter under %s, which deletes nothing', (policy) => {
    const world = leaving(KEYS, { policy, deleteMax: 0 })
    expect(deletableKeys(world)).toEqual([])
    expect(computePlan(world).guards).toEqual([])
  })

  test('hold for a part of the plan as for the whole', () => {
    expect(survey(leaving(['c', 'f'], { deleteMax: 1 }))).toMatchObject({ isCapped: true, isStrange: false })
  })
})

function declaredBut(...gone: readonly string[]) {
  return KEYS.filter((key) => !gone.includes(key)).map((key) => entryOf(key))
}

function hold(key: string) {
  return { key, sources: ['x.ts', 'y.ts'], reason: 'duplicate-key' } as const
}

describe('a gateway that knows none of what the lockfile names', () => {
  const declared = { desired: desiredOf([entryOf('a'), entryOf('new')]) }

  test('is another account, more likely: nothing is changed, not even created', () => {
    const plan = computePlan(worldOf({ ...declared, applied: lockOf(['a', 'b', 'c']) }))
    expect(plan).toEqual({ changes: [], providerKeys: [], guards: [{ guard: 'unknown-ids', count: 3, limit: 0, managed: 3 }] })
  })

  test('is so as well where it has what others own, or nobody', () => {
    const observed = [observedOf('aigac_x', entryOf('a'), null), observedOf('aigac_y', entryOf('a'), { owner: 'other' })]
    expect(computePlan(worldOf({ ...declared, applied: lockOf(['a', 'b', 'c']), observed }))).toMatchObject({
      changes: [],
      guards: [{ guard: 'unknown-ids' }],
    })
  })

  test.each<[string, Parts]>([
    ['where the lockfile names two: somebody may have deleted both', { applied: lockOf(['a', 'b']) }],
    ['where it knows one of the ids', { applied: lockOf(['a', 'b', 'c']), observed: thereOf(['b']) }],
    [
      'where anything carries our stamp',
      { applied: lockOf(['a', 'b', 'c']), observed: [observedOf('aigac_x', entryOf('other'))] },
    ],
  ])('is none %s', (_title, over) => {
    const { guards, changes } = computePlan(worldOf({ ...declared, ...over }))
    expect(guards).toEqual([])
    expect(changes.find(({ key }) => key === 'new')).toMatchObject({ kind: 'create' })
  })
})
