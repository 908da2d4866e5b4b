import { execFile } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { encodeMetadata } from '../../src/model/stamp.ts'
import { draft, freePort, sendJson, sentConfiguration, serve, trial, errorOf } from './fixtures.ts'
import { PATIENCE } from '../support/patience.ts'

const made = sentConfiguration('aigac_1', { metadata: encodeMetadata(draft().stamp) })

/** A server that answers when it is told to. */
async function slowServer() {
  const open: ServerResponse[] = []
  const server = await serve((_request, response) => open.push(response))
  const answerAll = () => open.forEach((response) => sendJson(response, 201, made))
  return { ...server, open, answerAll }
}

test('closing cancels what waits at once, and lets finish what is in flight', async () => {
  const server = await slowServer()
  const { gateway } = trial(server.url, { concurrency: 2 })
  const all = Array.from({ length: 5 }, () => gateway.create(draft, { key: 'k' }))
  await vi.waitFor(() => expect(server.open).toHaveLength(2), PATIENCE)
  const closed = gateway.close(20_000)
  const waiting = await Promise.all(all.slice(2))
  expect(waiting.map((result) => errorOf(result))).toEqual(waiting.map(() => ({ type: 'canceled' })))
  server.answerAll()
  expect((await Promise.all(all.slice(0, 2))).every((result) => result.isOk())).toBe(true)
  await closed
  expect(errorOf(await gateway.list())).toEqual({ type: 'canceled' })
})

test('what fails while closing is neither tried again nor said to be', async () => {
  const server = await slowServer()
  const { gateway, events } = trial(server.url)
  const left = gateway.create(draft, { key: 'k' })
  await vi.waitFor(() => expect(server.open).toHaveLength(1), PATIENCE)
  const closed = gateway.close(20_000)
  sendJson(server.open[0]!, 429, {})
  expect(errorOf(await left)).toEqual({ type: 'canceled' })
  await closed
  expect(events).toEqual([])
})

test('closing destroys what takes too long', async () => {
  const server = await slowServer()
  const { gateway, events } = trial(server.url)
  const all = Array.from({ length: 8 }, () => gateway.create(draft, { key: 'k' }))
  await vi.waitFor(() => expect(server.open).toHaveLength(8), PATIENCE)
  await gateway.close(1)
  const results = await Promise.all(all)
  expect(results.map((result) => errorOf(result).type)).toEqual(results.map(() => 'lost'))
  expect(events).toEqual([])
})

test('closing ends the waits between attempts, and waiting for a gateway that is down', async () => {
  const { gateway, told } = trial(`http://127.0.0.1:${await freePort()}`, { random: () => 0.99 })
  const all = Array.from({ length: 20 }, () => gateway.create(draft, { key: 'k' }))
  await vi.waitFor(() => expect(told('gateway.unreachable')).toHaveLength(1), PATIENCE)
  await gateway.close(0)
  const results = await Promise.all(all)
  expect(results.map((result) => errorOf(result))).toEqual(results.map(() => ({ type: 'canceled' })))
})

test('closing before anything was sent is no trouble, nor is closing twice', async () => {
  const { gateway } = trial('http://127.0.0.1:9')
  await Promise.all([gateway.close(0), gateway.close(10_000)])
  await gateway.close(0)
})

test('a signal gives up what waits between attempts, and not what has left', async () => {
  const server = await slowServer()
  const { gateway, told } = trial(server.url, { random: () => 0.99 })
  const stop = new AbortController()
  const left = gateway.create(draft, { key: 'left', signal: stop.signal })
  await vi.waitFor(() => expect(server.open).toHaveLength(1), PATIENCE)
  const waiting = gateway.create(draft, { key: 'waiting', signal: stop.signal })
  await vi.waitFor(() => expect(server.open).toHaveLength(2), PATIENCE)
  sendJson(server.open.pop()!, 429, {})
  await vi.waitFor(() => expect(told('config.retrying')).toHaveLength(1), PATIENCE)
  stop.abort()
  expect(errorOf(await waiting)).toEqual({ type: 'canceled' })
  server.answerAll()
  expect((await left).isOk()).toBe(true)
})

test('nothing keeps the process alive after closing', async () => {
  const server = await serve((_request, response) => sendJson(response, 429, {}, { 'retry-after': '3600' }))
  const down = `http://127.0.0.1:${await freePort()}`
  const client = new URL('../../src/gateway/client.ts', import.meta.url)
  const script = `
    import { openGateway } from ${JSON.stringify(client.href)}
    for (const apiUrl of ${JSON.stringify([server.url, down])}) {
      const options = { apiUrl, token: () => 't', patience: 'endless', userAgent: 'x' }
      const limits = () => ({ concurrency: 2, requestTimeoutMs: 600_000, retries: 5, rateLimit: { requests: 1, windowMs: 600_000 } })
      let retrying
      const waits = new Promise((resolve) => (retrying = resolve))
      const gateway = openGateway({ ...options, limits, random: () => 0.99 }, ({ event }) => /retrying|unreachable/.test(event) && retrying())
      const lists = [gateway.list(), gateway.list(), gateway.list()]
      await waits
      await gateway.close(600_000)
      for (const list of lists) console.log((await list).error.type)
    }
  `
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], { timeout: 20_000 })
  expect(stdout).toBe('canceled\n'.repeat(6))
})
