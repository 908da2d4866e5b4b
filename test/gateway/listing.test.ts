/** Listings that do not end. */
import { describe, expect, test } from 'vitest'
import {
  refuse,
  sendAccessKeys,
  sendJson,
  sendPage,
  sendProviderKeys,
  sentAccessKey,
  sentConfiguration,
  sentProviderKey,
} from './fixtures.ts'
import { errorOf, serve, trial, valueOf } from './fixtures.ts'

const ENDLESS = { type: 'malformed', status: 200, msg: 'the listing has more than 1000 pages, and does not end' }

test('a listing with fresh ids for ever is given up after a thousand pages, and is told of as it goes on', async () => {
  const server = await serve((_request, response, number) => sendPage(response, [`aigac_${number}`], 'more'))
  const { gateway, told } = trial(server.url)
  expect(errorOf(await gateway.list())).toEqual(ENDLESS)
  expect(server.received).toHaveLength(1_000)
  const path = '/access-key-configurations'
  expect(told('gateway.listing')).toEqual(
    [128, 256, 512].map((pages) => ({ event: 'gateway.listing', path, pages, items: pages })),
  )
  expect(told('gateway.listed')).toEqual([])
})

test('so are listings of access keys and of provider keys', async () => {
  const server = await serve(({ url }, response, number) =>
    url.startsWith('/access-keys')
      ? sendAccessKeys(response, [sentAccessKey(`aigk_${number}`, null)], 'more')
      : sendProviderKeys(response, [sentProviderKey(`aigpk_${number}`)], 'more'),
  )
  const { gateway, told } = trial(server.url)
  expect(errorOf(await gateway.references())).toEqual(ENDLESS)
  expect(errorOf(await gateway.providerKeys.list())).toEqual(ENDLESS)
  expect(told('gateway.listing').map(({ path }) => path)).toEqual([
    ...Array<string>(3).fill('/access-keys'),
    ...Array<string>(3).fill('/provider-keys'),
  ])
})

test('a listing is given up before it fills the memory', async () => {
  const name = 'x'.repeat(15 * 1024 * 1024)
  const server = await serve((_request, response, number) => {
    const page = {
      aiGatewayAccessKeyConfigurations: [sentConfiguration(`aigac_${number}`, { name })],
      uri: '',
      nextPageUri: 'more',
    }
    sendJson(response, 200, page)
  })
  const error = errorOf(await trial(server.url).gateway.list())
  expect(error).toMatchObject({ type: 'malformed', msg: 'the listing has more than 268435456 characters, and does not end' })
  expect(server.received).toHaveLength(18)
})

test('a page may be longer than was asked for', async () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => `aigac_${index}`)
  const server = await serve((_request, response) => sendPage(response, ids))
  expect(valueOf(await trial(server.url).gateway.list())).toHaveLength(20_000)
})

describe('a listing in which one id stands twice, with other contents, is none', () => {
  const twice = ['one', 'other'].map((name) => sentConfiguration('aigac_1', { name }))

  test('on one page', async () => {
    const server = await serve((_request, response) =>
      sendJson(response, 200, { aiGatewayAccessKeyConfigurations: twice, uri: '' }),
    )
    expect(errorOf(await trial(server.url, { retries: 0 }).gateway.list())).toMatchObject({ msg: 'the listing repeats an id' })
  })

  test('on two pages', async () => {
    const server = await serve(({ url }, response) => {
      const nextPageUri = url.includes('beforeId') ? null : 'more'
      sendJson(response, 200, { aiGatewayAccessKeyConfigurations: [twice[nextPageUri ? 0 : 1]], uri: '', nextPageUri })
    })
    expect(errorOf(await trial(server.url, { retries: 0 }).gateway.list())).toMatchObject({ msg: 'the listing repeats an id' })
  })
})

test.each([0, 7, true, false, {}, []])(
  'a nextPageUri of %j is none, and the listing neither ends nor goes on',
  async (nextPageUri) => {
    const server = await serve((_request, response) =>
      sendJson(response, 200, { aiGatewayAccessKeyConfigurations: [], uri: '', nextPageUri }),
    )
    expect(errorOf(await trial(server.url, { retries: 0 }).gateway.list())).toMatchObject({ type: 'malformed' })
  },
)

test('a listing that breaks off midway is none, and what was asked for next begins anew', async () => {
  const server = await serve(({ url }, response, number) => {
    if (number === 2) refuse(response, 400)
    else sendPage(response, url.includes('beforeId') ? ['aigac_1'] : ['aigac_2'], url.includes('beforeId') ? null : 'more')
  })
  const { gateway } = trial(server.url, { retries: 0 })
  expect(errorOf(await gateway.list())).toMatchObject({ status: 400 })
  expect(valueOf(await gateway.list()).map(({ id }) => id)).toEqual(['aigac_2', 'aigac_1'])
})
