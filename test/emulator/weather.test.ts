import { expect, test } from 'vitest'
import { FAULTS, type Fault, type Faults, createWeather } from '../../src/emulator/weather.ts'

const DRAWS = 20_000

test('faults come as often as they should', () => {
  const odds = { reset: 0.05, lost: 0.1, error: 0.15, throttle: 0.2, unavailable: 0.01, timeout: 0.02, late: 0.08 }
  const weather = createWeather(odds, 42)
  const drawn = Array.from({ length: DRAWS }, () => weather.draw())
  for (const fault of FAULTS) {
    const share = drawn.filter((each) => each === fault).length / DRAWS
    expect(Math.abs(share - odds[fault]), fault).toBeLessThan(0.01)
  }
})

test('a seed gives the same faults again, another one others', () => {
  expect(draws(1)).toEqual(draws(1))
  expect(draws(1)).not.toEqual(draws(2))
})

test('new faults replace all of the old ones', () => {
  const weather = createWeather({ reset: 1 }, 1)
  expect(weather.draw()).toBe('reset')
  weather.set({ lost: 1 })
  expect(weather.draw()).toBe('lost')
  weather.set({})
  expect(weather.draw()).toBeUndefined()
})

test.each([{ reset: -0.1 }, { reset: 0.6, lost: 0.6 }, { error: Number.NaN }])('%j cannot be', (faults) => {
  expect(() => createWeather(faults, 1)).toThrow(RangeError)
})

test('a fault that is new leaves those before it where they were', () => {
  const before = draws(1)
  const after = draws(1, { reset: 0.5, late: 0.5 })
  expect(after.map((fault) => (fault === 'late' ? undefined : fault))).toEqual(before)
  expect(after).toContain('late')
})

function draws(seed: number, faults: Partial<Faults> = { reset: 0.5 }): readonly (Fault | undefined)[] {
  const weather = createWeather(faults, seed)
  return Array.from({ length: 64 }, () => weather.draw())
}
