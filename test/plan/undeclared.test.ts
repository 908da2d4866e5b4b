import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/plan/change.ts'
import { planKeys } from '../../src/plan/plan.ts'
import { desiredOf, entryOf, observedOf, worldOf } from '../support/states.ts'

const web = entryOf('web')
const there = observedOf('aigac_1', web)
const applied = { web: { id: 'aigac_1' } }
const inUse = new Map([['aigac_1', [{ id: 'aigk_1', name: 'chatbot' }]]])

type Parts = Parameters<typeof worldOf>[0]

/** What is to be done about `web`, which is declared no more, applied, and there; under `sync`. */
function planned(over: Parts = {}): readonly Change[] {
  const { rules, ...rest } = over
  return planKeys(worldOf({ applied, observed: [there], rules: { policy: 'sync', ...rules }, ...rest }), ['web']).changes
}

describe('what is declared no more', () => {
  test('is deleted under sync', () => {
    expect(planned()).toEqual([{ kind: 'delete', key: 'web', id: 'aigac_1', reason: 'not-declared', source: 'web.ts' }])
  })

  test.each<[string, Parts, object]>([
    ['under create-only', { rules: { policy: 'create-only' } }, { stays: 'policy' }],
    ['under upsert-only', { rules: { policy: 'upsert-only' } }, { stays: 'policy' }],
    ['where the lockfile does not know it', { applied: {} }, { stays: 'unrecorded' }],
    ['where the lockfile knows another', { applied: { web: { id: 'aigac_0' } } }, { stays: 'unrecorded' }],
    ['where it was protected', { applied: { web: { id: 'aigac_1', protect: true } } }, { stays: 'protected', source: 'web.ts' }],
    ['where access keys refer to it', { users: inUse }, { stays: 'in-use', accessKeys: [{ id: 'aigk_1', name: 'chatbot' }] }],
    ['where it is in use, and nobody knows by what', { users: new Map([['aigac_1', []]]) }, { stays: 'in-use', accessKeys: [] }],
    ['beyond a cap', { rules: { policy: 'sync', deleteMax: 0 } }, { stays: 'guard' }],
    ['during its grace', { history: { isRipe: () => false } }, { stays: 'grace' }],
  ])('stays %s', (_title, over, expected) => {
    expect(planned(over)).toMatchObject([{ kind: 'orphan', key: 'web', id: 'aigac_1', accessKeys: [], ...expected }])
  })

  test.each<[string, Parts, string]>([
    ['the policy before all others', { rules: { policy: 'upsert-only' }, applied: {}, users: inUse }, 'policy'],
    ['a protection before its use', { applied: { web: { id: 'aigac_1', protect: true } }, users: inUse }, 'protected'],
    ['its use before a cap', { users: inUse, rules: { policy: 'sync', deleteMax: 0 } }, 'in-use'],
    ['a cap before its grace', { rules: { policy: 'sync', deleteMax: 0 }, history: { isRipe: () => false } }, 'guard'],
  ])('stays for the reason that lasts: %s', (_title, over, stays) => {
    expect(planned(over)).toMatchObject([{ kind: 'orphan', stays }])
  })

  test('is deleted beyond a cap where a person confirmed it, after its grace all the same', () => {
    const history = { isApproved: () => true }
    expect(planned({ rules: { deleteMax: 0 }, history })).toMatchObject([{ kind: 'delete' }])
    expect(planned({ rules: { deleteMax: 0 }, history: { ...history, isRipe: () => false } })).toMatchObject([{ stays: 'grace' }])
  })

  test('and lost its stamp is deleted all the same: the lockfile ties it', () => {
    expect(planned({ observed: [observedOf('aigac_1', web, null)] })).toMatchObject([{ kind: 'delete', id: 'aigac_1' }])
  })

  test.each<[string, Parts]>([
    ['a folder that is not wholly known', { desired: desiredOf([], { complete: false }) }],
    ['a module that does not load', { desired: desiredOf([], { broken: ['web.ts'] }) }],
  ])('is no matter of %s', (_title, over) => {
    expect(planned(over)).toEqual([{ kind: 'noop', key: 'web', id: 'aigac_1' }])
  })

  test('and was claimed by another owner is none of ours', () => {
    expect(planned({ observed: [observedOf('aigac_1', web, { owner: 'other' })] })).toEqual([])
  })
})

describe('what is neither declared nor on the gateway', () => {
  test.each(['create-only', 'upsert-only', 'sync'] as const)('is forgotten under %s', (policy) => {
    expect(planned({ observed: [], rules: { policy } })).toEqual([{ kind: 'noop', key: 'web', id: 'aigac_1', forget: true }])
  })

  test('is remembered where it was protected no longer than the gateway has it', () => {
    const lock = { web: { id: 'aigac_1', protect: true } as const }
    expect(planned({ observed: [], applied: lock })).toMatchObject([{ forget: true }])
  })

  test.each<[string, Parts]>([
    ['while the folder is not wholly known', { desired: desiredOf([], { complete: false }) }],
    ['while its module does not load', { desired: desiredOf([], { broken: ['web.ts'] }) }],
  ])('is kept in mind %s', (_title, over) => {
    expect(planned({ observed: [], ...over })).toEqual([])
  })
})

describe('several that are declared no more', () => {
  const surplus = { ...observedOf('aigac_2', web), createdAt: '2026-01-02T00:00:00Z' }
  const older = { ...observedOf('aigac_2', web), createdAt: '2025-01-02T00:00:00Z' }
  const copy = observedOf('aigac_2', web, { nonce: 'nonce-of-aigac_1' })

  test('lose their lost attempts first', () => {
    expect(planned({ observed: [there, surplus] })).toEqual([{ kind: 'delete', key: 'web', id: 'aigac_2', reason: 'surplus' }])
  })

  test('are all left under upsert-only', () => {
    expect(planned({ observed: [there, surplus], rules: { policy: 'upsert-only' } })).toMatchObject([
      { kind: 'orphan', stays: 'policy' },
    ])
  })

  test('keep the one that the lockfile knows until its own time: it may be protected, and has its grace', () => {
    const lock = { web: { id: 'aigac_1', protect: true } as const }
    expect(planned({ observed: [there, older], applied: lock })).toMatchObject([
      { kind: 'orphan', id: 'aigac_1', stays: 'protected' },
    ])
    expect(planned({ observed: [there, older], history: { isRipe: () => false } })).toMatchObject([
      { kind: 'orphan', stays: 'grace' },
    ])
  })

  test('leave a copy, which nobody recorded', () => {
    expect(planned({ observed: [there, copy], applied: {} })).toMatchObject([{ kind: 'orphan', stays: 'unrecorded' }])
  })
})
