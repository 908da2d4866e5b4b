import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { GatewayError } from '../../src/gateway/errors.ts'
import { pour } from '../support/pour.ts'
import {
  created,
  draft,
  freePort,
  impatientAtFirst,
  refuse,
  sendPage,
  serve,
  serveRaw,
  TOKEN,
  trial,
  errorOf,
  valueOf,
} from './fixtures.ts'

const LARGE = 'x'.repeat(1024 * 1024)

const head = (length: number) => `HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`

/** What a server may do to a request that it has received. */
const accidents: [string, (socket: Socket) => unknown, Partial<GatewayError>][] = [
  ['a reset', (socket) => socket.resetAndDestroy(), { type: 'lost' }],
  ['a close without an answer', (socket) => socket.end(), { type: 'lost' }],
  ['half a head', (socket) => socket.end('HTTP/1.1 201 Cre'), { type: 'lost' }],
  ['half a body', (socket) => socket.end(`${head(100)}{"id":`), { type: 'lost' }],
  [
    'half a chunked body',
    (socket) => socket.end('HTTP/1.1 201 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"id"\r\n'),
    { type: 'lost' },
  ],
  ['no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'), { type: 'lost' }],
  ['no answer in time', () => {}, { type: 'lost', code: 'ETIMEDOUT' }],
  ['a body that does not come in time', (socket) => socket.write(`${head(100)}{`), { type: 'lost', code: 'ETIMEDOUT' }],
  ['an endless body', (socket) => pour(socket, head(1e12), LARGE), { type: 'malformed', status: 201 }],
  ['an empty success', (socket) => socket.end(head(0)), { type: 'malformed', status: 201 }],
  ['a strange success', (socket) => socket.end(`${head(2)}{}`), { type: 'malformed', status: 201 }],
]

describe('a create whose outcome is unknown comes back at once, and is sent once', () => {
  test.each(accidents)('%s', async (name, accident, expected) => {
    let connections = 0
    const { url } = await serveRaw((socket, number) => {
      connections = number
      socket.once('data', () => accident(socket))
    })
    const result = await trial(url, name.includes('in time') ? impatientAtFirst(() => true) : {}).gateway.create(draft, {
      key: 'k',
    })
    expect(errorOf(result)).toMatchObject(expected)
    expect(connections).toBe(1)
  })

  test.each([408, 500, 502, 503, 504])('status %i', async (status) => {
    const server = await serve((_request, response) => refuse(response, status))
    expect(errorOf(await trial(server.url).gateway.create(draft, { key: 'k' }))).toMatchObject({ status })
    expect(server.received).toHaveLength(1)
  })
})

describe('a create that the gateway refuses for good is sent once', () => {
  test.each([400, 401, 403, 404, 422])('status %i', async (status) => {
    const server = await serve((_request, response) => refuse(response, status, 'ERR_NGROK_27604'))
    const error = errorOf(await trial(server.url).gateway.create(draft, { key: 'k' }))
    expect(error).toEqual({ type: 'refused', status, msg: `no: ${status}`, errorCode: 'ERR_NGROK_27604', operationId: 'op_1' })
    expect(server.received).toHaveLength(1)
  })
})

test('a refusal whose body is lost is still a refusal', async () => {
  const { url } = await serveRaw((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 403 No\r\ncontent-length: 99\r\n\r\n{')),
  )
  expect(errorOf(await trial(url).gateway.create(draft, { key: 'k' }))).toMatchObject({
    type: 'refused',
    status: 403,
  })
})

test('transient failures are tried so many times, and the last one comes back', async () => {
  const server = await serve((_request, response, number) => refuse(response, 429, `ERR_NGROK_${number}`))
  const { gateway, told } = trial(server.url, { retries: 4 })
  expect(errorOf(await gateway.create(draft, { key: 'k' }))).toMatchObject({ status: 429, errorCode: 'ERR_NGROK_5' })
  expect(server.received).toHaveLength(5)
  expect(told('config.retrying').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
})

test.each(accidents.filter(([name]) => name !== 'an endless body'))('a listing outlives %s', async (name, accident) => {
  let connections = 0
  const { url } = await serveRaw((socket, number) => {
    connections = number
    socket.once('data', () => {
      const page = JSON.stringify({ aiGatewayAccessKeyConfigurations: [], uri: '' })
      if (number === 1) accident(socket)
      else socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${page}`)
    })
  })
  const { gateway, told } = trial(url, name.includes('in time') ? impatientAtFirst(() => connections < 1) : {})
  expect(valueOf(await gateway.list())).toEqual([])
  expect(told('gateway.retrying')).toHaveLength(1)
})

test('an answer that drips is not waited for beyond the time allowed', async () => {
  const { url } = await serveRaw((socket) =>
    socket.once('data', () => {
      socket.write(head(1_000))
      const drip = setInterval(() => socket.write(' '), 20)
      socket.on('close', () => clearInterval(drip))
    }),
  )
  const error = errorOf(
    await trial(
      url,
      impatientAtFirst(() => true),
    ).gateway.create(draft, { key: 'k' }),
  )
  expect(error).toMatchObject({ type: 'lost', code: 'ETIMEDOUT' })
})

test('a redirect is not followed, with or without the token', async () => {
  const elsewhere = await serve((_request, response) => sendPage(response, []))
  const server = await serve((_request, response) => response.writeHead(307, { location: elsewhere.url }).end())
  expect(errorOf(await trial(server.url).gateway.list())).toMatchObject({ type: 'refused', status: 307 })
  expect(server.received).toHaveLength(1)
  expect(elsewhere.received).toEqual([])
})

test('a kept connection that the server closed meanwhile loses nothing and sends nothing twice', async () => {
  const requests: string[] = []
  const { url } = await serveRaw((socket) =>
    socket.on('data', (data) => {
      requests.push(data.toString().slice(0, 4))
      const body = JSON.stringify({ aiGatewayAccessKeyConfigurations: [], uri: '' })
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
      socket.end()
    }),
  )
  const { gateway } = trial(url, { concurrency: 1 })
  for (let i = 0; i < 50; i++) await gateway.list()
  const before = requests.length
  const results = await Promise.all(Array.from({ length: 20 }, () => gateway.create(draft, { key: 'k' })))
  const answered = results.filter((result) => result.isErr() && result.error.type === 'malformed').length
  const unsure = results.filter((result) => result.isErr() && result.error.type === 'lost').length
  expect(answered + unsure).toBe(20)
  expect(requests.length - before).toBeGreaterThanOrEqual(answered)
  expect(requests.length - before).toBeLessThanOrEqual(20)
})

test('errors and events never hold the token, even where the server repeats it', async () => {
  const server = await serve((request, response, number) => {
    const msg = `cannot accept ${request.headers.authorization} \u0000 ${TOKEN.slice(0, 5)}\u0000${TOKEN.slice(5)}`
    response
      .writeHead(number === 1 ? 429 : 400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ msg, errorCode: TOKEN }))
  })
  const { gateway, events } = trial(server.url)
  const result = await gateway.create(draft, { key: 'k' })
  expect(errorOf(result)).toMatchObject({ status: 400 })
  expect(events).toHaveLength(1)
  expect(JSON.stringify([result, events])).not.toContain(TOKEN)
})

test('nor does what the system says of a connection', async () => {
  const { gateway } = trial(`http://127.0.0.1:${await freePort()}`, { patience: 'bounded', retries: 0, token: () => 'connect' })
  expect(errorOf(await gateway.list())).toMatchObject({
    type: 'unreachable',
    msg: expect.stringMatching(/^\*\*\* ECONNREFUSED/) as string,
  })
})

test('one that fails does not hold up the others', async () => {
  const server = await serve((request, response, number) =>
    request.body.includes('"bad"') ? refuse(response, 429) : created(request, response, number),
  )
  const { gateway } = trial(server.url, { concurrency: 1, retries: 50, random: () => 0.001 })
  const { configuration, stamp } = draft()
  const bad = gateway.create(() => ({ configuration: { ...configuration, name: 'bad' }, stamp }), { key: 'bad' })
  const good = await Promise.all(Array.from({ length: 20 }, () => gateway.create(draft, { key: 'good' })))
  expect(good.every((result) => result.isOk())).toBe(true)
  await gateway.close(20_000)
  expect(errorOf(await bad)).toEqual({ type: 'canceled' })
})
