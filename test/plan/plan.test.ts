import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/plan/change.ts'
import { countChanges } from '../../src/plan/change.ts'
import { computePlan, planKeys, type World } from '../../src/plan/plan.ts'
import { desiredOf, entryOf, observedOf, worldOf } from '../support/states.ts'

const web = entryOf('web')
const edited = entryOf('web', { name: 'another name' })
const stamped = observedOf('aigac_1', web)
const unstamped = observedOf('aigac_1', web, null)
const applied = { web: { id: 'aigac_1' } }

const table: readonly (readonly [string, World, Partial<Change> | undefined])[] = [
  ['declared, and nowhere else: created', worldOf({ desired: desiredOf([web]) }), { kind: 'create' }],
  [
    'applied and unchanged: nothing to do',
    worldOf({ desired: desiredOf([web]), applied, observed: [stamped] }),
    { kind: 'noop', id: 'aigac_1' },
  ],
  [
    'declared otherwise since it was applied: an update',
    worldOf({ desired: desiredOf([edited]), applied, observed: [stamped] }),
    { kind: 'update', id: 'aigac_1' },
  ],
  [
    'stamped for us, unknown to the lockfile: linked, not created again',
    worldOf({ desired: desiredOf([web]), observed: [stamped] }),
    { kind: 'noop', id: 'aigac_1', link: stamped },
  ],
  [
    'linked with other content: an update',
    worldOf({ desired: desiredOf([edited]), observed: [stamped] }),
    { kind: 'update', link: stamped },
  ],
  [
    'recorded under an id that is gone, stamped under another: linked anew',
    worldOf({ desired: desiredOf([web]), applied: { web: { id: 'aigac_0' } }, observed: [stamped] }),
    { kind: 'noop', id: 'aigac_1', link: stamped },
  ],
  [
    'recorded, and gone from the gateway: created, saying which is missing',
    worldOf({ desired: desiredOf([web]), applied }),
    { kind: 'create', missing: 'aigac_1' },
  ],
  [
    'its stamp edited away: the id still ties it',
    worldOf({ desired: desiredOf([web]), applied, observed: [unstamped] }),
    { kind: 'noop', id: 'aigac_1' },
  ],
  [
    'its stamp replaced by another owner: theirs',
    worldOf({ desired: desiredOf([web]), applied, observed: [observedOf('aigac_1', web, { owner: 'other' })] }),
    { kind: 'conflict', reason: 'claimed-by-other' },
  ],
  [
    'the same key under another owner: none of ours',
    worldOf({ desired: desiredOf([web]), observed: [observedOf('aigac_1', web, { owner: 'other' })] }),
    { kind: 'create' },
  ],
  [
    'an unstamped twin by name and content: none of ours',
    worldOf({ desired: desiredOf([web]), observed: [unstamped] }),
    { kind: 'create' },
  ],
  [
    'two with our stamp: a conflict, and no third',
    worldOf({ desired: desiredOf([web]), applied, observed: [stamped, observedOf('aigac_2', web)] }),
    { kind: 'conflict', reason: 'duplicate-configuration', ids: ['aigac_1', 'aigac_2'] },
  ],
  [
    'one tied by id without stamp and one stamped: a conflict',
    worldOf({ desired: desiredOf([web]), applied, observed: [unstamped, observedOf('aigac_2', web)] }),
    { kind: 'conflict', ids: ['aigac_1', 'aigac_2'] },
  ],
  [
    'declared twice: held',
    worldOf({
      desired: desiredOf([], { held: [{ key: 'web', sources: ['web.ts', 'web.json'], reason: 'duplicate-key' }] }),
      applied,
      observed: [stamped],
    }),
    { kind: 'conflict', reason: 'duplicate-key', sources: ['web.ts', 'web.json'] },
  ],
  ['declared no more: an orphan', worldOf({ applied, observed: [stamped] }), { kind: 'orphan', id: 'aigac_1', source: 'web.ts' }],
  ['stamped for us, never declared: an orphan', worldOf({ observed: [stamped] }), { kind: 'orphan', id: 'aigac_1' }],
  [
    'its module does not load: kept',
    worldOf({ desired: desiredOf([], { broken: ['web.ts'] }), applied, observed: [stamped] }),
    { kind: 'noop' },
  ],
  [
    'the folder is missing: kept',
    worldOf({ desired: desiredOf([], { complete: false }), applied, observed: [stamped] }),
    { kind: 'noop' },
  ],
  ['declared no more and gone from the gateway: nothing to say', worldOf({ applied }), undefined],
]

describe('the plan for a key', () => {
  test.each(table)('%s', (_title, world, expected) => {
    const [change] = planKeys(world, ['web']).changes
    if (expected === undefined) expect(change).toBeUndefined()
    else expect(change).toMatchObject(expected)
  })
})

describe('a whole plan', () => {
  const keys = fc.constantFrom('a', 'b', 'c/d', 'c/d#x', '__proto__', 'constructor')
  const variants = fc.constantFrom({}, { name: 'other' })
  const entries = fc.uniqueArray(fc.record({ key: keys, fields: variants }), { selector: ({ key }) => key })
  const owners = fc.constantFrom('platform', 'other')
  const observed = fc.uniqueArray(fc.record({ id: fc.nat(9), key: keys, owner: owners, stamp: fc.boolean() }), {
    selector: ({ id }) => id,
  })
  const lock = fc.dictionary(keys, fc.record({ id: fc.nat(9).map((id) => `aigac_${id}`) }), { maxKeys: 4 })
  const worlds = fc.tuple(entries, observed, lock).map(([declared, present, recorded]) =>
    worldOf({
      desired: desiredOf(declared.map(({ key, fields }) => entryOf(key, fields))),
      applied: recorded,
      observed: present.map(({ id, key, owner, stamp }) => observedOf(`aigac_${id}`, entryOf(key), stamp ? { owner } : null)),
    }),
  )

  test('has at most one change a key, in order of key', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const changed = computePlan(world).changes.map(({ key }) => key)
        expect(changed).toEqual([...new Set(changed)].toSorted())
      }),
    )
  })

  test('says something about every declared entry', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const changed = computePlan(world).changes.map(({ key }) => key)
        expect(changed).toEqual(expect.arrayContaining([...world.desired.entries.keys()]))
      }),
    )
  })

  test('creates only where nothing on the gateway carries our stamp for the key', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const change of computePlan(world).changes) {
          if (change.kind === 'create') expect(world.observed.byKey(change.key)).toEqual([])
        }
      }),
    )
  })

  test('never names a configuration that carries another owner’s stamp, but as a conflict', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const change of computePlan(world).changes) {
          if ('id' in change && change.kind !== 'noop')
            expect([undefined, 'platform']).toContain(world.observed.byId(change.id)?.stamp?.owner)
        }
      }),
    )
  })

  test('is counted by kind', () => {
    const world = worldOf({ desired: desiredOf([web, entryOf('a'), entryOf('b')]), applied, observed: [stamped] })
    expect(countChanges(computePlan(world).changes)).toEqual({ create: 2, noop: 1 })
  })
})
