import * as fc from 'fast-check'
import { err, ok } from 'neverthrow'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { GatewayError } from '../../src/gateway/errors.ts'
import { Pace } from '../../src/gateway/pace.ts'
import { Scheduler, type Turn } from '../../src/gateway/scheduler.ts'
import type { Rate } from '../../src/model/rate.ts'
import { pause } from '../../src/gateway/wait.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const open = (concurrency: number, rate: Rate | 'off' = 'off', keepsPlaces = false) =>
  new Scheduler(
    () => concurrency,
    new Pace(
      () => rate,
      () => {},
    ),
    keepsPlaces,
  )

const canceled: GatewayError = { type: 'canceled' }

/** A task that takes 10 ms, and notes when it began. */
function task(log: string[], name: string) {
  return async (sent: () => void) => {
    log.push(name)
    sent()
    await pause(10)
    return name
  }
}

/** A task that is sent after 50 ms, when its connection has come about, and takes a minute. */
async function slow(sent: () => void) {
  await pause(50)
  sent()
  await pause(60_000)
}

describe('requests leave', () => {
  test('by precedence, and within it in the order they came', async () => {
    const scheduler = open(1)
    const log: string[] = []
    const turns: Turn['lane'][] = ['backlog', 'resync', 'backlog', 'fresh', 'probe', 'fresh', 'resync']
    const all = turns.map((lane, index) => scheduler.run({ lane }, task(log, `${lane} ${index}`)))
    await vi.runAllTimersAsync()
    expect(log).toEqual(['backlog 0', 'probe 4', 'fresh 3', 'fresh 5', 'backlog 2', 'resync 1', 'resync 6'])
    expect(await all[3]).toEqual(ok('fresh 3'))
  })

  test('a fresh one next, however many wait', async () => {
    const scheduler = open(2)
    const log: string[] = []
    for (let i = 0; i < 10_000; i++) void scheduler.run({ lane: 'backlog' }, task(log, 'backlog'))
    await vi.advanceTimersByTimeAsync(5)
    void scheduler.run({ lane: 'fresh' }, task(log, 'fresh'))
    await vi.advanceTimersByTimeAsync(5)
    expect(log.slice(0, 4)).toEqual(['backlog', 'backlog', 'fresh', 'backlog'])
    scheduler.close()
  })

  test('no more at a time than allowed', async () => {
    const scheduler = open(3)
    let inFlight = 0
    let most = 0
    const counted = async () => {
      most = Math.max(most, ++inFlight)
      await pause(Math.random() * 20)
      inFlight--
    }
    const all = Array.from({ length: 50 }, () => scheduler.run({ lane: 'backlog' }, counted))
    await vi.runAllTimersAsync()
    await Promise.all(all)
    expect(most).toBe(3)
  })

  test('when the budget has room again, though the one before is still in flight', async () => {
    const scheduler = open(2, { requests: 1, windowMs: 100 })
    const log: string[] = []
    void scheduler.run({ lane: 'fresh' }, slow)
    void scheduler.run({ lane: 'fresh' }, task(log, 'next'))
    await vi.advanceTimersByTimeAsync(150)
    expect(log).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(log).toEqual(['next'])
  })

  describe('while a backlog has spent its part of the budget', () => {
    const rate: Rate = { requests: 20, windowMs: 1_000 }

    test('at once where they are fresh, as long as the tenth that is kept for them lasts', async () => {
      const scheduler = open(50, rate, true)
      const log: string[] = []
      for (let i = 0; i < 100; i++) void scheduler.run({ lane: i % 2 ? 'resync' : 'backlog' }, task(log, 'patient'))
      await vi.advanceTimersByTimeAsync(500)
      expect(log).toHaveLength(18)
      for (const name of ['1', '2', '3']) void scheduler.run({ lane: 'fresh' }, task(log, name))
      await vi.advanceTimersByTimeAsync(0)
      expect(log.slice(18)).toEqual(['1', '2'])
      await vi.advanceTimersByTimeAsync(501)
      expect(log[20]).toBe('3')
      expect(log).toHaveLength(18 + 18) // what the fresh ones took is not given out twice
      scheduler.close()
    })

    test('as soon as there is a place, however long the backlog is to wait', async () => {
      const scheduler = open(50, rate, true)
      const log: string[] = []
      const run = (lane: Turn['lane'], count: number) => {
        for (let i = 0; i < count; i++) void scheduler.run({ lane }, task(log, lane))
      }
      run('fresh', 2)
      await vi.advanceTimersByTimeAsync(600)
      run('fresh', 18)
      run('backlog', 1) // waits for the third of them, until 1601 ms
      await vi.advanceTimersByTimeAsync(100)
      run('fresh', 1) // for the first, until 1001 ms
      await vi.advanceTimersByTimeAsync(301)
      expect(log).toEqual(Array(21).fill('fresh'))
      scheduler.close()
    })

    test('not before others where nothing is kept: who applies once is sent nothing meanwhile', async () => {
      const scheduler = open(50, rate)
      const log: string[] = []
      for (let i = 0; i < 100; i++) void scheduler.run({ lane: 'backlog' }, task(log, 'backlog'))
      await vi.advanceTimersByTimeAsync(500)
      expect(log).toHaveLength(20)
      scheduler.close()
    })

    test("and a budget of one request is the backlog's as well", async () => {
      const scheduler = open(50, { requests: 1, windowMs: 100 }, true)
      const log: string[] = []
      for (let i = 0; i < 3; i++) void scheduler.run({ lane: 'backlog' }, task(log, 'backlog'))
      await vi.advanceTimersByTimeAsync(250)
      expect(log).toHaveLength(3)
      scheduler.close()
    })
  })

  test('and free their place when they throw', async () => {
    const scheduler = open(1, { requests: 1, windowMs: 1_000 })
    const broken = scheduler.run({ lane: 'fresh' }, () => Promise.reject(new Error('broken')))
    const next = scheduler.run({ lane: 'fresh' }, () => Promise.resolve('next'))
    await expect(broken).rejects.toThrow('broken')
    expect(await next).toEqual(ok('next'))
  })

  test('within the rate budget, however long connections take', async () => {
    const plan = fc.array(fc.record({ after: fc.nat(50), connects: fc.nat(300), fails: fc.boolean() }), {
      minLength: 1,
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(
        plan,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 8 }),
        async (steps, requests, concurrency) => {
          const scheduler = open(concurrency, { requests, windowMs: 100 })
          const sends: number[] = []
          const all = steps.map(async ({ after, connects, fails }) => {
            await pause(after)
            await scheduler.run({ lane: 'backlog' }, async (sent) => {
              await pause(connects)
              if (fails) return
              sends.push(performance.now())
              sent()
              await pause(5)
            })
          })
          await vi.runAllTimersAsync()
          await Promise.all(all)
          expect(sends).toHaveLength(steps.filter(({ fails }) => !fails).length)
          for (const [index, time] of sends.entries()) expect((sends[index + requests] ?? Infinity) - time).toBeGreaterThan(100)
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('a request that waits', () => {
  test('is canceled by its signal alone, and by nothing once it has left', async () => {
    const scheduler = open(1)
    const log: string[] = []
    const [left, waiting] = [new AbortController(), new AbortController()]
    const first = scheduler.run({ lane: 'fresh', signal: left.signal }, task(log, 'first'))
    const second = scheduler.run({ lane: 'fresh', signal: waiting.signal }, task(log, 'second'))
    const third = scheduler.run({ lane: 'fresh', signal: left.signal }, task(log, 'third'))
    waiting.abort()
    expect(await second).toEqual(err(canceled))
    left.abort()
    expect(await third).toEqual(err(canceled))
    await vi.runAllTimersAsync()
    expect(await first).toEqual(ok('first'))
    expect(log).toEqual(['first'])
  })

  test('is not let in with a signal that is aborted already', async () => {
    const log: string[] = []
    expect(await open(1).run({ lane: 'fresh', signal: AbortSignal.abort() }, task(log, 'never'))).toEqual(err(canceled))
    expect(log).toEqual([])
  })

  test('may share its signal with 10,000 others', async () => {
    const warned = vi.fn<() => void>()
    process.on('warning', warned)
    const scheduler = open(1)
    const stop = new AbortController()
    const all = Array.from({ length: 10_000 }, () => scheduler.run({ lane: 'backlog', signal: stop.signal }, task([], 'x')))
    stop.abort()
    expect((await Promise.all(all.slice(1))).every((result) => result.isErr())).toBe(true)
    process.off('warning', warned)
    expect(warned).not.toHaveBeenCalled()
  })

  test('is held while the gateway is down, but for probes', async () => {
    const scheduler = open(1)
    const log: string[] = []
    scheduler.hold(true)
    for (const lane of ['fresh', 'backlog', 'probe'] as const) void scheduler.run({ lane }, task(log, lane))
    await vi.runAllTimersAsync()
    expect(log).toEqual(['probe'])
    scheduler.hold(false)
    await vi.runAllTimersAsync()
    expect(log).toEqual(['probe', 'fresh', 'backlog'])
  })

  test('fails with what it is dropped for, and later ones are served', async () => {
    const scheduler = open(1)
    const log: string[] = []
    const down: GatewayError = { type: 'unreachable', code: 'ECONNREFUSED', msg: '' }
    scheduler.hold(true)
    const dropped = scheduler.run({ lane: 'resync' }, task(log, 'dropped'))
    scheduler.drop(down)
    expect(await dropped).toEqual(err(down))
    scheduler.hold(false)
    void scheduler.run({ lane: 'resync' }, task(log, 'later'))
    await vi.runAllTimersAsync()
    expect(log).toEqual(['later'])
  })
})

test('closing cancels what waits, lets finish what has left, and leaves no timer', async () => {
  const scheduler = open(2, { requests: 1, windowMs: 60_000 })
  const log: string[] = []
  const left = scheduler.run({ lane: 'fresh' }, task(log, 'left'))
  const waiting = scheduler.run({ lane: 'fresh' }, task(log, 'waiting'))
  scheduler.close()
  expect(await waiting).toEqual(err(canceled))
  expect(await scheduler.run({ lane: 'fresh' }, task(log, 'late'))).toEqual(err(canceled))
  const idle = scheduler.idle()
  await vi.advanceTimersByTimeAsync(10)
  await idle
  expect(await left).toEqual(ok('left'))
  expect(log).toEqual(['left'])
  expect(vi.getTimerCount()).toBe(0)
})
