import { describe, expect, test, vi } from 'vitest'
import { created, draft, freePort, refuse, sendPage, serve, trial, errorOf } from './fixtures.ts'
import { PATIENCE } from '../support/patience.ts'

describe('a gateway that is not there', () => {
  test('is waited for with one probe at a time, and everything that waited is sent once', async () => {
    const port = await freePort()
    const { gateway, told } = trial(`http://127.0.0.1:${port}`, { random: () => 0.1 })
    const all = Array.from({ length: 50 }, (_, index) => gateway.create(draft, { key: `k${index}` }))
    await vi.waitFor(() => expect(told('gateway.unreachable')).toHaveLength(1), PATIENCE)
    const server = await serve(
      (request, response, number) => {
        if (request.method === 'GET') sendPage(response, [])
        else created(request, response, number)
      },
      '127.0.0.1',
      port,
    )
    const results = await Promise.all(all)
    expect(results.every((result) => result.isOk())).toBe(true)
    expect(server.received.map(({ method }) => method)).toEqual(['GET', ...Array.from({ length: 50 }, () => 'POST')])
    expect(told('gateway.unreachable')).toMatchObject([{ errorCode: 'ECONNREFUSED' }])
    expect(told('gateway.recovered')).toHaveLength(1)
    expect(told('config.retrying')).toEqual([])
  })

  test('is given up by the impatient, with all that waited', async () => {
    const { gateway, told } = trial(`http://127.0.0.1:${await freePort()}`, { patience: 'bounded', retries: 2 })
    const all = await Promise.all(Array.from({ length: 30 }, () => gateway.create(draft, { key: 'k' })))
    expect(all.map((result) => errorOf(result))).toMatchObject(all.map(() => ({ type: 'unreachable', code: 'ECONNREFUSED' })))
    expect(told('gateway.recovered')).toEqual([])
  })

  test('is given up by the impatient without another attempt of what waited between two', async () => {
    const waits = [0.999]
    const options = { patience: 'bounded', retries: 3, random: () => waits.pop() ?? 0 } as const
    const { gateway, told } = trial(`http://127.0.0.1:${await freePort()}`, options)
    expect(errorOf(await gateway.create(draft, { key: 'k' }))).toMatchObject({ type: 'unreachable' })
    expect(told('gateway.unreachable')).toHaveLength(1)
  })

  test('is tried anew by the impatient who come later', async () => {
    const port = await freePort()
    const { gateway } = trial(`http://127.0.0.1:${port}`, { patience: 'bounded', retries: 1 })
    expect(errorOf(await gateway.list())).toMatchObject({ type: 'unreachable' })
    await serve((_request, response) => sendPage(response, []), '127.0.0.1', port)
    expect((await gateway.list()).isOk()).toBe(true)
  })
})

test('a gateway that answers nothing but errors is left alone until a probe succeeds', async () => {
  let well = false
  const server = await serve((request, response, number) => {
    if (!well) refuse(response, 503)
    else if (request.method === 'GET') sendPage(response, [])
    else created(request, response, number)
  })
  const { gateway, told } = trial(server.url, { concurrency: 1, random: () => 0.05 })
  const all = Array.from({ length: 20 }, () => gateway.create(draft, { key: 'k' }))
  await vi.waitFor(() => expect(server.received.filter(({ method }) => method === 'GET').length).toBeGreaterThan(1), PATIENCE)
  expect(server.received.filter(({ method }) => method === 'POST')).toHaveLength(5)
  well = true
  const results = await Promise.all(all)
  expect(results.filter((result) => result.isOk())).toHaveLength(15)
  expect(told('gateway.unreachable')).toMatchObject([{ status: 503 }])
  expect(told('gateway.recovered')).toHaveLength(1)
})

test('a pause that the gateway asks for holds everything back, and is reported once', async () => {
  const server = await serve((request, response, number) => {
    if (number === 1) refuse(response, 429, 'ERR_NGROK_226', { 'retry-after': '1' })
    else created(request, response, number)
  })
  const { gateway, told } = trial(server.url, { concurrency: 1 })
  const results = await Promise.all(Array.from({ length: 10 }, () => gateway.create(draft, { key: 'k' })))
  expect(results.every((result) => result.isOk())).toBe(true)
  expect(told('gateway.throttled')).toEqual([{ event: 'gateway.throttled', delayMs: 1_000, reason: 'asked' }])
})

test('the rate budget counts every request, and says once that it holds some back', async () => {
  const server = await serve(created)
  const { gateway, told } = trial(server.url, { rateLimit: { requests: 3, windowMs: 100 } })
  const results = await Promise.all(Array.from({ length: 9 }, () => gateway.create(draft, { key: 'k' })))
  expect(results.every((result) => result.isOk())).toBe(true)
  expect(told('gateway.throttled')).toMatchObject([{ reason: 'budget' }])
})
