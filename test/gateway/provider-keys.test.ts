import { describe, expect, test } from 'vitest'
import type { ProviderKeyDraft } from '../../src/gateway/gateway.ts'
import { Secret } from '../../src/model/secret.ts'
import { encodeMetadata } from '../../src/model/stamp.ts'
import { errorOf, refuse, sendJson, sendProviderKeys, sentProviderKey, serve, TOKEN, trial, valueOf } from './fixtures.ts'

const VALUE = 'sk-proj-0123456789abcdefghij'

const stamp = { owner: 'default', key: 'prod', nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }

const subject = { provider: 'openai', name: 'prod' }

const draft = (): ProviderKeyDraft => ({ ...subject, value: new Secret(VALUE, 'a test'), stamp })

/** What a create is answered with. */
const made = sentProviderKey('aigpk_1', { metadata: encodeMetadata(stamp) })

const rotation = () => ({ name: 'prod', value: new Secret(VALUE, 'a test') })

describe('a create', () => {
  test('carries the value, the provider and the stamp', async () => {
    const server = await serve((_request, response) => sendJson(response, 201, made))
    const written = valueOf(await trial(server.url).gateway.providerKeys.create(draft, { subject }))
    expect(written).toMatchObject({ attempt: 1, providerKey: { id: 'aigpk_1', provider: 'openai', name: 'prod' } })
    const [{ method, url, headers, body }] = server.received as [(typeof server.received)[0]]
    expect([method, url]).toEqual(['POST', '/provider-keys'])
    expect(headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' })
    expect(JSON.parse(body)).toEqual({ providerId: 'openai', name: 'prod', value: VALUE, metadata: encodeMetadata(stamp) })
  })

  test('is drafted anew for each attempt, and each wait is told by provider and name', async () => {
    const server = await serve((_request, response, number) =>
      number < 3 ? refuse(response, 429, 'ERR_NGROK_226') : sendJson(response, 201, made),
    )
    const { gateway, events } = trial(server.url)
    const values = ['first', 'second', 'third']
    const create = () => ({ ...draft(), value: new Secret(values.shift() ?? '', 'a test') })
    expect(valueOf(await gateway.providerKeys.create(create, { subject }))).toMatchObject({ attempt: 3 })
    expect(server.received.map(({ body }) => (JSON.parse(body) as { value: string }).value)).toEqual(['first', 'second', 'third'])
    const failure = {
      msg: 'the rate limit of the account is spent',
      status: 429,
      errorCode: 'ERR_NGROK_226',
      operationId: 'op_1',
    }
    expect(events.filter(({ event }) => event === 'provider-key.retrying')).toEqual([
      { event: 'provider-key.retrying', ...subject, attempt: 1, delayMs: 0, ...failure },
      { event: 'provider-key.retrying', ...subject, attempt: 2, delayMs: 0, ...failure },
    ])
  })

  test('is sent once where its outcome is unknown', async () => {
    const server = await serve((_request, response) => response.destroy())
    const error = errorOf(await trial(server.url).gateway.providerKeys.create(draft, { subject }))
    expect(error).toMatchObject({ type: 'lost' })
    expect(server.received).toHaveLength(1)
  })
})

describe('a rotation', () => {
  test('carries the value and the name, and nothing else', async () => {
    const server = await serve((_request, response) => sendJson(response, 200, sentProviderKey('aigpk_1:2')))
    const written = valueOf(await trial(server.url).gateway.providerKeys.rotate('aigpk_1:2', rotation, { subject }))
    expect(written.providerKey.id).toBe('aigpk_1:2')
    const [{ method, url, body }] = server.received as [(typeof server.received)[0]]
    expect([method, url, JSON.parse(body)]).toEqual(['POST', '/provider-keys/aigpk_1%3A2/rotate', { name: 'prod', value: VALUE }])
  })

  test('of what is gone says so', async () => {
    const server = await serve((_request, response) => refuse(response, 404, 'ERR_NGROK_27611'))
    const error = errorOf(await trial(server.url).gateway.providerKeys.rotate('aigpk_1', rotation, { subject }))
    expect(error).toMatchObject({ status: 404, errorCode: 'ERR_NGROK_27611', msg: 'the gateway knows no such provider key' })
  })

  test('is sent once where its outcome is unknown', async () => {
    const server = await serve((_request, response) => refuse(response, 504, 'ERR_NGROK_27610'))
    const error = errorOf(await trial(server.url).gateway.providerKeys.rotate('aigpk_1', rotation, { subject }))
    expect(error).toMatchObject({ type: 'refused', status: 504 })
    expect(server.received).toHaveLength(1)
  })
})

describe('an update', () => {
  test.each([{ name: 'new' }, { metadata: 'm' }, { name: 'new', metadata: 'm' }])('sends %j and nothing else', async (patch) => {
    const server = await serve((_request, response) => sendJson(response, 200, sentProviderKey('aigpk_1:2')))
    const widened = { ...patch, value: VALUE }
    valueOf(await trial(server.url).gateway.providerKeys.update('aigpk_1:2', widened, { subject }))
    const [{ method, url, body }] = server.received as [(typeof server.received)[0]]
    expect([method, url, JSON.parse(body)]).toEqual(['PATCH', '/provider-keys/aigpk_1%3A2', patch])
  })

  test('is told in the words of the gateway, as it carries no value', async () => {
    const server = await serve((_request, response) => refuse(response, 400, 'ERR_NGROK_27604'))
    const error = errorOf(await trial(server.url).gateway.providerKeys.update('aigpk_1', { name: 'n' }, { subject }))
    expect(error).toMatchObject({ status: 400, msg: 'no: 400', operationId: 'op_1' })
  })
})

describe('a delete', () => {
  test.each([
    [204, undefined, 'removed'],
    [404, 'ERR_NGROK_27611', 'gone'],
    [409, 'ERR_NGROK_27511', 'in-use'],
    [400, 'ERR_NGROK_27511', 'in-use'],
  ])('answered with %i %s is %s', async (status, errorCode, removal) => {
    const server = await serve((_request, response) =>
      status === 204 ? response.writeHead(204).end() : refuse(response, status, errorCode),
    )
    expect(valueOf(await trial(server.url).gateway.providerKeys.remove('aigpk_1:2', { subject }))).toBe(removal)
    expect(server.received).toMatchObject([{ method: 'DELETE', url: '/provider-keys/aigpk_1%3A2', body: '' }])
  })

  test('that the code of a configuration in use refuses is a failure', async () => {
    const server = await serve((_request, response) => refuse(response, 409, 'ERR_NGROK_27615'))
    const error = errorOf(await trial(server.url).gateway.providerKeys.remove('aigpk_1', { subject }))
    expect(error).toMatchObject({ type: 'refused', errorCode: 'ERR_NGROK_27615' })
  })

  test('is sent again where the request surely changed nothing, as an event says', async () => {
    const server = await serve((_request, response, number) =>
      number === 1 ? refuse(response, 429) : response.writeHead(204).end(),
    )
    const { gateway, told } = trial(server.url)
    expect(valueOf(await gateway.providerKeys.remove('aigpk_1', { subject }))).toBe('removed')
    expect(told('provider-key.retrying')).toMatchObject([{ ...subject, attempt: 1, status: 429, msg: 'no: 429' }])
  })
})

describe('a listing', () => {
  test('pages by the last id, and tells nothing', async () => {
    const ids = Array.from({ length: 150 }, (_, index) => `aigpk_${900 - index}`)
    const server = await serve(({ url }, response) => {
      const from = ids.indexOf(new URL(url, 'http://x').searchParams.get('beforeId') ?? '') + 1
      const page = ids.slice(from, from + 100).map((id) => sentProviderKey(id))
      sendProviderKeys(response, page, from + 100 < ids.length ? 'https://elsewhere.example/' : null)
    })
    const { gateway, events } = trial(server.url)
    expect(valueOf(await gateway.providerKeys.list()).map(({ id }) => id)).toEqual(ids)
    expect(server.received.map(({ url }) => url)).toEqual([
      '/provider-keys?limit=100',
      '/provider-keys?limit=100&beforeId=aigpk_801',
    ])
    expect(events).toEqual([])
  })

  test('of which one page cannot be had is none', async () => {
    const server = await serve(({ url }, response) =>
      url.includes('beforeId') ? refuse(response, 403) : sendProviderKeys(response, [sentProviderKey('a')], 'more'),
    )
    expect(errorOf(await trial(server.url).gateway.providerKeys.list())).toMatchObject({ type: 'refused', status: 403 })
  })

  test('is tried again, as an event says', async () => {
    const server = await serve((_request, response, number) =>
      number === 1 ? refuse(response, 500) : sendProviderKeys(response, []),
    )
    const { gateway, told } = trial(server.url)
    expect(valueOf(await gateway.providerKeys.list())).toEqual([])
    expect(told('gateway.retrying')).toMatchObject([{ attempt: 1, status: 500 }])
  })
})

describe('one by its id', () => {
  test('is given with its stamp', async () => {
    const metadata = encodeMetadata(stamp)
    const server = await serve((_request, response) => sendJson(response, 200, sentProviderKey('aigpk_1', { metadata })))
    expect(valueOf(await trial(server.url).gateway.providerKeys.find('aigpk_1'))).toMatchObject({ id: 'aigpk_1', stamp })
    expect(server.received[0]?.url).toBe('/provider-keys/aigpk_1')
  })

  test('is undefined where the gateway says that there is none', async () => {
    const server = await serve((_request, response) => refuse(response, 404, 'ERR_NGROK_27611'))
    expect(valueOf(await trial(server.url).gateway.providerKeys.find('aigpk_1'))).toBeUndefined()
  })
})
