import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { RollingWindow } from '../../src/gateway/window.ts'

const step = fc.record({
  after: fc.double({ min: 0, max: 400, noNaN: true }),
  connecting: fc.nat(150),
  lost: fc.nat(9).map((n) => n === 0),
})

test('no window ever holds more sends than allowed, however requests arrive, connect and fail', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 300 }),
      fc.array(step, { maxLength: 60 }),
      (requests, windowMs, steps) => {
        const sends = simulate(new RollingWindow(() => ({ requests, windowMs })), steps)
        for (const [index, time] of sends.entries()) {
          const next = sends[index + requests]
          if (next !== undefined) expect(next - time).toBeGreaterThan(windowMs)
        }
      },
    ),
  )
})

/** One request after another, each asking until it gets a place; connections come about later, in their own order. */
function simulate(window: RollingWindow, steps: readonly { after: number; connecting: number; lost: boolean }[]): number[] {
  const sends: number[] = []
  const connecting: { at: number; lost: boolean }[] = []
  let now = 0
  const connectUntil = (time: number) => {
    connecting.sort((a, b) => a.at - b.at)
    while ((connecting[0]?.at ?? Infinity) <= time) {
      const { at, lost } = connecting.shift()!
      if (lost) window.giveBack()
      else {
        window.sent(at)
        sends.push(at)
      }
    }
    now = time
  }
  for (const { after, connecting: delay, lost } of steps) {
    connectUntil(now + after)
    for (let wait = window.take(now); wait > 0; wait = window.take(now)) {
      connectUntil(wait === Infinity ? Math.min(...connecting.map(({ at }) => at)) : now + wait)
    }
    connecting.push({ at: now + delay, lost })
  }
  connectUntil(Number.MAX_VALUE)
  return sends
}

test('a place is free again as soon as the window has passed, and no sooner', () => {
  const window = new RollingWindow(() => ({ requests: 2, windowMs: 100 }))
  expect([window.take(0), window.take(0)]).toEqual([0, 0])
  window.sent(0)
  window.sent(10)
  expect(window.take(20)).toBe(81)
  expect(window.take(100)).toBe(1)
  expect(window.take(101)).toBe(0)
})

test('a place held by a request that is still connecting is not given to another', () => {
  const window = new RollingWindow(() => ({ requests: 1, windowMs: 100 }))
  expect(window.take(0)).toBe(0)
  expect(window.take(5_000)).toBe(Infinity)
  window.sent(5_000)
  expect(window.take(5_000)).toBe(101)
})

test('places that are kept are free for others, and asking again is worth it once enough are', () => {
  const window = new RollingWindow(() => ({ requests: 4, windowMs: 100 }))
  expect([window.take(0, 1), window.take(0, 1), window.take(0, 1)]).toEqual([0, 0, 0])
  for (const now of [0, 10, 20]) window.sent(now)
  expect(window.take(30, 1)).toBe(71)
  expect(window.take(30)).toBe(0)
  expect(window.take(30, 1)).toBe(81) // the one that is still connecting counts
  window.sent(30)
  expect(window.take(100, 1)).toBe(11)
  expect(window.take(111, 1)).toBe(0)
})

test('a place that was given back is free at once', () => {
  const window = new RollingWindow(() => ({ requests: 1, windowMs: 100 }))
  window.take(0)
  window.giveBack()
  expect(window.take(0)).toBe(0)
})

test('the count stays exact over many windows', () => {
  const window = new RollingWindow(() => ({ requests: 2, windowMs: 10 }))
  for (let now = 0; now < 50_000; now += 11) {
    expect([window.take(now), window.take(now)]).toEqual([0, 0])
    window.sent(now)
    window.sent(now)
    expect(window.take(now + 10)).toBe(1)
  }
})
