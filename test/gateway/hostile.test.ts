/** Answers that no gateway should give: each costs no more than it may, changes nothing, and the next good answer is taken. */
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { GatewayError } from '../../src/gateway/errors.ts'
import type { ProviderKeyDraft } from '../../src/gateway/gateway.ts'
import { Secret } from '../../src/model/secret.ts'
import { encodeMetadata } from '../../src/model/stamp.ts'
import { pour } from '../support/pour.ts'
import {
  draft,
  errorOf,
  impatientAtFirst,
  sentConfiguration,
  sentProviderKey,
  serve,
  sendJson,
  serveRaw,
  trial,
  valueOf,
} from './fixtures.ts'

const LARGE = 'x'.repeat(64 * 1024)
const OURS = JSON.stringify(sentConfiguration('aigac_1', { metadata: encodeMetadata(draft().stamp) }))
const PAGE = JSON.stringify({ aiGatewayAccessKeyConfigurations: [], uri: '' })

const answer = (body: string | Buffer, headers = '', status = '201 Created') =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${headers}content-length: ${body.length}\r\n\r\n`),
    Buffer.from(body),
  ])

const CHUNKED = 'HTTP/1.1 201 X\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'

/** What may come instead of an answer, and what is made of it. */
const mischiefs: [string, (socket: Socket) => unknown, Partial<GatewayError>][] = [
  ['headers without end', (socket) => pour(socket, 'HTTP/1.1 201 X\r\n', 'a: b\r\n'.repeat(1_000)), { type: 'lost' }],
  ['a header without end', (socket) => pour(socket, 'HTTP/1.1 201 X\r\na: ', LARGE), { type: 'lost' }],
  ['trailers without end', (socket) => pour(socket, `${CHUNKED}2\r\n{}\r\n0\r\n`, 'a: b\r\n'.repeat(1_000)), { type: 'lost' }],
  [
    'interim answers without end',
    (socket) => pour(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)),
    { type: 'lost', code: 'EPROTO' },
  ],
  ['100 Continue without end', (socket) => pour(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n'), { type: 'lost' }],
  ['another protocol', (socket) => socket.write('HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: h\r\n\r\n'), { type: 'lost' }],
  ['two lengths', (socket) => socket.write(answer(OURS, 'content-length: 3\r\n')), { type: 'lost' }],
  ['a length and chunks', (socket) => socket.write(answer(OURS, 'transfer-encoding: chunked\r\n')), { type: 'lost' }],
  ['a length that is none', (socket) => socket.write('HTTP/1.1 201 X\r\ncontent-length: -1\r\n\r\n'), { type: 'lost' }],
  ['garbage for chunks', (socket) => socket.write(`${CHUNKED}zz\r\n{}\r\n`), { type: 'lost' }],
  ['a body without a head (HTTP/0.9)', (socket) => socket.end(OURS), { type: 'lost' }],
  ['the extension of a chunk without end, in time', (socket) => pour(socket, `${CHUNKED}2;a=`, LARGE), { type: 'lost' }],
  [
    'a body of no length that stays open, in time',
    (socket) => socket.write(`HTTP/1.1 201 X\r\n\r\n${OURS}`),
    { code: 'ETIMEDOUT' },
  ],
  ['chunks of a byte each without end', (socket) => pour(socket, CHUNKED, '1\r\n{\r\n'.repeat(10_000)), { type: 'malformed' }],
  ['204', (socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'), { type: 'malformed', status: 204 }],
  ['304', (socket) => socket.write('HTTP/1.1 304 X\r\n\r\n'), { type: 'refused', msg: 'answered with status 304' }],
  ['what is not UTF-8', (socket) => socket.write(answer(Buffer.from([0x22, 0xff, 0x22]))), { msg: 'the answer is not UTF-8' }],
  ['a byte order mark', (socket) => socket.write(answer(Buffer.from(`\ufeff${OURS}`))), { msg: 'the answer is not valid JSON' }],
  [
    'what is compressed',
    (socket) => socket.write(answer(OURS, 'content-encoding: gzip\r\n')),
    { msg: 'the answer is compressed, which was not asked for' },
  ],
  ['lists in lists without end', (socket) => socket.write(answer('['.repeat(1_000_000))), { type: 'malformed' }],
  [
    'lists in lists',
    (socket) => socket.write(answer('['.repeat(8e6) + ']'.repeat(8e6))),
    { msg: 'the answer has far more parts than any that is documented' },
  ],
  ['a number', (socket) => socket.write(answer('1e999')), { type: 'malformed' }],
  ['nothing but a prototype', (socket) => socket.write(answer(`{"__proto__":${OURS}}`)), { type: 'malformed' }],
]

describe.each(mischiefs)('a gateway that answers with %s', (name, mischief, expected) => {
  const limits = (isFirst: () => boolean) => (name.includes('in time') ? impatientAtFirst(isFirst) : { concurrency: 1 })

  test('to a create leaves its outcome unknown; it is sent once, and the next is answered as ever', async () => {
    let posts = 0
    const { url } = await serveRaw((socket) =>
      socket.on('data', (data) => {
        if (!data.toString().startsWith('POST')) return
        if (++posts === 1) mischief(socket)
        else socket.write(answer(OURS))
      }),
    )
    const { gateway } = trial(
      url,
      limits(() => posts === 0),
    )
    expect(errorOf(await gateway.create(draft, { key: 'k' }))).toMatchObject(expected)
    expect(posts).toBe(1)
    expect(valueOf(await gateway.create(draft, { key: 'k' })).configuration.id).toBe('aigac_1')
    expect(posts).toBe(2)
  })

  test.skipIf(name === '304')('to a listing is outlived', async () => {
    let gets = 0
    const { url } = await serveRaw((socket) =>
      socket.on('data', () => (++gets === 1 ? mischief(socket) : socket.write(answer(PAGE, '', '200 OK')))),
    )
    const { gateway, told } = trial(
      url,
      limits(() => gets === 0),
    )
    expect(valueOf(await gateway.list())).toEqual([])
    expect(told('gateway.retrying')).toHaveLength(1)
  })
})

const stamp = (nonce: string) => ({ ...draft().stamp, nonce })

const makeOne = (nonce: string) => () => ({ ...draft(), stamp: stamp(nonce) })

const oneOf = (nonce: string) =>
  answer(JSON.stringify(sentConfiguration(`aigac_${nonce}`, { metadata: encodeMetadata(stamp(nonce)) })))

describe('an answer to another request is never taken for this one’s', () => {
  test('where two came for the one before, at once', async () => {
    let posts = 0
    const { url } = await serveRaw((socket) =>
      socket.on('data', () => socket.write(++posts === 1 ? Buffer.concat([oneOf('a'), oneOf('a')]) : oneOf('b'))),
    )
    const { gateway } = trial(url, { concurrency: 1 })
    const [first, second] = await Promise.all([
      gateway.create(makeOne('a'), { key: 'k' }),
      gateway.create(makeOne('b'), { key: 'l' }),
    ])
    expect(valueOf(first).configuration.id).toBe('aigac_a')
    // The connection is no longer trusted: either it was left before the second was sent, or the outcome of that is unknown.
    if (second.isOk()) expect(second.value.configuration.id).toBe('aigac_b')
    else expect(second.error.type).toMatch(/lost|malformed/)
  })

  test('where the second for the one before comes when this one has been sent', async () => {
    let posts = 0
    const { url } = await serveRaw((socket) => socket.on('data', () => socket.write(oneOf(++posts < 3 ? 'a' : 'b'))))
    const { gateway } = trial(url, { concurrency: 1 })
    expect(valueOf(await gateway.create(makeOne('a'), { key: 'k' })).configuration.id).toBe('aigac_a')
    const error = errorOf(await gateway.create(makeOne('b'), { key: 'l' }))
    expect(error).toEqual({ type: 'malformed', status: 201, msg: 'the answer does not carry the stamp that was sent' })
    expect(posts).toBe(2)
  })

  test('where it comes before anything was asked', async () => {
    let posts = 0
    const { url } = await serveRaw((socket) => {
      socket.write(oneOf('a'))
      socket.on('data', () => posts++)
    })
    const error = errorOf(await trial(url, { patience: 'bounded', retries: 0 }).gateway.create(makeOne('b'), { key: 'k' }))
    expect(error.type).toMatch(/lost|malformed|unreachable/)
    expect(posts).toBeLessThanOrEqual(1)
  })

  test('a change or a look is answered with what has another id', async () => {
    const server = await serve((_request, response) => sendJson(response, 200, sentConfiguration('aigac_2')))
    const { gateway } = trial(server.url, { retries: 0 })
    const another = { type: 'malformed', status: 200, msg: 'the answer is about another id than was asked for' }
    expect(errorOf(await gateway.update('aigac_1', { name: 'n' }, { key: 'k' }))).toEqual(another)
    expect(errorOf(await gateway.find('aigac_1'))).toEqual(another)
  })

  test('so it is with provider keys', async () => {
    const subject = { provider: 'openai', name: 'prod' }
    const value = new Secret('sk-proj-0123456789', 'a test')
    const server = await serve((_request, response) => sendJson(response, 200, sentProviderKey('aigpk_2')))
    const { providerKeys } = trial(server.url, { retries: 0 }).gateway
    const made = (): ProviderKeyDraft => ({ ...subject, value, stamp: stamp('a') })
    expect(errorOf(await providerKeys.create(made, { subject }))).toMatchObject({ type: 'malformed' })
    expect(errorOf(await providerKeys.update('aigpk_1', { name: 'n' }, { subject }))).toMatchObject({ type: 'malformed' })
    expect(errorOf(await providerKeys.rotate('aigpk_1', () => ({ name: 'n', value }), { subject }))).toMatchObject({
      type: 'malformed',
    })
    expect(errorOf(await providerKeys.find('aigpk_1'))).toMatchObject({ type: 'malformed' })
  })

  test('a page of other things is no page', async () => {
    const server = await serve((_request, response) => sendJson(response, 200, { aiGatewayAccessKeyConfigurations: [], uri: '' }))
    const { gateway } = trial(server.url, { retries: 0 })
    expect(errorOf(await gateway.references())).toMatchObject({ type: 'malformed' })
    expect(errorOf(await gateway.providerKeys.list())).toMatchObject({ type: 'malformed' })
  })
})

describe('an id that could lead elsewhere is none', () => {
  const ids = ['..', '.', '', 'a/../b', 'a?b', 'a#b', 'a%2e', 'a\nb', 'a b', '\ud800', 'ü', '__proto__/..', 'x'.repeat(10_000)]

  test.each(ids)('%j in a listing, which is then none', async (id) => {
    const server = await serve((_request, response) =>
      sendJson(response, 200, { aiGatewayAccessKeyConfigurations: [sentConfiguration(id)], uri: '', nextPageUri: 'more' }),
    )
    const { gateway } = trial(server.url, { retries: 0 })
    expect(errorOf(await gateway.list())).toMatchObject({
      type: 'malformed',
      msg: expect.stringMatching(/0\.id is missing, or/) as string,
    })
    expect(server.received).toHaveLength(1)
  })

  test.each(ids)('%j is not asked for, and nothing has it', async (id) => {
    const server = await serve((_request, response) => sendJson(response, 200, sentConfiguration(id)))
    const { gateway } = trial(server.url)
    expect(valueOf(await gateway.find(id))).toBeUndefined()
    expect(() => gateway.remove(id, { key: 'k' })).toThrow('expected the id of something')
    expect(server.received).toEqual([])
  })
})
