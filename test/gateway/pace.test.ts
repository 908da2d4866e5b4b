import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { GatewayError } from '../../src/gateway/errors.ts'
import { Pace } from '../../src/gateway/pace.ts'
import type { SyncEvent } from '../../src/model/events.ts'
import type { Rate } from '../../src/model/rate.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function pace(rateLimit: Rate | 'off') {
  const events: SyncEvent[] = []
  return {
    pace: new Pace(
      () => rateLimit,
      (event) => events.push(event),
    ),
    events,
  }
}

const limited = (retryAfterMs?: number): GatewayError => ({
  type: 'refused',
  status: 429,
  msg: '',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
})

describe('the rate budget', () => {
  test('says once that it holds requests back, until nothing waits any longer', () => {
    const { pace: budget, events } = pace({ requests: 1, windowMs: 1_000 })
    expect(budget.take()).toBe(0)
    budget.sent()
    expect([budget.take(), budget.take()]).toEqual([1_001, 1_001])
    expect(events).toEqual([{ event: 'gateway.throttled', delayMs: 1_001, reason: 'budget' }])
    budget.rest()
    budget.take()
    expect(events).toHaveLength(2)
  })

  test('can be off', () => {
    const { pace: unlimited, events } = pace('off')
    for (let i = 0; i < 1_000; i++) {
      expect(unlimited.take()).toBe(0)
      unlimited.sent()
    }
    unlimited.giveBack()
    expect(events).toEqual([])
  })
})

describe('a gateway that is asked too often', () => {
  test('has its Retry-After obeyed by every request', () => {
    const { pace: paused, events } = pace('off')
    paused.observe(limited(3_000), 9_000)
    expect(paused.take()).toBe(3_000)
    vi.advanceTimersByTime(2_999)
    expect(paused.take()).toBe(1)
    vi.advanceTimersByTime(1)
    expect(paused.take()).toBe(0)
    expect(events).toEqual([{ event: 'gateway.throttled', delayMs: 3_000, reason: 'asked' }])
  })

  test('pauses everything from the second refusal in a row that does not say for how long', () => {
    const { pace: paused } = pace('off')
    paused.observe(limited(), 400)
    expect(paused.take()).toBe(0)
    paused.observe(limited(), 700)
    expect(paused.take()).toBe(700)
  })

  test('starts over after a success', () => {
    const { pace: paused } = pace('off')
    paused.observe(limited(), 400)
    paused.observe(undefined, 0)
    paused.observe(limited(), 700)
    expect(paused.take()).toBe(0)
  })

  test('is paused for the longest that was asked for, and says so once', () => {
    const { pace: paused, events } = pace('off')
    for (const ms of [1_000, 5_000, 2_000]) paused.observe(limited(ms), 0)
    expect(paused.take()).toBe(5_000)
    expect(events).toHaveLength(1)
    vi.advanceTimersByTime(5_000)
    paused.observe(limited(1_000), 0)
    expect(events).toHaveLength(2)
  })

  test('is not paused by other failures', () => {
    const { pace: paused } = pace('off')
    for (let i = 0; i < 5; i++) paused.observe({ type: 'refused', status: 503, msg: '', retryAfterMs: 9_000 }, 9_000)
    expect(paused.take()).toBe(0)
  })
})
