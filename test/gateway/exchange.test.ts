import { EventEmitter } from 'node:events'
import { ok } from 'neverthrow'
import type { Dispatcher } from 'undici'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { exchange } from '../../src/gateway/exchange.ts'
import { errorOf } from './fixtures.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** An exchange whose connection does what the test says. */
function trial() {
  const sent = vi.fn<() => void>()
  const controller = {
    abort: vi.fn<(reason: Error) => void>(),
    pause() {},
    resume() {},
    aborted: false,
    paused: false,
    reason: null,
  }
  let handler: Dispatcher.DispatchHandler = {}
  const dispatch = (_request: unknown, given: Dispatcher.DispatchHandler) => ((handler = given), true)
  const dispatcher = Object.assign(new EventEmitter(), { dispatch }) as unknown as Dispatcher
  const outcome = exchange(dispatcher, { request: { method: 'POST', path: '/' }, timeoutMs: 1_000, sent })
  const start = () => handler.onRequestStart?.(controller, null)
  const fail = (code: string) => handler.onResponseError?.(controller, Object.assign(new Error('failed'), { code }))
  const answer = (status: number, body: string) => {
    handler.onResponseStart?.(controller, status, {})
    if (status < 200) return
    // Byte by byte, so that characters are torn apart.
    for (const byte of Buffer.from(body)) handler.onResponseData?.(controller, Buffer.of(byte))
    handler.onResponseEnd?.(controller, {})
  }
  return { outcome, sent, controller, start, fail, answer }
}

describe('before it is written to a connection, a request that fails', () => {
  test('has surely not been sent', async () => {
    const { outcome, fail, sent } = trial()
    fail('ECONNREFUSED')
    expect(errorOf(await outcome)).toEqual({ type: 'unreachable', code: 'ECONNREFUSED', msg: 'failed' })
    expect(sent).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('because the connections are closed, is canceled', async () => {
    const { outcome, fail } = trial()
    fail('UND_ERR_DESTROYED')
    expect(errorOf(await outcome)).toEqual({ type: 'canceled' })
  })

  test('because it is ill-formed, is a broken invariant', async () => {
    const { outcome, fail } = trial()
    fail('UND_ERR_INVALID_ARG')
    await expect(outcome).rejects.toThrow('failed')
  })

  test('because its time ran out, is not written later either', async () => {
    const { outcome, controller, sent, start } = trial()
    vi.advanceTimersByTime(1_000)
    expect(errorOf(await outcome)).toMatchObject({ type: 'unreachable', code: 'ETIMEDOUT' })
    start()
    expect(controller.abort).toHaveBeenCalledOnce()
    expect(sent).not.toHaveBeenCalled()
  })
})

describe('once it is written to a connection, a request', () => {
  test.each(['ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_DESTROYED', 'UND_ERR_INVALID_ARG'])(
    'that fails with %s is lost',
    async (code) => {
      const { outcome, start, fail, sent } = trial()
      start()
      fail(code)
      expect(errorOf(await outcome)).toEqual({ type: 'lost', code, msg: 'failed' })
      expect(sent).toHaveBeenCalledOnce()
    },
  )

  test('is not written to another', () => {
    const { start, controller, sent } = trial()
    start()
    start()
    expect(controller.abort).toHaveBeenCalledOnce()
    expect(sent).toHaveBeenCalledOnce()
  })

  test('has its connection destroyed when its time runs out', async () => {
    const { outcome, start, controller } = trial()
    start()
    vi.advanceTimersByTime(1_000)
    expect(errorOf(await outcome)).toMatchObject({ type: 'lost', code: 'ETIMEDOUT' })
    expect(controller.abort).toHaveBeenCalledOnce()
  })
})

test('an interim answer is not the answer, which may come in pieces', async () => {
  const { outcome, start, answer } = trial()
  start()
  answer(103, '')
  answer(201, '{"name":"üüü"}')
  expect(await outcome).toEqual(ok({ status: 201, headers: {}, body: '{"name":"üüü"}' }))
  expect(vi.getTimerCount()).toBe(0)
})
