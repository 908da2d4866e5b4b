import { expect, test } from 'vitest'
import { type Picture, statusLine } from '../../../src/daemon/notify/status-line.ts'

const WELL: Picture = {
  gateway: 'reached',
  entries: 12,
  isPlanned: true,
  pending: 0,
  failing: 0,
  conflicts: 0,
  invalid: 0,
  guards: 0,
}

test.each([
  [{}, '12 entries, as declared'],
  [{ entries: 1 }, '1 entry, as declared'],
  [{ isPlanned: false }, '12 entries'],
  [{ pending: 3 }, '12 entries; 3 under way'],
  [
    { pending: 3, failing: 2, conflicts: 1, invalid: 1, guards: 1 },
    '12 entries; 3 under way, 2 failing, 1 in conflict, 1 module does not load, blocked by a guard',
  ],
  [{ invalid: 4 }, '12 entries; 4 modules do not load'],
  [{ gateway: 'unreachable' }, 'the gateway is unreachable; 12 entries'],
  [{ gateway: 'failing' }, 'the gateway does not answer as it should; 12 entries'],
  [{ gateway: 'rejecting', pending: 2 }, 'the gateway rejects the token; 12 entries; 2 under way'],
  [{ gateway: 'not-reached-yet' }, 'the gateway was not reached yet; 12 entries'],
] as const)('%j is shown as %j', (difference, line) => {
  expect(statusLine({ ...WELL, ...difference })).toBe(line)
})
