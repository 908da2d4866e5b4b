import { expect, test } from 'vitest'
import { KeyTally } from '../../../src/cli/apply/key-tally.ts'
import type { SyncEvent } from '../../../src/model/events.ts'

const prod = { provider: 'openai', name: 'prod', id: 'aigpk_1' }
const trial = { provider: 'openai', name: 'trial', id: 'aigpk_2' }
const done = { attempt: 1, durationMs: 1 }

function failed(key: typeof prod, permanent: boolean): SyncEvent {
  return { event: 'provider-key.failed', ...key, attempt: 1, permanent, msg: 'no' }
}

function countsOf(events: readonly SyncEvent[]) {
  const tally = new KeyTally()
  for (const event of events) tally.count(event)
  return tally.counts
}

const none = { created: 0, rotated: 0, updated: 0, deleted: 0, failed: 0, retrying: 0 }

test.each<[string, readonly SyncEvent[], object]>([
  ['nothing of what concerns entries', [{ event: 'config.created', key: 'a', id: 'aigac_1', name: 'a', ...done }], {}],
  ['what was made', [{ event: 'provider-key.created', ...prod, ...done }], { created: 1 }],
  ['what was rotated', [{ event: 'provider-key.rotated', ...prod, reason: 'edited', ...done }], { rotated: 1 }],
  ['what was put back', [{ event: 'provider-key.updated', ...prod, fields: ['name'], ...done }], { updated: 1 }],
  ['what was deleted', [{ event: 'provider-key.deleted', ...prod, reason: 'surplus', ...done }], { deleted: 1 }],
  ['a provider key that fails once, as it does now', [failed(prod, false), failed(prod, true)], { failed: 1 }],
  ['two that are tried again', [failed(prod, false), failed(trial, false)], { retrying: 2 }],
  [
    'a failure that was overcome as none',
    [failed(prod, false), { event: 'provider-key.created', ...prod, ...done }],
    { created: 1 },
  ],
  ['a recovery', [failed(prod, true), { event: 'provider-key.recovered', ...prod, durationMs: 1 }], {}],
])('it counts %s', (_title, events, expected) => {
  expect(countsOf(events)).toEqual({ ...none, ...expected })
})
