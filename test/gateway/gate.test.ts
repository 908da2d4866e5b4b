import { err, ok, type Result } from 'neverthrow'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { GatewayError } from '../../src/gateway/errors.ts'
import { Gate } from '../../src/gateway/gate.ts'
import type { SyncEvent } from '../../src/model/events.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const noConnection: GatewayError = { type: 'unreachable', code: 'ECONNREFUSED', msg: 'connect ECONNREFUSED' }
const lost: GatewayError = { type: 'lost', code: 'ECONNRESET', msg: 'read ECONNRESET' }
const refused = (status: number): GatewayError => ({ type: 'refused', status, msg: `answered ${status}` })

/** A gate whose probes get these answers, the last one for ever, with the longest possible waits. */
function trial(answers: Result<unknown, GatewayError>[], probes = Infinity) {
  const log: string[] = []
  const dropped: GatewayError[] = []
  const started = performance.now()
  const note = (text: string) => log.push(`${Math.round(performance.now() - started)} ${text}`)
  const gate = new Gate({
    probe: () => {
      note('probe')
      return Promise.resolve((answers.length > 1 ? answers.shift() : answers[0])!)
    },
    hold: (held) => note(held ? 'hold' : 'open'),
    drop: (error) => void dropped.push(error),
    probes,
    random: () => 1 - Number.EPSILON,
    report: (event: SyncEvent) => note(event.event),
  })
  return { gate, log, dropped }
}

describe('the gateway is taken to be down', () => {
  test('after a single failure to connect', () => {
    const { gate, log } = trial([err(noConnection)])
    gate.observe(noConnection, gate.epoch)
    expect(log).toEqual(['0 hold', '0 gateway.unreachable'])
  })

  test.each([
    ['lost answers', lost],
    ['errors of the server', refused(503)],
  ])('after five %s in a row', (_name, error) => {
    const { gate, log } = trial([err(error)])
    for (let i = 0; i < 4; i++) gate.observe(error, gate.epoch)
    expect(log).toEqual([])
    gate.observe(error, gate.epoch)
    expect(log).toEqual(['0 hold', '0 gateway.unreachable'])
  })

  test.each([
    ['a success', undefined],
    ['a refusal', refused(404)],
    ['a rate limit', refused(429)],
  ])('not when %s came in between', (_name, answer) => {
    const { gate, log } = trial([err(lost)])
    for (let i = 0; i < 20; i++) gate.observe(i % 5 === 4 ? answer : lost, gate.epoch)
    expect(log).toEqual([])
  })

  test('not for requests that were canceled', () => {
    const { gate, log } = trial([err(lost)])
    for (let i = 0; i < 20; i++) gate.observe({ type: 'canceled' }, gate.epoch)
    expect(log).toEqual([])
  })
})

describe('a gateway that is down', () => {
  test('is probed one at a time, ever more seldom up to 30 s, until it answers', async () => {
    const { gate, log } = trial([...Array.from({ length: 8 }, () => err(noConnection)), ok(undefined)])
    gate.observe(noConnection, gate.epoch)
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
    ['a refusal', refused(401)],
    ['a rate limit', refused(429)],
    ['a strange answer', { type: 'malformed', status: 200, msg: '' } as const],
  ])('is back with %s', async (_name, answer) => {
    const { gate, log } = trial([err(refused(500)), err(answer)])
    gate.observe(noConnection, gate.epoch)
    await vi.runAllTimersAsync()
    expect(log.slice(-2)).toEqual(['1500 gateway.recovered', '1500 open'])
  })

  test('is not probed sooner than it asks for', async () => {
    const { gate, log } = trial([ok(undefined)])
    for (let i = 0; i < 5; i++) gate.observe({ type: 'refused', status: 503, msg: '', retryAfterMs: 60_000 }, gate.epoch)
    await vi.runAllTimersAsync()
    expect(log[2]).toBe('60000 probe')
  })

  test('is not told down again by those that left before', async () => {
    const { gate, log } = trial([ok(undefined)])
    const { epoch } = gate
    for (let i = 0; i < 3; i++) gate.observe(noConnection, epoch)
    await vi.runAllTimersAsync()
    for (let i = 0; i < 9; i++) gate.observe(noConnection, epoch)
    expect(log.filter((line) => line.endsWith('unreachable'))).toHaveLength(1)
    gate.observe(noConnection, gate.epoch)
    expect(log.filter((line) => line.endsWith('unreachable'))).toHaveLength(2)
  })

  test('is given up after so many probes where patience is bounded, and tried anew for later requests', async () => {
    const { gate, log, dropped } = trial([err(noConnection), err(refused(502))], 2)
    gate.observe(noConnection, gate.epoch)
    await vi.runAllTimersAsync()
    expect(log).toEqual(['0 hold', '0 gateway.unreachable', '500 probe', '1500 probe', '1500 open'])
    expect(dropped).toEqual([{ type: 'unreachable', code: 'HTTP 502', msg: 'answered 502' }])
    gate.observe(noConnection, gate.epoch)
    expect(log.at(-1)).toBe('1500 gateway.unreachable')
  })

  test('is left alone once the gate is closed', async () => {
    const { gate, log } = trial([ok(undefined)])
    gate.observe(noConnection, gate.epoch)
    gate.close()
    await vi.runAllTimersAsync()
    gate.observe(noConnection, gate.epoch)
    expect(log).toEqual(['0 hold', '0 gateway.unreachable'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
