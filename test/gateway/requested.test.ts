import { expect, test } from 'vitest'
import { draft, freePort, sentConfiguration, serve, serveRaw, TOKEN, trial } from './fixtures.ts'

const json = { 'content-type': 'application/json' }

test('each request that comes to its end is told, with what it was about and its status', async () => {
  const server = await serve(({ method }, response) => {
    if (method === 'GET')
      response.writeHead(200, json).end(JSON.stringify({ aiGatewayAccessKeyConfigurations: [], nextPageUri: null }))
    else if (method === 'POST') response.writeHead(503, json).end('{}')
    else response.writeHead(200, json).end(JSON.stringify(sentConfiguration('aigac_1')))
  })
  const { gateway, told } = trial(server.url)
  await gateway.list()
  await gateway.create(draft, { key: 'k' })
  const requested = told('gateway.requested').map(({ method, collection, status }) => `${method} ${collection} ${status}`)
  expect(requested).toEqual(['GET access-key-configurations 200', 'POST access-key-configurations 503'])
})

test('one whose answer is lost is told with the code of that', async () => {
  const { url } = await serveRaw((socket) => socket.once('data', () => socket.destroy()))
  const { gateway, told } = trial(url, { patience: 'bounded', retries: 0 })
  await gateway.list()
  const [lost] = told('gateway.requested')
  expect(lost).toMatchObject({ method: 'GET', errorCode: expect.stringMatching(/^[A-Z_]+$/) })
  expect(lost).not.toHaveProperty('status')
})

test('so is one that finds nobody', async () => {
  const { gateway, told } = trial(`http://127.0.0.1:${await freePort()}`, { patience: 'bounded', retries: 0 })
  await gateway.list()
  expect(told('gateway.requested')).toMatchObject([{ method: 'GET', errorCode: 'ECONNREFUSED' }])
})

test('neither an id nor the token is in it', async () => {
  const server = await serve((_request, response) => response.writeHead(404, json).end('{}'))
  const { gateway, told } = trial(server.url)
  await gateway.remove('aigac_1', { key: 'k' })
  expect(told('gateway.requested')).toMatchObject([{ method: 'DELETE', collection: 'access-key-configurations', status: 404 }])
  expect(JSON.stringify(told('gateway.requested'))).not.toMatch(new RegExp(`aigac_1|${TOKEN}`))
})
