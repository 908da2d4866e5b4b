import { err } from 'neverthrow'
import { expect, test, vi } from 'vitest'
import { startEmulator } from '../../src/emulator/emulator.ts'
import { call, emulate, eventually, gate } from './client.ts'

const PATH = '/access-key-configurations'

test('listens on loopback, on a port of its own', async () => {
  const [first, second] = [await emulate(), await emulate()]
  expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(first.url).not.toBe(second.url)
  await call(first, 'POST', PATH, { name: 'x' })
  expect((await call(second, 'GET', PATH)).body.aiGatewayAccessKeyConfigurations).toEqual([])
})

test('says when its port is taken, and takes it once it is free', async () => {
  const first = await emulate()
  const port = Number(new URL(first.url).port)
  const taken = await startEmulator({ port })
  expect(taken).toEqual(err({ type: 'listen', code: 'EADDRINUSE', msg: expect.stringContaining(String(port)) }))
  await first.close()
  const second = await emulate({ port })
  expect(second.url).toBe(first.url)
})

test('says when a port cannot be', async () => {
  expect(await startEmulator({ port: 70_000 })).toMatchObject({ error: { code: 'ERR_SOCKET_BAD_PORT' } })
})

test('throws at once for faults that cannot be', () => {
  expect(() => startEmulator({ faults: { reset: 2 } })).toThrow(RangeError)
})

test('closing cuts what is held, and may be done twice', async () => {
  const emulator = await emulate()
  const { opened, open } = gate()
  const listener = vi.fn<() => void>()
  emulator.requests.subscribe(listener)
  emulator.intercept({ before: () => opened.then(() => 'continue') })
  const answer = call(emulator, 'POST', PATH, { name: 'x' })
  await eventually(() => expect(emulator.requests.total).toBe(1))
  await emulator.close()
  await expect(answer).rejects.toThrow()
  open()
  await eventually(() => expect(emulator.state.configurations).toHaveLength(1))
  expect(listener).not.toHaveBeenCalled()
  await emulator.close()
})

test('latency comes between carrying out and answering', async () => {
  const emulator = await emulate({ latencyMs: 3_600_000 })
  const listener = vi.fn<() => void>()
  emulator.requests.subscribe(listener)
  const answer = call(emulator, 'POST', PATH, { name: 'x' })
  await eventually(() => expect(emulator.state.configurations).toHaveLength(1))
  emulator.setLatency(0)
  expect((await call(emulator, 'GET', PATH)).status).toBe(200)
  expect(listener).toHaveBeenCalledTimes(1)
  await emulator.close()
  await expect(answer).rejects.toThrow()
})

test('keeps a thousand requests at once apart', async () => {
  const emulator = await emulate()
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, index) => call(emulator, 'POST', PATH, { name: String(index) })),
  )
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1000)
  expect(answers.map(({ body }) => body.name)).toEqual(Array.from({ length: 1000 }, (_, index) => String(index)))
  const ids = emulator.state.configurations.map(({ id }) => id)
  expect(ids).toEqual(ids.toSorted().toReversed())
})
