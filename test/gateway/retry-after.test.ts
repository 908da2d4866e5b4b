import { expect, test } from 'vitest'
import { retryAfter } from '../../src/gateway/retry-after.ts'

const NOW = Date.parse('2026-07-01T12:00:00Z')
const HOUR = 3_600_000

test.each<[header: string | undefined, date: string | undefined, expected: number | undefined]>([
  [undefined, undefined, undefined],
  ['0', undefined, 0],
  ['7', undefined, 7_000],
  [' 120 ', undefined, 120_000],
  ['99999999999999999999', undefined, HOUR],
  ['Wed, 01 Jul 2026 12:00:30 GMT', undefined, 30_000],
  ['Wednesday, 01-Jul-26 12:00:30 GMT', undefined, 30_000],
  ['Wed Jul  1 12:00:30 2026 GMT', undefined, 30_000],
  ['Wed, 01 Jul 2026 11:00:00 GMT', undefined, 0],
  ['Fri, 01 Jul 2033 12:00:00 GMT', undefined, HOUR],
  ['Wed, 01 Jul 2026 15:00:30 GMT', 'Wed, 01 Jul 2026 15:00:00 GMT', 30_000],
  ['Wed, 01 Jul 2026 12:00:30 GMT', 'yesterday', 30_000],
  ['5.5', undefined, undefined],
  ['-5', undefined, undefined],
  ['soon', undefined, undefined],
  ['Wed, not a date', undefined, undefined],
  ['', undefined, undefined],
])('Retry-After %o with Date %o asks for %o ms', (header, date, expected) => {
  expect(retryAfter(header, date, NOW)).toBe(expected)
})
