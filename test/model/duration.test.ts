import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../src/model/duration.ts'

describe('parseDuration', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1.5s', 1_500],
    ['0.25h', 900_000],
    ['1.1s', 1_100],
    ['0s', 0],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each([
    '',
    '5',
    's',
    '5 s',
    ' 5s',
    '5s ',
    '-5s',
    '+5s',
    '.5s',
    '5.s',
    '1e3ms',
    '5M',
    '5d',
    '1m30s',
    '٥s',
    '5s\n',
    `${'9'.repeat(20)}h`,
  ])('does not read %j', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })

  test('reads every whole amount of every unit', () => {
    const units = fc.constantFrom(['ms', 1] as const, ['s', 1_000] as const, ['m', 60_000] as const, ['h', 3_600_000] as const)
    fc.assert(
      fc.property(fc.nat(1_000_000), units, (amount, [unit, factor]) => {
        expect(parseDuration(`${amount}${unit}`)).toBe(amount * factor)
      }),
    )
  })
})

describe('formatDuration', () => {
  test.each([
    [0, '0 ms'],
    [0.31, '0.3 ms'],
    [34.4, '34 ms'],
    [999, '999 ms'],
    [999.7, '1 s'],
    [2_100, '2.1 s'],
    [9_960, '10 s'],
    [30_000, '30 s'],
    [59_960, '1 min'],
    [90_000, '1.5 min'],
    [3_599_000, '1 h'],
    [7_200_000, '2 h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  test('is never further off than a twentieth of what it says', () => {
    const factors = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (ms) => {
        const [amount, unit] = formatDuration(ms).split(' ') as [string, keyof typeof factors]
        expect(Math.abs(Number(amount) * factors[unit] - ms)).toBeLessThanOrEqual(ms / 20)
      }),
    )
  })
})
