import type { ResultAsync } from 'neverthrow'
import { describe, expect, test } from 'vitest'
import type { GatewayError } from '../../src/gateway/errors.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { Secret } from '../../src/model/secret.ts'
import {
  draft,
  errorOf,
  sendAccessKeys,
  sendPage,
  sendProviderKeys,
  sentAccessKey,
  sentProviderKey,
  serve,
  TOKEN,
  trial,
  valueOf,
  type Handler,
} from './fixtures.ts'

/** Where the token may go: to the API's own origin, and nowhere else, whatever an answer says. */

type Ask = (gateway: Gateway) => ResultAsync<unknown, GatewayError>

const subject = { provider: 'openai', name: 'prod' }
const key = () => ({ ...subject, value: new Secret('sk-0123456789abcdefghij', 'a test'), stamp: draft().stamp })

const listings: [string, Ask, (id: string, next: string | null) => Handler][] = [
  ['configurations', (gateway) => gateway.list(), (id, next) => (_request, response) => sendPage(response, [id], next)],
  [
    'access keys',
    (gateway) => gateway.references(),
    (id, next) => (_request, response) => sendAccessKeys(response, [sentAccessKey(id, 'aigac_1')], next),
  ],
  [
    'provider keys',
    (gateway) => gateway.providerKeys.list(),
    (id, next) => (_request, response) => sendProviderKeys(response, [sentProviderKey(id)], next),
  ],
]

const reads: [string, Ask][] = [
  ...listings.map(([name, ask]): [string, Ask] => [`a listing of ${name}`, ask]),
  ['a look at a configuration', (gateway) => gateway.find('aigac_1')],
  ['a look at a provider key', (gateway) => gateway.providerKeys.find('aigpk_1')],
]

const writes: [string, Ask][] = [
  ['the create of a configuration', (gateway) => gateway.create(draft, { key: 'k' })],
  ['the update of a configuration', (gateway) => gateway.update('aigac_1', { name: 'n' }, { key: 'k' })],
  ['the delete of a configuration', (gateway) => gateway.remove('aigac_1', { key: 'k' })],
  ['the create of a provider key', (gateway) => gateway.providerKeys.create(key, { subject })],
  ['the rotation of a provider key', (gateway) => gateway.providerKeys.rotate('aigpk_1', key, { subject })],
  ['the update of a provider key', (gateway) => gateway.providerKeys.update('aigpk_1', { name: 'n' }, { subject })],
  ['the delete of a provider key', (gateway) => gateway.providerKeys.remove('aigpk_1', { subject })],
]

describe('a listing whose next page is on another host', () => {
  test.each(listings)('of %s goes on where it began', async (_name, ask, page) => {
    const hostile = await serve(page('stolen', null))
    const server = await serve((request, response, number) => {
      const { pathname } = new URL(request.url, 'http://x')
      page(`id_${number}`, number < 3 ? `${hostile.url}${pathname}?beforeId=id_${number}` : null)(request, response, number)
    })
    valueOf(await ask(trial(server.url).gateway))
    expect(hostile.received).toEqual([])
    expect(server.received.map(({ url }) => new URL(url, 'http://x').searchParams.get('beforeId'))).toEqual([
      null,
      'id_1',
      'id_2',
    ])
    expect(server.received.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(true)
  })

  test.each(['//HOST/x', 'http://user:pass@HOST/x', 'HOST', '\\\\HOST\\x', 'javascript:0'])(
    'is not led astray by %s',
    async (form) => {
      const hostile = await serve((_request, response) => sendPage(response, []))
      const next = form.replace('HOST', `127.0.0.1:${hostile.port}`)
      const server = await serve((_request, response, number) => sendPage(response, [`id_${number}`], number === 1 ? next : null))
      valueOf(await trial(server.url).gateway.list())
      expect(hostile.received).toEqual([])
      expect(server.received).toHaveLength(2)
    },
  )
})

describe.each([301, 302, 303, 307, 308])('a redirect with %i', (status) => {
  test.each([...reads, ...writes])('of %s is not followed to another host', async (_name, ask) => {
    const hostile = await serve((_request, response) => response.end())
    const server = await serve(({ url }, response) => response.writeHead(status, { location: hostile.url + url }).end())
    expect(errorOf(await ask(trial(server.url).gateway))).toMatchObject({
      type: 'refused',
      status,
      msg: `answered with status ${status}, a redirect, which is not followed`,
    })
    expect(hostile.received).toEqual([])
    expect(server.received).toHaveLength(1)
  })

  test.each([...reads, ...writes])('of %s is not followed on the same host', async (_name, ask) => {
    const server = await serve(({ url }, response) => response.writeHead(status, { location: `${url}/elsewhere` }).end())
    expect(errorOf(await ask(trial(server.url).gateway))).toMatchObject({ type: 'refused', status })
    expect(server.received).toHaveLength(1)
  })
})
