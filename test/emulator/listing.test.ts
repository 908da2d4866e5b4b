import { expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { call, emulate } from './client.ts'

const PATH = '/access-key-configurations'

test('a list is newest first, a hundred at a time, and its addresses are absolute', async () => {
  const emulator = await emulate()
  await create(emulator, 101)
  const { body: first } = await call(emulator, 'GET', PATH)
  expect(first.uri).toBe(`${emulator.url}${PATH}`)
  expect(names(first)).toEqual(Array.from({ length: 100 }, (_, index) => String(100 - index)))
  const last = first.aiGatewayAccessKeyConfigurations.at(-1)
  expect(first.nextPageUri).toBe(`${emulator.url}${PATH}?beforeId=${last.id}`)
  const { body: second } = await call(emulator, 'GET', `${PATH}?beforeId=${last.id}`)
  expect([names(second), second.nextPageUri]).toEqual([['0'], null])
})

test('a page that ends the list exactly has no next one', async () => {
  const emulator = await emulate()
  await create(emulator, 4)
  const { body: first } = await call(emulator, 'GET', `${PATH}?limit=2`)
  const { body: second } = await call(emulator, 'GET', first.nextPageUri.replace(emulator.url, ''))
  expect([names(first), names(second), second.nextPageUri]).toEqual([['3', '2'], ['1', '0'], null])
})

test('paging goes on after the row that it goes on from was deleted', async () => {
  const emulator = await emulate()
  await create(emulator, 3)
  const { body: first } = await call(emulator, 'GET', `${PATH}?limit=2`)
  await call(emulator, 'DELETE', `${PATH}/${first.aiGatewayAccessKeyConfigurations[1].id}`)
  const { body: second } = await call(emulator, 'GET', first.nextPageUri.replace(emulator.url, ''))
  expect(names(second)).toEqual(['0'])
})

test.each([
  'limit=0',
  'limit=101',
  'limit=-1',
  'limit=1.5',
  'limit=',
  'limit=ten',
  'limit=1&limit=1',
  'before=x',
  'provider=openai',
])('the query %s is refused', async (query) => {
  const emulator = await emulate()
  expect(await call(emulator, 'GET', `${PATH}?${query}`)).toMatchObject({ status: 400, body: { errorCode: 'ERR_NGROK_27606' } })
})

test('there are no custom providers', async () => {
  const emulator = await emulate()
  const { body } = await call(emulator, 'GET', '/providers')
  expect(body).toEqual({ aiGatewayProviders: [], uri: `${emulator.url}/providers`, nextPageUri: null })
})

async function create(emulator: Emulator, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await call(emulator, 'POST', PATH, { name: String(index) })
}

function names(page: { aiGatewayAccessKeyConfigurations: { name: string }[] }): string[] {
  return page.aiGatewayAccessKeyConfigurations.map(({ name }) => name)
}
