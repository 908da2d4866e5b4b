import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/plan/change.ts'
import { forecast, isPrune, isWrite } from '../../src/plan/work.ts'
import { entryOf, observedOf } from '../support/states.ts'

const entry = entryOf('web')
const present = observedOf('aigac_1', entry)
const rewrite = { key: 'web', id: 'aigac_1', entry, fields: ['name'], reach: 'same' } as const
const create: Change = { kind: 'create', key: 'web', entry, candidates: [] }
const adopt: Change = { kind: 'adopt', ...rewrite }
const update: Change = { kind: 'update', reason: 'drift', present, ...rewrite }
const move: Change = { kind: 'move', from: 'old', reason: 'renamed-from', ...rewrite }
const prune: Change = { kind: 'delete', key: 'web', id: 'aigac_1', reason: 'not-declared' }
const surplus: Change = { kind: 'delete', key: 'web', id: 'aigac_1', reason: 'surplus' }
const noop: Change = { kind: 'noop', key: 'web', id: 'aigac_1' }
const orphan: Change = { kind: 'orphan', key: 'web', id: 'aigac_1', stays: 'policy', accessKeys: [] }

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
    expect(forecast([change], 0, 'off')).toEqual({ requests, waitMs: 0 })
  })

  test('counts who uses what once for the deletions of all keys, and again for a key’s second', () => {
    const other: Change = { ...prune, key: 'api' }
    expect(forecast([prune, other], 1, 'off').requests).toBe(5)
    expect(forecast([surplus, surplus, prune, other], 1, 'off').requests).toBe(11)
  })

  test('adds up, with what it took to know the plan', () => {
    expect(forecast([create, update, move, { ...update, withheld: 'policy' }], 3, 'off')).toEqual({ requests: 8, waitMs: 0 })
  })

  test.each([
    [0, 0],
    [10, 0],
    [11, 60_000],
    [20, 60_000],
    [21, 120_000],
  ])('of %i requests at 10 a minute is a wait of %i ms at least', (requests, waitMs) => {
    expect(forecast([], requests, { requests: 10, windowMs: 60_000 })).toEqual({ requests, waitMs })
  })
})
