import { err, ok } from 'neverthrow'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { lost, noConnection, refused, trial } from './gate-trial.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the gateway is taken to be down', () => {
  test('after a single failure to connect', () => {
    const { log, observe } = trial([err(noConnection)])
    observe(noConnection)
    expect(log).toEqual(['0 hold', '0 gateway.unreachable'])
  })

  test.each([
    ['lost answers', lost],
    ['errors of the server', refused(503)],
  ])('after five %s in a row', (_name, error) => {
    const { log, observe } = trial([err(error)])
    for (let i = 0; i < 4; i++) observe(error)
    expect(log).toEqual([])
    observe(error)
    expect(log).toEqual(['0 hold', '0 gateway.unreachable'])
  })

  test.each([
    ['a success', undefined],
    ['a refusal', refused(404)],
    ['a rate limit', refused(429)],
  ])('not when %s came in between', (_name, answer) => {
    const { log, observe } = trial([err(lost)])
    for (let i = 0; i < 20; i++) observe(i % 5 === 4 ? answer : lost)
    expect(log).toEqual([])
  })

  test('not for requests that were canceled', () => {
    const { log, observe } = trial([err(lost)])
    for (let i = 0; i < 20; i++) observe({ type: 'canceled' })
    expect(log).toEqual([])
  })
})

describe('a trouble that lasts', () => {
  test('is told of once an hour, in one line', async () => {
    const { log, observe } = trial([err(noConnection)])
    observe(noConnection)
    await vi.advanceTimersByTimeAsync(3 * 3_600_000 + 60_000)
    const told = log.filter((line) => /gateway/.test(line)).map((line) => line.replace(/^\d+ /, ''))
    expect(told).toEqual(['gateway.unreachable', 'gateway.waiting', 'gateway.waiting', 'gateway.waiting'])
  })

  test('is told of in the same way where the token is rejected', async () => {
    const { log, observe } = trial([err(refused(401))])
    observe(undefined)
    observe(refused(401))
    await vi.advanceTimersByTimeAsync(3_600_000 + 360_000)
    const told = log.filter((line) => /gateway/.test(line)).map((line) => line.replace(/^\d+ /, ''))
    expect(told).toEqual(['gateway.rejected', 'gateway.waiting'])
  })
})

describe('a gateway that is down', () => {
  test('is probed one at a time, ever more seldom up to 30 s, until it answers', async () => {
    const { log, observe } = trial([...Array.from({ length: 8 }, () => err(noConnection)), ok(undefined)])
    observe(noConnection)
    await vi.runAllTimersAsync()
    expect(log).toEqual([
      '0 hold',
      '0 gateway.unreachable',
      ...[500, 1_500, 3_500, 7_500, 15_500, 31_500, 61_500, 91_500, 121_500].map((time) => `${time} probe`),
      '121500 gateway.recovered',
      '121500 open',
    ])
  })

  test.each([
    ['a refusal', refused(404)],
    ['a rate limit', refused(429)],
    ['a strange answer', { type: 'malformed', status: 200, msg: '' } as const],
  ])('is back with %s', async (_name, answer) => {
    const { log, observe } = trial([err(refused(500)), err(answer)])
    observe(noConnection)
    await vi.runAllTimersAsync()
    expect(log.slice(-2)).toEqual(['1500 gateway.recovered', '1500 open'])
  })

  test('is not probed sooner than it asks for', async () => {
    const { log, observe } = trial([ok(undefined)])
    for (let i = 0; i < 5; i++) observe({ type: 'refused', status: 503, msg: '', retryAfterMs: 60_000 })
    await vi.runAllTimersAsync()
    expect(log[2]).toBe('60000 probe')
  })

  test('is not told down again by those that left before', async () => {
    const { gate, log, observe } = trial([ok(undefined)])
    const { epoch } = gate
    for (let i = 0; i < 3; i++) gate.observe(noConnection, { kind: 'read', epoch })
    await vi.runAllTimersAsync()
    for (let i = 0; i < 9; i++) gate.observe(noConnection, { kind: 'read', epoch })
    expect(log.filter((line) => line.endsWith('unreachable'))).toHaveLength(1)
    observe(noConnection)
    expect(log.filter((line) => line.endsWith('unreachable'))).toHaveLength(2)
  })

  test('is given up after so many probes where patience is bounded, and tried anew for later requests', async () => {
    const { log, dropped, observe } = trial([err(noConnection), err(refused(502))], { probes: 2 })
    observe(noConnection)
    await vi.runAllTimersAsync()
    expect(log).toEqual(['0 hold', '0 gateway.unreachable', '500 probe', '1500 probe', '1500 open'])
    expect(dropped).toEqual([{ type: 'unreachable', code: 'HTTP 502', msg: 'answered 502' }])
    observe(noConnection)
    expect(log.at(-1)).toBe('1500 gateway.unreachable')
  })

  test('is left alone once the gate is closed', async () => {
    const { gate, log, observe } = trial([ok(undefined)])
    observe(noConnection)
    gate.close()
    await vi.runAllTimersAsync()
    observe(noConnection)
    expect(log).toEqual(['0 hold', '0 gateway.unreachable'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
