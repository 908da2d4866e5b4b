import { describe, expect, test } from 'vitest'
import type { StatusEntry } from '../../../src/daemon/status/document.ts'
import type { Sight } from '../../../src/daemon/status/entries.ts'
import { recordedStatus, runningStatus } from '../../../src/daemon/status/status.ts'
import type { World } from '../../../src/plan/world.ts'
import { LIFE, sampleStatus, SETTINGS } from '../../cli/render/status-sample.ts'
import { desiredOf, entryOf, observedOf, touched, worldOf, recordedOf } from '../../support/states.ts'

const web = entryOf('web')
const there = observedOf('aigac_1', web)
const applied = { web: { id: 'aigac_1' } }
const none = desiredOf([])

function statusOf(world: World, rest: Partial<Sight> = {}) {
  const sight: Sight = { world, troubled: new Map(), lastListedAt: new Date(0), words: ({ kind }) => kind, ...rest }
  return runningStatus(sight, SETTINGS, LIFE)
}

function webOf(parts: Parameters<typeof worldOf>[0], rest: Partial<Sight> = {}): StatusEntry | undefined {
  return statusOf(worldOf(parts), rest).entries.find(({ key }) => key === 'web')
}

const edited = desiredOf([entryOf('web', { name: 'edited' })])
const closed = touched(there, entryOf('web', { access: { models: { allow: [] } } }))

describe('an entry', () => {
  test.each<[string, string, string | null, Parameters<typeof worldOf>[0]]>([
    ['that is as declared', 'managed', null, { desired: desiredOf([web]), applied, observed: [there] }],
    ['that the lockfile does not know yet', 'managed', 'unrecorded', { desired: desiredOf([web]), observed: [there] }],
    [
      'whose module does not load',
      'managed',
      'kept',
      { desired: desiredOf([], { broken: ['web.ts'] }), applied, observed: [there] },
    ],
    [
      'of a folder that is not wholly known',
      'managed',
      'kept',
      { desired: desiredOf([], { complete: false }), applied, observed: [there] },
    ],
    ['that is new', 'pending', 'create', { desired: desiredOf([web]) }],
    ['that is gone from the gateway', 'pending', 'create', { desired: desiredOf([web]), applied }],
    ['that was edited', 'pending', 'update', { desired: edited, applied, observed: [there] }],
    [
      'that is to be taken over',
      'pending',
      'adopt',
      { desired: desiredOf([{ ...web, adopt: 'aigac_1' }]), observed: [observedOf('aigac_1', web, null)] },
    ],
    [
      'that moved',
      'pending',
      'move',
      {
        desired: desiredOf([web]),
        applied: { old: { id: 'aigac_1', digest: web.digest } },
        observed: [observedOf('aigac_1', entryOf('old'))],
      },
    ],
    [
      'that is to be deleted',
      'pending',
      'delete',
      { rules: { policy: 'sync', deleteMaxPercent: 100 }, desired: none, applied, observed: [there] },
    ],
    ['that is gone from both sides', 'pending', 'forget', { desired: none, applied }],
    [
      'that waits for its grace',
      'pending',
      'grace',
      { rules: { policy: 'sync' }, desired: none, applied, observed: [there], history: { isRipe: () => false } },
    ],
    [
      'that access keys use',
      'pending',
      'in-use',
      { rules: { policy: 'sync' }, desired: none, applied, observed: [there], users: new Map([['aigac_1', []]]) },
    ],
    ['that the policy leaves', 'orphaned', 'policy', { desired: none, applied, observed: [there] }],
    [
      'that is protected',
      'orphaned',
      'protected',
      { rules: { policy: 'sync' }, desired: none, applied: { web: { id: 'aigac_1', protect: true } }, observed: [there] },
    ],
    [
      'that a cap leaves',
      'orphaned',
      'guard',
      { rules: { policy: 'sync', deleteMax: 0 }, desired: none, applied, observed: [there] },
    ],
    [
      'that may not be changed',
      'held',
      'policy',
      { rules: { policy: 'create-only' }, desired: edited, applied, observed: [there] },
    ],
    [
      'whose drift is only reported',
      'held',
      'report',
      { rules: { drift: 'report' }, desired: desiredOf([web]), applied, observed: [closed] },
    ],
    ['that a person closed', 'held', 'widening', { desired: desiredOf([web]), applied, observed: [closed] }],
    [
      'that is there twice',
      'held',
      'duplicate-configuration',
      { desired: desiredOf([web]), observed: [there, observedOf('aigac_2', web, { nonce: 'nonce-of-aigac_1' })] },
    ],
    [
      'that is declared twice',
      'held',
      'duplicate-key',
      { desired: desiredOf([], { held: [{ key: 'web', sources: ['a.ts', 'b.ts'], reason: 'duplicate-key' }] }) },
    ],
    [
      'that is gone, and whose module does not load',
      'held',
      'missing',
      { desired: desiredOf([], { broken: ['web.ts'] }), applied },
    ],
    [
      'that is declared no more and became somebody else’s',
      'held',
      'claimed-by-other',
      { desired: none, applied, observed: [observedOf('aigac_1', web, { owner: 'other' })] },
    ],
  ])('%s is %s: %s', (_title, state, reason, parts) => {
    expect(webOf(parts)).toMatchObject({ state, reason })
  })

  test.each([
    [true, 'refused'],
    [false, 'retrying'],
  ])('that fails says so before anything else (permanent: %s)', (permanent, reason) => {
    const troubled = new Map([['web', { permanent, msg: 'no such provider' }]])
    const entry = webOf({ desired: edited, applied, observed: [there] }, { troubled })
    expect(entry).toMatchObject({ state: 'failing', reason, msg: 'no such provider', id: 'aigac_1', fields: ['name'] })
  })

  test('names id, name, source, fields and access keys, and null where there are none', () => {
    const users = new Map([['aigac_1', [{ id: 'ak_1', name: 'production' }]]])
    const used = webOf({ rules: { policy: 'sync' }, desired: none, applied, observed: [there], users })
    expect(used).toMatchObject({ id: 'aigac_1', name: 'web', source: 'web.ts', fields: null, accessKeys: users.get('aigac_1') })
    expect(webOf({ desired: edited, applied, observed: [there] })).toMatchObject({
      name: 'edited',
      fields: ['name'],
      accessKeys: null,
    })
    expect(webOf({ desired: desiredOf([web]) })).toMatchObject({ id: null, name: 'web', msg: 'create' })
  })
})

describe('a status', () => {
  test('has each key once, in order', () => {
    const keys = sampleStatus().entries.map(({ key }) => key)
    expect(keys).toEqual([...new Set(keys)].toSorted())
    expect(keys).toHaveLength(11)
  })

  test('counts its entries by state', () => {
    expect(sampleStatus().summary).toEqual({ managed: 2, failing: 2, pending: 4, orphaned: 1, held: 2 })
  })

  test('of a gateway that was not listed yet plans nothing', () => {
    const world = worldOf({ desired: desiredOf([web]), applied: { old: { id: 'aigac_1' } } })
    const { entries, guards, lastListedAt } = statusOf(world, { lastListedAt: undefined })
    expect(entries.map(({ key, state, reason }) => [key, state, reason])).toEqual([
      ['old', 'pending', 'unlisted'],
      ['web', 'pending', 'unlisted'],
    ])
    expect({ guards, lastListedAt }).toEqual({ guards: [], lastListedAt: null })
  })

  test('of what seems to be another account holds everything', () => {
    const records = { a: { id: 'aigac_1' }, b: { id: 'aigac_2' }, c: { id: 'aigac_3' } }
    const { entries, guards } = statusOf(worldOf({ desired: desiredOf([web]), applied: records }))
    expect(entries.map(({ key, state, reason }) => `${key} ${state} ${reason}`)).toEqual(
      ['a', 'b', 'c', 'web'].map((key) => `${key} held unknown-ids`),
    )
    expect(guards).toMatchObject([{ guard: 'unknown-ids', count: 3 }])
  })

  test('names a moved configuration under its new key alone', () => {
    const world = worldOf({ desired: desiredOf([web]), applied: { old: { id: 'aigac_1', digest: web.digest } } })
    expect(statusOf(world).entries.map(({ key }) => key)).toEqual(['web'])
  })

  test('without a daemon is what the lockfile says', () => {
    const records = new Map(
      ['web', 'batch'].map((key) => [key, recordedOf(entryOf(key), observedOf(`aigac_${key}`, entryOf(key)))]),
    )
    const { running, pid, entries, summary } = recordedStatus(records, SETTINGS)
    expect({ running, pid }).toEqual({ running: false, pid: null })
    expect(summary).toEqual({ managed: 2, failing: 0, pending: 0, orphaned: 0, held: 0 })
    expect(entries).toMatchObject([
      { key: 'batch', id: 'aigac_batch', name: 'batch', source: 'batch.ts', state: 'managed' },
      { key: 'web', id: 'aigac_web' },
    ])
  })
})
