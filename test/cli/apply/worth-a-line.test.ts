import { expect, test } from 'vitest'
import { isWorthALine } from '../../../src/cli/apply/worth-a-line.ts'
import type { SyncEvent } from '../../../src/model/events.ts'

const web = { key: 'web', id: 'aigac_1' }
const prod = { provider: 'openai', name: 'prod', id: 'aigpk_1' }
const kept = { provider: 'openai', name: 'kept', id: 'aigpk_2' }
const done = { attempt: 1, durationMs: 1 }
const touched = { lastUpdatedBy: 'usr_1', updatedAt: '2026-02-01T00:00:00Z' }

test.each<[string, SyncEvent, boolean]>([
  ['what was done to an entry', { event: 'config.created', ...web, name: 'web', ...done }, true],
  ['what was done to a provider key', { event: 'provider-key.created', ...prod, ...done }, true],
  ['what failed', { event: 'provider-key.failed', ...prod, attempt: 1, permanent: true, msg: 'no' }, true],
  ['a conflict, which the plan shows', { event: 'config.conflict', key: 'web', reason: 'duplicate-key' }, false],
  [
    'drift of a provider key, which the plan shows',
    { event: 'provider-key.drifted', ...prod, fields: ['value'], action: 'hold', ...touched },
    false,
  ],
  ['an entry that waits for its grace', { event: 'config.orphaned', ...web, stays: 'grace' }, true],
  ['an entry that stays, as the plan shows', { event: 'config.orphaned', ...web, stays: 'policy' }, false],
  ['a provider key that stays, as the plan shows', { event: 'provider-key.orphaned', ...kept, stays: 'in-use' }, false],
  ['a provider key that was to go, and stays', { event: 'provider-key.orphaned', ...prod, stays: 'in-use' }, true],
  ['how the work goes', { event: 'lockfile.written', entries: 1, durationMs: 1 }, false],
])('%s is worth a line beside the plan: $2', (_title, event, expected) => {
  expect(isWorthALine(event, new Set(['aigpk_2']))).toBe(expected)
})
