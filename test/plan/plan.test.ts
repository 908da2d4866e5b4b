import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/plan/change.ts'
import { countChanges } from '../../src/plan/change.ts'
import { computePlan, planKeys } from '../../src/plan/plan.ts'
import type { World } from '../../src/plan/world.ts'
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
    { kind: 'noop', id: 'aigac_1', record: stamped },
  ],
  [
    'linked with other content: an update',
    worldOf({ desired: desiredOf([edited]), observed: [stamped] }),
    { kind: 'update', id: 'aigac_1', fields: ['name'] },
  ],
  [
    'recorded under an id that is gone, stamped under another: linked anew',
    worldOf({ desired: desiredOf([web]), applied: { web: { id: 'aigac_0' } }, observed: [stamped] }),
    { kind: 'noop', id: 'aigac_1', record: stamped },
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

const recordedAs = (over: object) => ({ web: { id: 'aigac_1', ...over } })
const both = worldOf({ desired: desiredOf([edited]), applied, observed: [observedOf('aigac_1', edited)] })

const more: typeof table = [
  [
    'an update names the fields that differ',
    worldOf({ desired: desiredOf([entryOf('web', { description: 'x', access: {} })]), applied, observed: [stamped] }),
    { kind: 'update', fields: ['description', 'access'], withheld: false },
  ],
  [
    'under create-only an update is withheld',
    worldOf({ desired: desiredOf([edited]), applied, observed: [stamped], policy: 'create-only' }),
    { kind: 'update', withheld: true },
  ],
  [
    'edited, and on the gateway already as declared: only recorded',
    both,
    { kind: 'noop', record: observedOf('aigac_1', edited) },
  ],
  [
    'changed on the gateway by a person, and not in the folder: left as it is',
    worldOf({ desired: desiredOf([web]), applied, observed: [observedOf('aigac_1', edited)] }),
    { kind: 'noop' },
  ],
  [
    'declared by another module under the same key: recorded',
    worldOf({ desired: desiredOf([web]), applied: recordedAs({ source: 'old.ts' }), observed: [stamped] }),
    { kind: 'noop', record: stamped },
  ],
  [
    'protected since: recorded',
    worldOf({ desired: desiredOf([{ ...web, protect: true }]), applied, observed: [stamped] }),
    { kind: 'noop', record: stamped },
  ],
]

describe('the plan for a key', () => {
  test.each([...table, ...more])('%s', (_title, world, expected) => {
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
  /** As in every lockfile that can be read, an id stands under one key only. */
  const lock = fc
    .tuple(fc.uniqueArray(keys, { maxLength: 4 }), fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 4 }))
    .map(([names, ids]) => Object.fromEntries(names.map((key, index) => [key, { id: `aigac_${ids[index]}` }])))
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

  test('changes no configuration twice', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const ids = computePlan(world).changes.flatMap((change) => ('id' in change ? [change.id] : []))
        expect(ids).toEqual([...new Set(ids)])
      }),
    )
  })

  test('is counted by kind', () => {
    const world = worldOf({ desired: desiredOf([web, entryOf('a'), entryOf('b')]), applied, observed: [stamped] })
    expect(countChanges(computePlan(world).changes)).toEqual({ create: 2, noop: 1 })
  })
})
