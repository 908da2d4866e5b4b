import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/plan/change.ts'
import { forecast, isWrite } from '../../src/plan/work.ts'
import { entryOf } from '../support/states.ts'

const entry = entryOf('web')
const rewrite = { key: 'web', id: 'aigac_1', entry, fields: ['name'], withheld: false } as const
const create: Change = { kind: 'create', key: 'web', entry }
const update: Change = { kind: 'update', ...rewrite }
const move: Change = { kind: 'move', from: 'old', ...rewrite }

test.each<[string, Change, boolean]>([
  ['a create', create, true],
  ['an update', update, true],
  ['a move', move, true],
  ['a withheld update', { ...update, withheld: true }, false],
  ['a withheld move', { ...move, withheld: true }, false],
  ['nothing to do', { kind: 'noop', key: 'web', id: 'aigac_1' }, false],
  ['an orphan', { kind: 'orphan', key: 'web', id: 'aigac_1' }, false],
  ['a conflict', { kind: 'conflict', key: 'web', reason: 'duplicate-key', ids: [], sources: [] }, false],
])('%s changes the gateway: %s', (_title, change, expected) => {
  expect(isWrite(change)).toBe(expected)
})

describe('the forecast', () => {
  test('counts one request for a create, two for what is looked at first, and what it took to know', () => {
    expect(forecast([create, update, move, { ...update, withheld: true }], 3, 'off')).toEqual({ requests: 8, waitMs: 0 })
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
