import { expect, test } from 'vitest'
import { errorOf, refuse, sendAccessKeys, sentAccessKey, serve, trial, valueOf } from './fixtures.ts'

test('references are read page by page like a listing, and told by configuration', async () => {
  const links = ['aigac_1', 'aigac_2', null]
  const keys = Array.from({ length: 250 }, (_, index) => sentAccessKey(`aigk_${900 - index}`, links[index % 3] ?? null))
  const server = await serve(({ url }, response) => {
    const { searchParams } = new URL(url, 'http://x')
    const from = keys.findIndex(({ id }) => id === searchParams.get('beforeId')) + 1
    const page = keys.slice(from, from + Number(searchParams.get('limit')))
    sendAccessKeys(response, page, from + 100 < keys.length ? 'https://elsewhere.example/access-keys?beforeId=x' : null)
  })
  const { gateway, events } = trial(server.url)
  const references = valueOf(await gateway.references())
  const linked = (to: string) => keys.filter((_, index) => links[index % 3] === to).map(({ id }) => ({ id }))
  expect([...references]).toEqual([
    ['aigac_1', linked('aigac_1')],
    ['aigac_2', linked('aigac_2')],
  ])
  expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /access-keys?limit=100',
    'GET /access-keys?limit=100&beforeId=aigk_801',
    'GET /access-keys?limit=100&beforeId=aigk_701',
  ])
  expect(events).toEqual([])
})

test('references are tried again, as an event says', async () => {
  const server = await serve((_request, response, number) =>
    number === 1 ? refuse(response, 500) : sendAccessKeys(response, [sentAccessKey('aigk_1', 'aigac_1', { name: 'prod' })]),
  )
  const { gateway, told } = trial(server.url)
  expect(valueOf(await gateway.references()).get('aigac_1')).toEqual([{ id: 'aigk_1', name: 'prod' }])
  expect(told('gateway.retrying')).toMatchObject([{ attempt: 1, status: 500 }])
})

test.each<[string, string[], string[]]>([
  ['repeats an id', ['a', 'b'], ['b', 'c']],
  ['is empty, and says there is more', ['a', 'b'], []],
])('references are malformed when a page %s', async (_name, first, second) => {
  const server = await serve(({ url }, response) => {
    const ids = url.includes('beforeId') ? second : first
    sendAccessKeys(
      response,
      ids.map((id) => sentAccessKey(id, 'aigac_1')),
      'more',
    )
  })
  const error = errorOf(await trial(server.url, { retries: 0 }).gateway.references())
  expect(error).toMatchObject({ type: 'malformed', status: 200 })
  expect(server.received).toHaveLength(2)
})

test('references of which one page cannot be had are none', async () => {
  const server = await serve(({ url }, response) =>
    url.includes('beforeId') ? refuse(response, 403) : sendAccessKeys(response, [sentAccessKey('a', 'aigac_1')], 'more'),
  )
  expect(errorOf(await trial(server.url).gateway.references())).toMatchObject({ type: 'refused', status: 403 })
})
