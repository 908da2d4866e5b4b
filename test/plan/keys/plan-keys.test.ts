import { describe, expect, test } from 'vitest'
import { redact } from '../../../src/emulator/redact.ts'
import type { KeyChange } from '../../../src/plan/key-change.ts'
import { computePlan } from '../../../src/plan/plan.ts'
import type { World } from '../../../src/plan/world.ts'
import { appliedWith, keyed, managing, OTHER_VALUE, PROD, PROD_TEXT, referring, VALUE } from '../../support/key-entries.ts'
import { desiredOf, entryOf, observedOf, providerKeyOf, touched, worldOf } from '../../support/states.ts'

type Parts = Parameters<typeof worldOf>[0]

const web = managing('web')
const batch = managing('batch')
const prod = providerKeyOf('aigpk_1', { keyRedacted: redact(VALUE) })
const LATER = '2026-02-01T00:00:00Z'

/** `web` declares `prod`, which has the value, and all of that is applied. */
const settled: Parts = {
  desired: desiredOf([web]),
  applied: { web: appliedWith(web, 'aigac_1', 'aigpk_1') },
  observed: [referring('aigac_1', 'web', 'aigpk_1')],
  providerKeys: [prod],
  secrets: { [PROD_TEXT]: VALUE },
}

const keyPlan = (parts: Parts) => computePlan(worldOf(parts)).providerKeys
const changes = (parts: Parts) => computePlan(worldOf(parts)).changes

test('nothing is to be done where the key is there with the value that was applied', () => {
  expect(keyPlan(settled)).toMatchObject([{ kind: 'noop', id: 'aigpk_1', entries: ['web'] }])
  expect(keyPlan(settled)[0]).not.toHaveProperty('record')
  expect(changes(settled)).toMatchObject([{ kind: 'noop', key: 'web' }])
  expect(changes(settled)[0]).not.toHaveProperty('record')
})

describe('a managed provider key that is not there', () => {
  test('is to be made, once for all that declare it, and what needs it reaches more', () => {
    const world = worldOf({ desired: desiredOf([web, batch]), secrets: { [PROD_TEXT]: VALUE } })
    const { providerKeys, changes: all } = computePlan(world)
    expect(providerKeys).toEqual([{ kind: 'create', provider: 'openai', name: 'prod', entries: ['batch', 'web'], secret: PROD }])
    expect(all).toMatchObject([
      { kind: 'create', key: 'batch' },
      { kind: 'create', key: 'web' },
    ])
    expect(JSON.stringify(all[0])).toContain('"pending":{"provider":"openai","name":"prod"')
  })

  test('adds a credential to a configuration that is there, which is a widening', () => {
    const plain = keyed('web', { id: 'aigpk_0' })
    const parts = { ...settled, applied: { web: { id: 'aigac_1', digest: plain.digest } }, providerKeys: [] }
    expect(changes({ ...parts, observed: [referring('aigac_1', 'web', 'aigpk_0')] })).toMatchObject([
      { kind: 'update', reason: 'edited', fields: ['router'], reach: 'other' },
    ])
  })

  test('is for the provider of its rule: the same name for another is another key', () => {
    const elsewhere = providerKeyOf('aigpk_1', { provider: 'anthropic' })
    expect(keyPlan({ ...settled, applied: {}, providerKeys: [elsewhere] })).toMatchObject([
      { provider: 'anthropic', kind: 'orphan' },
      { provider: 'openai', kind: 'create' },
    ])
  })
})

describe('what keeps an entry from being applied', () => {
  const named = keyed('web', { name: 'prod' })
  const mine = providerKeyOf('aigpk_8', { stamp: null })
  const theirs = providerKeyOf('aigpk_9', { stamp: { owner: 'other' } })
  const rows: readonly (readonly [string, Parts, object])[] = [
    ['a secret that is missing', { ...settled, secrets: {} }, { type: 'secret-missing', secret: PROD }],
    ['a name that no key has', { desired: desiredOf([named]) }, { type: 'provider-key-unknown' }],
    [
      'a name that a key of another provider has',
      { desired: desiredOf([named]), providerKeys: [providerKeyOf('aigpk_8', { provider: 'groq', stamp: null })] },
      { type: 'provider-key-unknown' },
    ],
    [
      'a name that several keys have',
      { desired: desiredOf([named]), providerKeys: [mine, theirs] },
      { type: 'provider-key-ambiguous', ids: ['aigpk_8', 'aigpk_9'] },
    ],
    [
      'another entry that says another secret',
      { ...settled, desired: desiredOf([web, managing('batch', { $file: 'prod' })]) },
      { type: 'provider-key-contradiction', sources: ['batch.ts', 'web.ts'] },
    ],
    [
      'a key of that name that nobody owns',
      { ...settled, applied: {}, providerKeys: [mine] },
      { type: 'provider-key-taken', ids: ['aigpk_8'] },
    ],
    [
      'a key of that name that somebody else owns',
      { ...settled, applied: {}, providerKeys: [theirs] },
      { type: 'provider-key-taken', ids: ['aigpk_9'] },
    ],
    [
      'a copy of its key that somebody made',
      { ...settled, providerKeys: [prod, providerKeyOf('aigpk_2', { stamp: { nonce: 'nonce-of-aigpk_1' } })] },
      { type: 'provider-key-duplicate', ids: ['aigpk_1', 'aigpk_2'] },
    ],
  ]

  test.each(rows)('%s is a conflict of that entry', (_title, parts, problem) => {
    const other = { ...parts.desired, entries: new Map([...(parts.desired?.entries ?? []), ['other', entryOf('other')]]) }
    const planned = changes({ ...parts, desired: other as World['desired'] })
    expect(planned.find(({ key }) => key === 'web')).toMatchObject({ kind: 'conflict', problem })
    expect(planned.find(({ key }) => key === 'other')).toMatchObject({ kind: 'create' })
  })

  test('a name that one key has is none', () => {
    const planned = changes({ desired: desiredOf([named]), providerKeys: [mine] })
    expect(planned).toMatchObject([
      { kind: 'create', entry: { configuration: { router: { rules: [{ steps: [{ keys: [{ id: 'aigpk_8' }] }] }] } } } },
    ])
  })
})

describe('the value of a key', () => {
  const swapped = { ...prod, keyRedacted: redact(OTHER_VALUE), updatedAt: LATER, lastUpdatedBy: 'usr_person' }
  const unknown = { ...settled, applied: {} }
  const rows: readonly (readonly [string, Parts, Partial<KeyChange>])[] = [
    [
      'changed since it was applied: it is rotated',
      { ...settled, secrets: { [PROD_TEXT]: OTHER_VALUE } },
      { kind: 'rotate', reason: 'edited' },
    ],
    [
      'changed, and create-only changes nothing',
      { ...settled, secrets: { [PROD_TEXT]: OTHER_VALUE }, rules: { policy: 'create-only' } },
      { kind: 'rotate', withheld: 'policy' },
    ],
    [
      'given by somebody else is told, and left',
      { ...settled, providerKeys: [swapped] },
      { kind: 'rotate', reason: 'drift', withheld: 'hold' },
    ],
    [
      'given by somebody else is only told under drift: report',
      { ...settled, providerKeys: [swapped], rules: { drift: 'report' } },
      { kind: 'rotate', reason: 'drift', withheld: 'report' },
    ],
    ['that is not known is what the gateway shows, where that fits', unknown, { kind: 'noop' }],
    [
      'that is not known, and shown otherwise, is applied where nobody touched it',
      { ...unknown, providerKeys: [{ ...swapped, updatedAt: prod.updatedAt }] },
      { kind: 'rotate', reason: 'found' },
    ],
    [
      'that is not known, shown otherwise, and touched, is left',
      { ...unknown, providerKeys: [swapped] },
      { kind: 'rotate', reason: 'found', withheld: 'hold' },
    ],
    [
      'that is not known is applied where its declaration changed under our eyes',
      { ...unknown, providerKeys: [swapped], history: { isFresh: () => true } },
      { kind: 'rotate', reason: 'edited' },
    ],
  ]

  test.each(rows)('%s', (_title, parts, change) => {
    const planned = keyPlan(parts)
    expect(planned).toMatchObject([{ id: 'aigpk_1', ...change }])
    if (!('withheld' in change)) expect(planned[0]).not.toHaveProperty('withheld')
  })

  test('given by somebody else is given back under drift: correct-all', () => {
    const planned = keyPlan({ ...settled, providerKeys: [swapped], rules: { drift: 'correct-all' } })
    expect(planned).toMatchObject([{ kind: 'rotate', reason: 'drift' }])
    expect(planned[0]).not.toHaveProperty('withheld')
  })

  test('that is not known and fits is recorded, with the entry that declares it', () => {
    const planned = keyPlan(unknown)
    expect(planned).toMatchObject([{ kind: 'noop', record: expect.any(String) as string }])
    expect(changes({ ...unknown, applied: { web: { id: 'aigac_1', digest: web.digest } } })).toMatchObject([
      { kind: 'noop', record: { id: 'aigac_1' } },
    ])
  })
})

describe('what somebody made of a key', () => {
  test('another name is corrected: its stamp tells that it is ours', () => {
    const renamed = { ...prod, name: 'by hand' }
    expect(keyPlan({ ...settled, providerKeys: [renamed] })).toMatchObject([{ kind: 'update', fields: ['name'] }])
    expect(changes({ ...settled, providerKeys: [renamed] })).toMatchObject([{ kind: 'noop' }])
  })

  test('without its stamp it is known by the lockfile, and gets it back', () => {
    const bare = providerKeyOf('aigpk_1', { stamp: null, name: 'by hand', keyRedacted: redact(VALUE) })
    const planned = keyPlan({ ...settled, providerKeys: [bare] })
    expect(planned).toMatchObject([{ kind: 'update', id: 'aigpk_1', fields: ['name', 'metadata'] }])
  })
})

describe('a key whose stamp was put back under another nonce', () => {
  const restamped = providerKeyOf('aigpk_1', { stamp: { nonce: 'another' }, keyRedacted: redact(VALUE), updatedAt: LATER })

  test('is recorded anew where the gateway shows the value that is declared', () => {
    expect(keyPlan({ ...settled, providerKeys: [restamped] })).toMatchObject([
      { kind: 'noop', record: expect.any(String) as string },
    ])
  })

  test('is left where it shows another: what was applied to it is not known any more', () => {
    const swapped = { ...restamped, keyRedacted: redact(OTHER_VALUE) }
    expect(keyPlan({ ...settled, providerKeys: [swapped] })).toMatchObject([
      { kind: 'rotate', reason: 'found', withheld: 'hold' },
    ])
  })
})

describe('several keys with our stamp', () => {
  const second = providerKeyOf('aigpk_2', { createdAt: LATER, updatedAt: LATER, keyRedacted: redact(VALUE) })

  test('are lost attempts but for the one that a rule refers to, and go under every policy', () => {
    const parts = { ...settled, providerKeys: [prod, second], observed: [referring('aigac_1', 'web', 'aigpk_2')] }
    const planned = keyPlan({ ...parts, applied: {}, rules: { policy: 'create-only' } })
    expect(planned).toMatchObject([
      { kind: 'noop', id: 'aigpk_2' },
      { kind: 'delete', id: 'aigpk_1', reason: 'surplus' },
    ])
  })

  test('are a conflict where rules refer to more than one', () => {
    const observed = [referring('aigac_1', 'web', 'aigpk_1'), referring('aigac_2', 'other', 'aigpk_2')]
    expect(changes({ ...settled, providerKeys: [prod, second], observed }).find(({ key }) => key === 'web')).toMatchObject({
      kind: 'conflict',
      reason: 'provider-key-duplicate',
    })
  })
})

describe('a key of ours that no entry declares any more', () => {
  const alone: Parts = { providerKeys: [prod], rules: { policy: 'sync' } }
  const rows: readonly (readonly [string, Parts, Partial<KeyChange> | undefined])[] = [
    ['is deleted under sync', alone, { kind: 'delete', reason: 'not-declared' }],
    ['stays under another policy', { ...alone, rules: {} }, { kind: 'orphan', stays: 'policy' }],
    [
      'stays while a rule refers to it',
      { ...alone, observed: [referring('aigac_1', 'web', 'aigpk_1')] },
      { kind: 'orphan', stays: 'in-use', configurations: ['aigac_1'] },
    ],
    ['stays until its grace is over', { ...alone, history: { isKeyRipe: () => false } }, { kind: 'orphan', stays: 'grace' }],
    [
      'stays while a module does not load',
      { ...alone, desired: desiredOf([], { broken: ['x.ts'] }) },
      { kind: 'orphan', stays: 'unloaded' },
    ],
    [
      'stays while an entry is held, which may declare it',
      { ...alone, desired: desiredOf([], { held: [{ key: 'x', sources: ['x.ts', 'y.ts'], reason: 'duplicate-key' }] }) },
      { kind: 'orphan', stays: 'unloaded' },
    ],
    ['stays over the cap', { ...alone, rules: { policy: 'sync', deleteMax: 0 } }, { kind: 'orphan', stays: 'guard' }],
    [
      'goes over the cap where a person confirmed it',
      { ...alone, rules: { policy: 'sync', deleteMax: 0 }, history: { isKeyApproved: () => true } },
      { kind: 'delete' },
    ],
    [
      'is not spoken of while the folder is not wholly known',
      { ...alone, desired: desiredOf([], { complete: false }) },
      undefined,
    ],
    [
      "is nobody's business where another owner stamped it",
      { ...alone, providerKeys: [providerKeyOf('aigpk_1', { stamp: { owner: 'other' } })] },
      undefined,
    ],
  ]

  test.each(rows)('%s', (_title, parts, change) => {
    expect(keyPlan(parts)).toMatchObject(change ? [{ id: 'aigpk_1', name: 'prod', ...change }] : [])
  })

  test('is counted by itself, and what a person confirms counts both', () => {
    const applied = Object.fromEntries(['a', 'b'].map((key) => [key, { id: `aigac_${key}`, digest: entryOf(key).digest }]))
    const observed = ['a', 'b'].map((key) => observedOf(`aigac_${key}`, entryOf(key)))
    const providerKeys = [prod, providerKeyOf('aigpk_2', { name: 'two' }), providerKeyOf('aigpk_3', { name: 'three' })]
    const { guards } = computePlan(worldOf({ applied, observed, providerKeys, rules: { policy: 'sync', deleteMaxPercent: 30 } }))
    expect(guards).toEqual([
      { guard: 'delete-max-percent', count: 2, limit: 1, managed: 2, confirm: 5 },
      { guard: 'key-delete-max-percent', count: 3, limit: 1, managed: 3, confirm: 5 },
    ])
  })

  test("is not counted where somebody else's configuration refers to it", () => {
    const foreign = touched(observedOf('aigac_9', entryOf('x'), null), entryOf('x'))
    const observed = [{ ...foreign, router: referring('aigac_9', 'x', 'aigpk_1').router ?? {} }]
    expect(computePlan(worldOf({ ...alone, observed, rules: { policy: 'sync', deleteMax: 0 } })).guards).toEqual([])
  })
})
