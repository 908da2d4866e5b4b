import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/plan/change.ts'
import type { KeyChange, KeyRotate, KeyUpdate } from '../../src/plan/key-change.ts'
import { forecast, isKeyPrune, isKeyWrite, isPrune, isWrite } from '../../src/plan/work.ts'
import type { ResolvedEntry } from '../../src/model/resolved.ts'
import { entryOf, observedOf } from '../support/states.ts'

const declared = entryOf('web')
const entry: ResolvedEntry = { ...declared, configuration: { name: 'web' } }
const present = observedOf('aigac_1', declared)
const rewrite = { key: 'web', id: 'aigac_1', entry, fields: ['name'], reach: 'same' } as const
const create: Change = { kind: 'create', key: 'web', entry, candidates: [] }
const adopt: Change = { kind: 'adopt', ...rewrite }
const update: Change = { kind: 'update', reason: 'drift', present, ...rewrite }
const move: Change = { kind: 'move', from: 'old', reason: 'renamed-from', ...rewrite }
const prune: Change = { kind: 'delete', key: 'web', id: 'aigac_1', reason: 'not-declared' }
const surplus: Change = { kind: 'delete', key: 'web', id: 'aigac_1', reason: 'surplus' }
const noop: Change = { kind: 'noop', key: 'web', id: 'aigac_1' }
const orphan: Change = { kind: 'orphan', key: 'web', id: 'aigac_1', stays: 'policy', accessKeys: [] }

const key = { provider: 'openai', name: 'prod' }
const secret = { $env: 'OPENAI_API_KEY' }
const there = {
  ...key,
  id: 'aigpk_1',
  keyRedacted: 'sk-proj-ab***wxyz',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  lastUpdatedBy: 'usr_1',
}
const changed = { ...key, id: 'aigpk_1', entries: ['web'], present: there }
const makeKey: KeyChange = { kind: 'create', ...key, entries: ['web'], secret }
const rotate: KeyRotate = { kind: 'rotate', ...changed, secret, reason: 'edited' }
const updateKey: KeyUpdate = { kind: 'update', ...changed, fields: ['name'] }
const pruneKey: KeyChange = { kind: 'delete', ...key, id: 'aigpk_1', reason: 'not-declared' }
const surplusKey: KeyChange = { ...pruneKey, reason: 'surplus' }
const keptKey: KeyChange = { kind: 'orphan', ...key, id: 'aigpk_1', stays: 'policy', configurations: [] }

test.each<[string, KeyChange, requests: number]>([
  ['a provider key that is created', makeKey, 1],
  ['one that is rotated, which looks first', rotate, 2],
  ['one that gets its name back, which looks first', updateKey, 2],
  ['one that is deleted, which looks first', pruneKey, 2],
  ['a surplus one', surplusKey, 2],
  ['a withheld rotation', { ...rotate, withheld: 'hold' }, 0],
  ['a withheld update', { ...updateKey, withheld: 'report' }, 0],
  ['one that stays', keptKey, 0],
  ['one that is as declared', { kind: 'noop', ...key, id: 'aigpk_1', entries: ['web'], record: 'f' }, 0],
])('%s takes so many requests: $2', (_title, change, requests) => {
  expect(isKeyWrite(change)).toBe(requests > 0)
  expect(forecast({ changes: [], providerKeys: [change] }, 0, 'off').requests).toBe(requests)
})

test('only the deletion of a provider key that no entry declares any more waits for a grace', () => {
  expect([makeKey, rotate, updateKey, pruneKey, surplusKey, keptKey].filter(isKeyPrune)).toEqual([pruneKey])
})

test.each<[string, Change, boolean]>([
  ['a create', create, true],
  ['an adoption', adopt, true],
  ['an update', update, true],
  ['a move', move, true],
  ['a deletion', prune, true],
  ['a deletion of a surplus', surplus, true],
  ['a withheld adoption', { ...adopt, withheld: 'policy' }, false],
  ['a withheld update', { ...update, withheld: 'widening' }, false],
  ['a withheld move', { ...move, withheld: 'policy' }, false],
  ['nothing to do', noop, false],
  ['what is only recorded', { ...noop, record: present, look: entry }, false],
  ['what is only forgotten', { ...noop, forget: true }, false],
  ['an orphan', orphan, false],
  ['a conflict', { kind: 'conflict', key: 'web', reason: 'duplicate-key', ids: [], sources: [] }, false],
])('%s changes the gateway: $2', (_title, change, expected) => {
  expect(isWrite(change)).toBe(expected)
})

test('only the deletion of what is declared no more waits for a grace', () => {
  expect([create, adopt, update, move, prune, surplus, noop, orphan].filter(isPrune)).toEqual([prune])
})

describe('the forecast', () => {
  test.each<[string, Change, number]>([
    ['a create', create, 1],
    ['an update, which looks first', update, 2],
    ['a move, which looks first', move, 2],
    ['a deletion, which looks first', prune, 2],
    ['an adoption of what is as declared', { ...adopt, fields: [] }, 2],
    ['an adoption that is updated after it', adopt, 4],
    ['what is withheld', { ...update, withheld: 'report' }, 0],
    ['what is only recorded', { ...noop, record: present }, 0],
    ['what is looked at before it is recorded', { ...noop, record: present, look: entry }, 1],
    ['what is forgotten: that it is gone is known by now', { ...noop, forget: true }, 0],
    ['an orphan', orphan, 0],
  ])('counts for %s requests: $2', (_title, change, requests) => {
    expect(forecast({ changes: [change], providerKeys: [] }, 0, 'off')).toEqual({ requests, waitMs: 0 })
  })

  test('counts who uses what once for the deletions of all keys, and again for a key’s second', () => {
    const other: Change = { ...prune, key: 'api' }
    expect(forecast({ changes: [prune, other], providerKeys: [] }, 1, 'off').requests).toBe(5)
    expect(forecast({ changes: [surplus, surplus, prune, other], providerKeys: [] }, 1, 'off').requests).toBe(11)
  })

  test('adds up, with what it took to know the plan', () => {
    const changes: Change[] = [create, update, move, { ...update, withheld: 'policy' }]
    expect(forecast({ changes, providerKeys: [makeKey, rotate] }, 3, 'off')).toEqual({ requests: 11, waitMs: 0 })
  })

  test.each([
    [0, 0],
    [10, 0],
    [11, 60_000],
    [20, 60_000],
    [21, 120_000],
  ])('of %i requests at 10 a minute is a wait of %i ms at least', (requests, waitMs) => {
    expect(forecast({ changes: [], providerKeys: [] }, requests, { requests: 10, windowMs: 60_000 })).toEqual({
      requests,
      waitMs,
    })
  })
})
