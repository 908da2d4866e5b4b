import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isNotable } from '../../../src/daemon/webhook/notable.ts'
import { Webhook } from '../../../src/daemon/webhook/webhook.ts'
import type { SyncEvent } from '../../../src/model/events.ts'

const conflict = (key: string): SyncEvent => ({ event: 'config.conflict', key, reason: 'duplicate-key' })

interface Told {
  readonly version: number
  readonly owner: string
  readonly host: string
  readonly events: readonly { readonly event: string; readonly key: string; readonly msg: string }[]
}

/** Somebody who wants to be told. @param answer how the n-th request fares, from 1 */
async function listen(answer: (response: ServerResponse, number: number) => void) {
  const told: Told[] = []
  const reported: SyncEvent[] = []
  const waiting: { readonly done: () => boolean; readonly resolve: () => void }[] = []
  const look = () => waiting.filter(({ done }) => done()).forEach(({ resolve }) => resolve())
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      told.push(JSON.parse(body) as Told)
      answer(response, told.length)
      look()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/s3cr3t?token=s3cr3t`
  const options = { url: () => url, owner: 'platform', host: 'here', userAgent: 'aigw-sync/test', random: () => 0 }
  const webhook = new Webhook(options, (event) => {
    reported.push(event)
    look()
  })
  onTestFinished(async () => {
    await webhook.close()
    server.close()
    server.closeAllConnections()
  })
  const until = (done: () => boolean) => new Promise<void>((resolve) => (done() ? resolve() : waiting.push({ done, resolve })))
  const keys = () => told.map(({ events }) => events.map(({ key }) => key))
  return { webhook, told, reported, until, keys }
}

const well = (response: ServerResponse) => void response.writeHead(204).end()

describe('who wants to be told', () => {
  test('is, with what happened in one go in one request, as the log has it', async () => {
    const { webhook, told, until } = await listen(well)
    webhook.hear(conflict('a'))
    webhook.hear({ event: 'plan.computed', changes: {}, durationMs: 1 })
    webhook.hear(conflict('b'))
    await until(() => told.length === 1)
    const [{ events, ...head } = { events: [] }] = told
    expect(head).toEqual({ version: 1, owner: 'platform', host: 'here' })
    expect(events).toMatchObject([
      { event: 'config.conflict', level: 'error', key: 'a', msg: expect.stringContaining('a: ') },
      { event: 'config.conflict', key: 'b' },
    ])
  })

  test('and does not take it for now, is told again, and of what came meanwhile after that', async () => {
    const { webhook, told, until, keys, reported } = await listen((response, number) => {
      if (number === 1) webhook.hear(conflict('b'))
      response.writeHead(number < 3 ? 503 : 200).end('x')
    })
    webhook.hear(conflict('a'))
    await until(() => told.length === 4)
    expect(keys()).toEqual([['a'], ['a'], ['a'], ['b']])
    expect(reported).toEqual([])
  })

  test('and refuses it for good is not asked again, and that is told without the address', async () => {
    const { webhook, told, until, reported } = await listen((response) => response.writeHead(404).end('s3cr3t'))
    webhook.hear(conflict('a'))
    await until(() => reported.length === 1)
    expect(reported).toEqual([{ event: 'webhook.failed', msg: 'answered with status 404', status: 404, count: 1 }])
    expect(told).toHaveLength(1)
  })

  test('and sends elsewhere is not followed', async () => {
    const { webhook, told, until, reported } = await listen((response) => response.writeHead(307, { location: '/other' }).end())
    webhook.hear(conflict('a'))
    await until(() => reported.length === 1)
    expect(reported).toMatchObject([{ status: 307 }])
    expect(told).toHaveLength(1)
  })

  test('and hangs up time and again is given up, and the next request is made', async () => {
    const { webhook, told, until, reported, keys } = await listen((response, number) => {
      if (number <= 12) response.destroy()
      else response.writeHead(200).end()
    })
    webhook.hear(conflict('a'))
    await until(() => reported.length === 1)
    expect(reported).toMatchObject([{ event: 'webhook.failed', count: 1, errorCode: expect.any(String) }])
    expect(JSON.stringify(reported)).not.toContain('s3cr3t')
    webhook.hear(conflict('b'))
    await until(() => told.length === 13)
    expect(keys().at(-1)).toEqual(['b'])
  })

  test('and is slow loses the oldest of more than a thousand, and that is told', async () => {
    const held: ServerResponse[] = []
    const { webhook, told, until, keys, reported } = await listen((response, number) => {
      if (number === 1) held.push(response)
      else response.writeHead(number === 2 ? 404 : 200).end()
    })
    webhook.hear(conflict('first'))
    await until(() => told.length === 1)
    for (let index = 0; index < 1_005; index++) webhook.hear(conflict(String(index)))
    held[0]?.writeHead(200).end()
    await until(() => told.length === 11)
    expect(keys().slice(1).flat()).toEqual(Array.from({ length: 1_000 }, (_, index) => String(index + 5)))
    expect(reported).toMatchObject([{ event: 'webhook.failed', count: 105 }])
  })

  test('is told the last before the end', async () => {
    const { webhook, keys } = await listen(well)
    webhook.hear({ event: 'daemon.failed', msg: 'no' })
    webhook.hear(conflict('a'))
    await webhook.close()
    expect(keys()).toEqual([[undefined, 'a']])
    webhook.hear(conflict('late'))
    expect(keys()).toHaveLength(1)
  })
})

test.each<[boolean, SyncEvent]>([
  [true, { event: 'config.failed', key: 'a', change: 'create', attempt: 1, permanent: false, msg: '' }],
  [false, { event: 'config.failed', key: 'a', change: 'create', attempt: 2, permanent: false, msg: '' }],
  [true, { event: 'config.failed', key: 'a', change: 'create', attempt: 2, permanent: true, msg: '' }],
  [true, { event: 'guard.blocked', guard: 'delete-max', count: 1, limit: 0, managed: 1 }],
  [true, { event: 'gateway.rejected', msg: '' }],
  [false, { event: 'gateway.unreachable', msg: '', delayMs: 1 }],
  [false, { event: 'webhook.failed', msg: '', count: 1 }],
])('%s: a person may have to do something about %j', (notable, event) => {
  expect(isNotable(event)).toBe(notable)
})
