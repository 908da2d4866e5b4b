import { ok } from 'neverthrow'
import { describe, expect, test } from 'vitest'
import { classify } from '../../src/gateway/classify.ts'
import type { Answer } from '../../src/gateway/exchange.ts'
import { readRemoval } from '../../src/gateway/removal.ts'
import { errorOf, refuse, serve, serveRaw, trial, valueOf } from './fixtures.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

const read = (answer: Answer) => readRemoval(answer, 'ERR_NGROK_27615', 's3cr3t')

const refused = (status: number, errorCode?: string): Answer => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify({ errorCode, statusCode: status, msg: 'no', details: {} }),
})

describe('a delete', () => {
  test('sends a DELETE without a body to the configuration', async () => {
    const server = await serve((_request, response) => response.writeHead(204).end())
    expect(valueOf(await trial(server.url).gateway.remove('aigac_1:2', { key: 'k' }))).toBe('removed')
    expect(server.received).toMatchObject([{ method: 'DELETE', url: '/access-key-configurations/aigac_1%3A2', body: '' }])
    for (const name of ['content-type', 'content-length', 'transfer-encoding'])
      expect(server.received[0]?.headers).not.toHaveProperty(name)
  })

  test('uses its connection again after a 204, whatever headers come with it', async () => {
    const answers = [
      'HTTP/1.1 204 No Content\r\n\r\n',
      'HTTP/1.1 204 X\r\ncontent-type: application/json\r\ncontent-length: 0\r\n\r\n',
    ]
    let connections = 0
    const { url } = await serveRaw((socket, number) => {
      connections = number
      socket.on('data', () => socket.write(answers.shift() ?? ''))
    })
    const { gateway } = trial(url, { concurrency: 1 })
    expect(valueOf(await gateway.remove('aigac_1', { key: 'k' }))).toBe('removed')
    expect(valueOf(await gateway.remove('aigac_2', { key: 'k' }))).toBe('removed')
    expect(connections).toBe(1)
  })

  test('says what is gone, and what is in use', async () => {
    const server = await serve(({ url }, response) =>
      url.endsWith('aigac_1') ? refuse(response, 404, 'ERR_NGROK_27611') : refuse(response, 409, 'ERR_NGROK_27615'),
    )
    const { gateway, events } = trial(server.url)
    expect(valueOf(await gateway.remove('aigac_1', { key: 'k' }))).toBe('gone')
    expect(valueOf(await gateway.remove('aigac_2', { key: 'k' }))).toBe('in-use')
    expect(events).toEqual([])
  })

  test('is sent once where its outcome is unknown', async () => {
    const server = await serve((_request, response) => response.destroy())
    const error = errorOf(await trial(server.url).gateway.remove('aigac_1', { key: 'k' }))
    expect(classify(error, 'write')).toBe('ambiguous')
    expect(server.received).toHaveLength(1)
  })

  test('is sent again where the request surely changed nothing, as an event says', async () => {
    const server = await serve((_request, response, number) =>
      number === 1 ? refuse(response, 429) : response.writeHead(204).end(),
    )
    const { gateway, told } = trial(server.url)
    expect(valueOf(await gateway.remove('aigac_1', { key: 'k' }))).toBe('removed')
    expect(told('config.retrying')).toMatchObject([{ key: 'k', attempt: 1, status: 429 }])
  })
})

describe('a delete is done', () => {
  test.each<[string, Answer]>([
    ['204', { status: 204, headers: {}, body: '' }],
    ['204 of a type', { status: 204, headers: JSON_TYPE, body: '' }],
    ['200 without a body', { status: 200, headers: { 'content-length': '0' }, body: '' }],
    ['200 with JSON', { status: 200, headers: JSON_TYPE, body: '{"id":"aigac_1"}' }],
    ['200 with half of it', { status: 200, headers: JSON_TYPE, body: '{"id":' }],
    ['200 with text', { status: 200, headers: { 'content-type': 'text/plain' }, body: 'deleted' }],
  ])('by %s', (_name, answer) => {
    expect(read(answer)).toEqual(ok('removed'))
  })
})

test.each([undefined, 'ERR_NGROK_27611'])('what the gateway does not find (%s) is gone', (errorCode) => {
  expect(read(refused(404, errorCode))).toEqual(ok('gone'))
})

test.each([400, 404, 409, 412, 422, 429, 500, 503])(
  'what an access key refers to is in use, by its code, not by %i',
  (status) => {
    expect(read(refused(status, 'ERR_NGROK_27615'))).toEqual(ok('in-use'))
  },
)

test('the code of another kind of thing says nothing about it', () => {
  expect(errorOf(read(refused(409, 'ERR_NGROK_27511')))).toMatchObject({ type: 'refused', errorCode: 'ERR_NGROK_27511' })
})

describe('anything else fails as it does for other writes', () => {
  test.each<[string, Answer, string]>([
    ['a refusal', refused(403, 'ERR_NGROK_27601'), 'permanent'],
    ['a conflict of another kind', refused(409), 'permanent'],
    ['a 404 of something in between', { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>' }, 'permanent'],
    ['a 404 that names no such endpoint', refused(404, 'ERR_NGROK_3200'), 'permanent'],
    ['a rate limit', refused(429, 'ERR_NGROK_226'), 'transient'],
    ['a deadline', refused(504, 'ERR_NGROK_27610'), 'ambiguous'],
    ['a redirect', { status: 303, headers: { location: '/' }, body: '' }, 'ambiguous'],
    ['a code in text', { ...refused(500, 'ERR_NGROK_27615'), headers: { 'content-type': 'text/plain' } }, 'ambiguous'],
    ['a promise', { status: 202, headers: JSON_TYPE, body: '{}' }, 'ambiguous'],
    ['another success', { status: 206, headers: {}, body: '' }, 'ambiguous'],
  ])('%s: %o is %s', (_name, answer, disposition) => {
    expect(classify(errorOf(read(answer)), 'write')).toBe(disposition)
  })

  test('and does not pass the secret on', () => {
    const answer = { status: 400, headers: JSON_TYPE, body: '{"msg":"bad s3cr3t"}' }
    expect(errorOf(read(answer))).toEqual({ type: 'refused', status: 400, msg: 'bad ***' })
  })
})
