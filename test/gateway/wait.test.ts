import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fullJitter, pause, retryDelay } from '../../src/gateway/wait.ts'

const asked = (retryAfterMs: number) => ({ type: 'refused', status: 503, msg: '', retryAfterMs }) as const

describe('a wait with full jitter', () => {
  test.each([
    [1, 500],
    [2, 1_000],
    [3, 2_000],
    [6, 16_000],
    [7, 30_000],
    [2_000, 30_000],
  ])('after attempt %i is anything up to %i ms', (attempt, bound) => {
    expect(fullJitter(attempt, () => 0)).toBe(0)
    expect(fullJitter(attempt, () => 0.5)).toBe(bound / 2)
    expect(fullJitter(attempt, () => 1 - Number.EPSILON)).toBe(bound)
  })

  test('is a whole number of milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        expect(Number.isInteger(fullJitter(attempt, () => random))).toBe(true)
      }),
    )
  })

  test('gives way to what the gateway asked for where that is longer', () => {
    expect(retryDelay(asked(7_000), 1, () => 0.5)).toBe(7_000)
    expect(retryDelay(asked(100), 1, () => 0.5)).toBe(250)
    expect(retryDelay({ type: 'canceled' }, 1, () => 0.5)).toBe(250)
  })
})

describe('a pause', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('lasts as long as it should', async () => {
    const ended = vi.fn<(whole: boolean) => void>()
    void pause(1_000).then(ended)
    await vi.advanceTimersByTimeAsync(999)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(ended).toHaveBeenCalledWith(true)
  })

  test('ends at once when any of its signals calls it off, and leaves no timer', async () => {
    const one = new AbortController()
    const paused = pause(1_000, undefined, new AbortController().signal, one.signal)
    one.abort()
    expect(await paused).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
    expect(await pause(1_000, one.signal)).toBe(false)
  })
})
