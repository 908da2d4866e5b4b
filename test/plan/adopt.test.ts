import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/plan/change.ts'
import { planKeys } from '../../src/plan/plan.ts'
import type { World } from '../../src/plan/world.ts'
import { desiredOf, entryOf, observedOf, worldOf } from '../support/states.ts'

const entry = { ...entryOf('web'), adopt: 'aigac_1' }
const unowned = observedOf('aigac_1', entryOf('web'), null)
const declared = { desired: desiredOf([entry]) }
const other = observedOf('aigac_1', entryOf('web', { name: 'old', access: { models: { allow: [] } } }), null)

function planned(world: World): readonly Change[] {
  return planKeys(world, ['web']).changes
}

describe('an entry that says which configuration to take over', () => {
  test('adopts it where nobody owns it', () => {
    expect(planned(worldOf({ ...declared, observed: [unowned] }))).toEqual([
      { kind: 'adopt', key: 'web', id: 'aigac_1', entry, fields: [], reach: 'same' },
    ])
  })

  test('says what will be changed of it after that, and what that does to its reach', () => {
    expect(planned(worldOf({ ...declared, observed: [other] }))).toMatchObject([
      { kind: 'adopt', fields: ['name', 'access'], reach: 'wider' },
    ])
  })

  test('has it asked for where the listing does not show it', () => {
    expect(planned(worldOf(declared))).toMatchObject([{ kind: 'adopt', id: 'aigac_1', fields: [], reach: 'same' }])
  })

  test('adopts nothing under create-only', () => {
    const world = worldOf({ ...declared, observed: [unowned], rules: { policy: 'create-only' } })
    expect(planned(world)).toMatchObject([{ kind: 'adopt', withheld: 'policy' }])
  })

  test('is in conflict where there is none, once that is known', () => {
    const world = worldOf(declared)
    expect(planned({ ...world, observed: { ...nothing(world), isMissing: (id) => id === 'aigac_1' } })).toEqual([
      { kind: 'conflict', key: 'web', reason: 'adopt-missing', ids: ['aigac_1'], sources: ['web.ts'] },
    ])
  })

  test.each<[string, Parameters<typeof worldOf>[0]]>([
    ['carries another owner’s stamp', { observed: [observedOf('aigac_1', entry, { owner: 'other' })] }],
    ['carries our stamp for another key', { observed: [observedOf('aigac_1', entryOf('api'))] }],
    ['is tied to another key by the lockfile', { observed: [unowned], applied: { api: { id: 'aigac_1' } } }],
    ['is tied to another key, and not listed', { applied: { api: { id: 'aigac_1' } } }],
  ])('is in conflict where it %s', (_title, over) => {
    const desired = desiredOf([entry, entryOf('api')])
    expect(planned(worldOf({ desired, ...over }))).toEqual([
      { kind: 'conflict', key: 'web', reason: 'claimed-by-other', ids: ['aigac_1'], sources: ['web.ts'] },
    ])
  })

  test('is in conflict where another entry says the same, and neither has it', () => {
    const rival = { ...entryOf('api'), adopt: 'aigac_1' }
    const sources = ['web.ts', 'api.ts']
    const desired = desiredOf([entry, rival])
    expect(planned(worldOf({ desired, observed: [unowned] }))).toMatchObject([{ reason: 'claimed-by-other', sources }])
    expect(planned(worldOf({ desired, observed: [unowned, observedOf('aigac_2', rival)] }))).toMatchObject([{ kind: 'adopt' }])
  })

  test('goes before what only looks like a move', () => {
    const gone = {
      applied: { old: { id: 'aigac_2', digest: entry.digest } },
      observed: [unowned, observedOf('aigac_2', entryOf('old'))],
    }
    expect(planned(worldOf({ ...declared, ...gone }))).toMatchObject([{ kind: 'adopt', id: 'aigac_1' }])
  })

  test('goes on under another key with what it took', () => {
    const taken = observedOf('aigac_1', entryOf('old', { name: 'web' }))
    const lock = { old: { id: 'aigac_1', digest: entry.digest } }
    expect(planned(worldOf({ ...declared, applied: lock, observed: [taken] }))).toMatchObject([{ kind: 'move', from: 'old' }])
    expect(planned(worldOf({ ...declared, applied: lock, observed: [unowned] }))).toMatchObject([{ kind: 'move', from: 'old' }])
  })

  test('moves it where it is ours under a key that is declared no more', () => {
    const ours = observedOf('aigac_1', entryOf('old'))
    const expected = [{ kind: 'move', key: 'web', from: 'old', id: 'aigac_1', reason: 'renamed-from' }]
    expect(planned(worldOf({ ...declared, observed: [ours] }))).toMatchObject(expected)
    expect(planned(worldOf({ ...declared, observed: [ours], applied: { web: { id: 'aigac_0' } } }))).toMatchObject(expected)
  })

  test('says nothing more once it is taken', () => {
    const applied = { web: { id: 'aigac_1' } }
    const taken = observedOf('aigac_1', entry)
    expect(planned(worldOf({ ...declared, applied, observed: [taken] }))).toEqual([{ kind: 'noop', key: 'web', id: 'aigac_1' }])
    expect(planned(worldOf({ ...declared, observed: [taken] }))).toMatchObject([{ kind: 'noop', record: taken }])
    expect(planned(worldOf({ ...declared, applied }))).toMatchObject([{ kind: 'create', missing: 'aigac_1' }])
  })

  test('keeps the one it has', () => {
    const own = observedOf('aigac_2', entry)
    const world = worldOf({ ...declared, applied: { web: { id: 'aigac_2' } }, observed: [own, unowned] })
    expect(planned(world)).toEqual([{ kind: 'noop', key: 'web', id: 'aigac_2' }])
  })

  test('takes it over where the one it had is gone', () => {
    const world = worldOf({ ...declared, applied: { web: { id: 'aigac_2' } }, observed: [unowned] })
    expect(planned(world)).toMatchObject([{ kind: 'adopt', id: 'aigac_1' }])
  })
})

/** An observed state that shows nothing. */
function nothing({ observed }: World): World['observed'] {
  return {
    byId: (id) => observed.byId(id),
    byKey: (key) => observed.byKey(key),
    keyed: observed.keyed,
    unowned: (name) => observed.unowned(name),
    usersOf: (id) => observed.usersOf(id),
    isMissing: (id) => observed.isMissing(id),
    usersOfKey: (id) => observed.usersOfKey(id),
  }
}

describe('what nobody owns and is called as what is to be created', () => {
  const namesake = observedOf('aigac_3', entryOf('web', { description: 'by hand' }), null)

  test('is named, with whether it is the same, and is not taken', () => {
    const world = worldOf({ desired: desiredOf([entryOf('web')]), observed: [unowned, namesake] })
    expect(planned(world)).toMatchObject([
      {
        kind: 'create',
        candidates: [
          { id: 'aigac_1', name: 'web', sameContent: true },
          { id: 'aigac_3', name: 'web', sameContent: false },
        ],
      },
    ])
  })

  test.each<[string, Parameters<typeof observedOf>]>([
    ['another owner’s', ['aigac_4', entryOf('web'), { owner: 'other' }]],
    ['ours for another key', ['aigac_4', entryOf('api', { name: 'web' })]],
    ['called otherwise', ['aigac_4', entryOf('web', { name: 'Web' }), null]],
  ])('is not named where it is %s', (_title, there) => {
    const desired = desiredOf([entryOf('web'), entryOf('api', { name: 'web' })])
    expect(planned(worldOf({ desired, observed: [observedOf(...there)] }))).toMatchObject([{ kind: 'create', candidates: [] }])
  })
})
