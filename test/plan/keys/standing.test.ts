/** What the model of keys brought to light about which key is meant, and what is known of its value. */
import { describe, expect, test } from 'vitest'
import { redact } from '../../../src/emulator/redact.ts'
import { secretRecord, UNSURE } from '../../../src/plan/keys/records.ts'
import { computePlan } from '../../../src/plan/plan.ts'
import type { KeyIndex } from '../../../src/reconcile/keys/key-index.ts'
import { appliedWith, managing, OTHER_VALUE, PROD, PROD_TEXT, referring, seal, VALUE } from '../../support/key-entries.ts'
import { desiredOf, providerKeyOf, worldOf } from '../../support/states.ts'

type Parts = Parameters<typeof worldOf>[0]

const web = managing('web')
const LATER = '2026-02-01T00:00:00Z'
const prod = providerKeyOf('aigpk_1', { keyRedacted: redact(VALUE) })
const applied = appliedWith(web, 'aigac_1', 'aigpk_1')
const settled: Parts = {
  desired: desiredOf([web]),
  applied: { web: applied },
  observed: [referring('aigac_1', 'web', 'aigpk_1')],
  providerKeys: [prod],
  secrets: { [PROD_TEXT]: VALUE },
}

const keyPlan = (parts: Parts) => computePlan(worldOf(parts)).providerKeys

describe('a rotation of which nobody wrote down what became of it', () => {
  const unsure = Object.fromEntries(Object.keys(applied.secrets).map((path) => [path, secretRecord('aigpk_1', UNSURE)]))
  const parts: Parts = { ...settled, applied: { web: { ...applied, secrets: unsure } } }
  const seen = [redact(VALUE), redact(OTHER_VALUE), '***']

  test.each(seen)('is made again, whatever the gateway shows: %s', (keyRedacted) => {
    const planned = keyPlan({ ...parts, providerKeys: [{ ...prod, keyRedacted, updatedAt: LATER }] })
    expect(planned).toMatchObject([{ kind: 'rotate', id: 'aigpk_1', reason: 'edited' }])
    expect(planned[0]).not.toHaveProperty('withheld')
  })

  test('is left under create-only', () => {
    expect(keyPlan({ ...parts, rules: { policy: 'create-only' } })).toMatchObject([{ kind: 'rotate', withheld: 'policy' }])
  })

  test('ties a key whose stamp was taken away as well', () => {
    const bare = providerKeyOf('aigpk_1', { stamp: null, keyRedacted: redact(VALUE) })
    expect(keyPlan({ ...parts, providerKeys: [bare] })).toMatchObject([{ kind: 'update', fields: ['metadata'] }])
  })
})

describe('a value that stays otherwise than it is declared', () => {
  const swapped = { ...prod, keyRedacted: redact(OTHER_VALUE), updatedAt: LATER }
  const record = seal(VALUE).fingerprint('nonce-of-aigpk_1')

  test.each(['correct', 'report'] as const)('counts as applied under %s, so that the next edit is an edit', (drift) => {
    const found = keyPlan({ ...settled, applied: {}, providerKeys: [swapped], rules: { drift } })
    expect(found).toMatchObject([{ kind: 'rotate', reason: 'found', record }])
    const changed = keyPlan({ ...settled, providerKeys: [swapped], secrets: { [PROD_TEXT]: 'sk-third-third-third-third' } })
    expect(changed).toMatchObject([{ kind: 'rotate', reason: 'edited' }])
    expect(changed[0]).not.toHaveProperty('withheld')
  })

  test('counts as nothing where only the policy leaves it', () => {
    const [planned] = keyPlan({ ...settled, applied: {}, providerKeys: [swapped], rules: { policy: 'create-only' } })
    expect(planned).toMatchObject({ kind: 'rotate', withheld: 'policy' })
    expect(planned).not.toHaveProperty('record')
  })
})

describe('a key without a stamp that several places may mean', () => {
  const bare = providerKeyOf('aigpk_1', { stamp: null, keyRedacted: redact(VALUE) })
  /** `web` declared `prod` when it was applied, and declares `next` in that place now; `batch` goes on. */
  const edited = managing('web', PROD, 'next')
  const parts: Parts = {
    ...settled,
    desired: desiredOf([edited, managing('batch')]),
    applied: { web: applied, batch: appliedWith(managing('batch'), 'aigac_2', 'aigpk_1') },
    providerKeys: [bare],
  }

  test('is what it is called', () => {
    expect(keyPlan(parts)).toMatchObject([
      { kind: 'create', name: 'next' },
      { kind: 'update', name: 'prod', id: 'aigpk_1', fields: ['metadata'] },
    ])
  })

  test('is one of them only, where it is called otherwise', () => {
    const planned = keyPlan({ ...parts, providerKeys: [{ ...bare, name: 'by hand' }] })
    expect(planned.filter(({ kind }) => kind === 'update')).toHaveLength(1)
  })
})

test('of two with our stamp the one that the gateway does not let go is the one in use', () => {
  const second = providerKeyOf('aigpk_2', { createdAt: LATER, updatedAt: LATER, keyRedacted: redact(VALUE) })
  const world = worldOf({ ...settled, observed: [], providerKeys: [prod, second] })
  ;(world.providerKeys as KeyIndex).hold('aigpk_2')
  expect(computePlan(world).providerKeys).toMatchObject([
    { kind: 'noop', id: 'aigpk_2' },
    { kind: 'delete', id: 'aigpk_1', reason: 'surplus' },
  ])
})
