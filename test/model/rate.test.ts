import { expect, test } from 'vitest'
import { parseRate } from '../../src/model/rate.ts'

test.each([
  ['110/60s', { requests: 110, windowMs: 60_000 }],
  ['1/500ms', { requests: 1, windowMs: 500 }],
  ['600/1h', { requests: 600, windowMs: 3_600_000 }],
])('reads %s', (text, rate) => {
  expect(parseRate(text)).toEqual(rate)
})

test.each(['', '110', '110/', '/60s', '0/60s', '110/0s', '-1/60s', '1.5/60s', '110 / 60s', '110/60', '9999999999/1s', 'off'])(
  'does not read %j',
  (text) => {
    expect(parseRate(text)).toBeUndefined()
  },
)
