import { describe, expect, test } from 'vitest'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import type { Reach, UpdateReason } from '../../src/model/planned.ts'
import type { Withheld } from '../../src/plan/change.ts'
import { planPresent } from '../../src/plan/present.ts'
import type { DriftPolicy, Policy, World } from '../../src/plan/world.ts'
import { APPLIED_AT, entryOf, observedOf, touched, worldOf } from '../support/states.ts'

const web = entryOf('web')
const there = observedOf('aigac_1', web)
const edited = entryOf('web', { name: 'another name' })

const access = (...allow: string[]) => ({ access: { models: { allow } } })
/** What people make of it on the gateway, by what correcting that does to its reach. */
const drifted = {
  same: touched(there, entryOf('web', { name: 'a name on the gateway' })),
  narrower: touched(there, entryOf('web', access('openai/gpt-4o', 'openai/gpt-5'))),
  wider: touched(there, entryOf('web', access())),
  other: touched(there, entryOf('web', access('openai/gpt-5'))),
} as const
const REACHES = ['same', 'narrower', 'wider', 'other'] as const

const applied = (over: object = {}) => ({ web: { id: 'aigac_1', ...over } })
/** Applied as declared. */
const asApplied = (rules: Partial<World['rules']> = {}) => worldOf({ applied: applied(), rules })

describe('a difference', () => {
  test.each<[string, World, ObservedConfiguration, UpdateReason]>([
    [
      'that the declaration made since it was applied is an edit',
      worldOf({ applied: applied({ digest: edited.digest }) }),
      drifted.wider,
      'edited',
    ],
    ['that the declaration did not make is drift', asApplied(), drifted.wider, 'drift'],
    [
      'of a stamp that was taken away is one of the stamp',
      asApplied(),
      { ...touched(observedOf('aigac_1', web, null), web) },
      'stamp',
    ],
    [
      'of more than a stamp that was taken away is drift',
      asApplied(),
      touched(observedOf('aigac_1', web, null), edited),
      'drift',
    ],
    ['that the lockfile cannot tell is found', worldOf({}), drifted.wider, 'found'],
    [
      'in what the lockfile knows under another id is found',
      worldOf({ applied: applied({ id: 'aigac_0' }) }),
      drifted.wider,
      'found',
    ],
    [
      'that the lockfile cannot tell, in what changed under our eyes, is an edit',
      worldOf({ history: { isFresh: (key) => key === 'web' } }),
      drifted.wider,
      'edited',
    ],
  ])('%s', (_title, world, present, reason) => {
    expect(planPresent(world, web, present)).toMatchObject({ kind: 'update', key: 'web', id: 'aigac_1', reason, present })
  })

  test.each(REACHES)('has the reach of what is declared against what is there: %s', (reach) => {
    expect(planPresent(asApplied(), web, drifted[reach])).toMatchObject({ kind: 'update', reach })
  })

  test('of a stamp comes back with whatever else differs', () => {
    const present = touched(observedOf('aigac_1', web, null), edited)
    expect(planPresent(asApplied(), web, present)).toMatchObject({ fields: ['name', 'metadata'] })
  })
})

const made = { same: undefined, narrower: undefined, wider: undefined, other: undefined }
const held = { ...made, wider: 'widening', other: 'widening' } as const
const never = (why: Withheld) => ({ same: why, narrower: why, wider: why, other: why })

/** Why a correction is not made, by what it does to the reach. */
const rows: readonly (readonly [Policy, DriftPolicy, Readonly<Record<Reach, Withheld | undefined>>])[] = [
  ['upsert-only', 'correct', held],
  ['upsert-only', 'report', never('report')],
  ['upsert-only', 'correct-all', made],
  ['sync', 'correct', held],
  ['sync', 'report', never('report')],
  ['sync', 'correct-all', made],
  ['create-only', 'correct', never('policy')],
  ['create-only', 'report', never('policy')],
  ['create-only', 'correct-all', never('policy')],
]
const corrections = rows.flatMap(([policy, drift, expected]) =>
  REACHES.map((reach) => ({ policy, drift, reach, withheld: expected[reach] })),
)

describe('what is withheld', () => {
  test.each(corrections)('$policy and $drift: drift whose correction is $reach is withheld: $withheld', (row) => {
    const { policy, drift, reach, withheld } = row
    expect(planPresent(asApplied({ policy, drift }), web, drifted[reach])).toMatchObject({ reason: 'drift', reach })
    expect(withheldOf(asApplied({ policy, drift }), drifted[reach])).toBe(withheld)
  })

  test.each(corrections)('$policy and $drift: what is found, and its correction $reach, is withheld: $withheld', (row) => {
    const { policy, drift, reach, withheld } = row
    expect(withheldOf(worldOf({ rules: { policy, drift } }), drifted[reach])).toBe(withheld)
  })

  test.each(corrections)(
    '$policy and $drift: an edit that is $reach is made, but for create-only',
    ({ policy, drift, reach }) => {
      const world = worldOf({ applied: applied({ digest: edited.digest }), rules: { policy, drift } })
      expect(withheldOf(world, drifted[reach])).toBe(policy === 'create-only' ? 'policy' : undefined)
    },
  )

  test.each(rows)('%s and %s: what is found as we created it is a lost attempt of ours, and no drift', (policy, drift) => {
    const untouched = observedOf('aigac_1', entryOf('web', access()))
    expect(withheldOf(worldOf({ rules: { policy, drift } }), untouched)).toBe(policy === 'create-only' ? 'policy' : undefined)
  })
})

function withheldOf(world: World, present: ObservedConfiguration): Withheld | undefined {
  const change = planPresent(world, web, present)
  if (change.kind !== 'update') throw new Error(`expected an update, got a ${change.kind}`)
  return change.withheld
}

const asWritten = (content: object) => observedOf('aigac_1', entryOf('web', content))

describe('what was not written to since our own write', () => {
  test.each([
    ['spelt otherwise by the gateway', { name: 'Web' }],
    ['less than we sent', access()],
  ])('is left as it is where it is %s', (_title, content) => {
    expect(planPresent(asApplied(), web, asWritten(content))).toEqual({ kind: 'noop', key: 'web', id: 'aigac_1' })
  })

  test.each([
    ['more than we sent', access('openai/gpt-4o', 'openai/gpt-5')],
    ['something else than we sent', access('openai/gpt-5')],
  ])('is corrected where it is %s, whatever the clock says', (_title, content) => {
    const world = asApplied({ drift: 'correct-all' })
    expect(planPresent(world, web, asWritten(content))).toMatchObject({ kind: 'update', reason: 'drift' })
  })

  test('is an old look where it is older than our write', () => {
    const world = worldOf({ applied: applied({ updatedAt: '2026-03-01T00:00:00Z' }) })
    expect(planPresent(world, web, drifted.wider)).toEqual({ kind: 'noop', key: 'web', id: 'aigac_1' })
  })

  test('is told apart by the moment, not by how it is written', () => {
    const world = worldOf({ applied: applied({ updatedAt: '2026-01-01T01:00:00.000+01:00' }) })
    expect(planPresent(world, web, asWritten({ name: 'Web' }))).toMatchObject({ kind: 'noop' })
  })

  test('is drift where a time is none', () => {
    const world = worldOf({ applied: applied({ updatedAt: '' }) })
    expect(planPresent(world, web, asWritten({ name: 'Web' }))).toMatchObject({ kind: 'update', reason: 'drift' })
  })

  test('is changed where the declaration changed', () => {
    expect(planPresent(asApplied(), edited, there)).toMatchObject({ kind: 'update', reason: 'edited', fields: ['name'] })
  })
})

describe('what is as declared', () => {
  test('and as applied is nothing to do', () => {
    expect(planPresent(asApplied(), web, there)).toEqual({ kind: 'noop', key: 'web', id: 'aigac_1' })
  })

  test('and unknown to the lockfile is recorded', () => {
    expect(planPresent(worldOf({}), web, there)).toEqual({ kind: 'noop', key: 'web', id: 'aigac_1', record: there })
  })

  test('and was applied otherwise is looked at before it is recorded: the look may be older than what was applied', () => {
    const world = worldOf({ applied: applied({ digest: edited.digest }) })
    expect(planPresent(world, web, there)).toEqual({ kind: 'noop', key: 'web', id: 'aigac_1', record: there, look: web })
  })

  test('and was applied otherwise is only recorded under create-only, which would not change it', () => {
    const world = worldOf({ applied: applied({ digest: edited.digest }), rules: { policy: 'create-only' } })
    expect(planPresent(world, web, there)).toEqual({ kind: 'noop', key: 'web', id: 'aigac_1', record: there })
  })

  test.each([
    ['comes from another module', { source: 'old.ts' }, web],
    ['is protected since', {}, { ...web, protect: true }],
    ['is protected no more', { protect: true }, web],
  ])('and %s is recorded', (_title, record, entry) => {
    expect(planPresent(worldOf({ applied: applied(record) }), entry, there)).toEqual({
      kind: 'noop',
      key: 'web',
      id: 'aigac_1',
      record: there,
    })
  })

  test('and was written to by somebody since is nothing to do', () => {
    expect(planPresent(asApplied(), web, touched(there, web))).toEqual({ kind: 'noop', key: 'web', id: 'aigac_1' })
    expect(touched(there, web).updatedAt > APPLIED_AT).toBe(true)
  })
})
