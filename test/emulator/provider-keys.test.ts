import { expect, test } from 'vitest'
import { call, emulate } from './client.ts'

const PATH = '/provider-keys'
const KEY = { providerId: 'openai', name: 'prod', value: 'sk-proj-0123456789abcdefghij' }

test('a provider key is made, read, changed and removed, and its value never comes back', async () => {
  const emulator = await emulate()
  const { status, body: key } = await call(emulator, 'POST', PATH, { ...KEY, description: 'd', metadata: 'm' })
  expect(status).toBe(201)
  expect(key).toMatchObject({
    id: expect.stringMatching(/^aigpk_/),
    providerId: 'openai',
    name: 'prod',
    keyRedacted: 'sk-proj-01***ghij',
  })
  expect(key).not.toHaveProperty('value')

  const { body: changed } = await call(emulator, 'PATCH', `${PATH}/${key.id}`, { name: 'renamed', description: null })
  expect(changed).toMatchObject({ name: 'renamed', metadata: 'm', keyRedacted: key.keyRedacted })
  expect(changed).not.toHaveProperty('description')
  expect((await call(emulator, 'PATCH', `${PATH}/${key.id}`, { value: 'new' })).status).toBe(400)

  expect((await call(emulator, 'DELETE', `${PATH}/${key.id}`)).status).toBe(204)
  expect((await call(emulator, 'GET', `${PATH}/${key.id}`)).status).toBe(404)
})

test('rotating gives a new value and name under the same id', async () => {
  const emulator = await emulate()
  const { body: key } = await call(emulator, 'POST', PATH, KEY)
  const { status, body } = await call(emulator, 'POST', `${PATH}/${key.id}/rotate`, { name: 'newer', value: 'short' })
  expect(status).toBe(200)
  expect(body).toMatchObject({ id: key.id, name: 'newer', keyRedacted: '***t' })
  expect(emulator.state.providerKeys).toMatchObject([{ id: key.id, value: 'short' }])
  expect((await call(emulator, 'POST', `${PATH}/aigpk_0/rotate`, { name: 'a', value: 'b' })).status).toBe(404)
})

test.each([
  ['POST', { name: 'prod', value: 'v' }],
  ['POST', { providerId: 'openai', value: 'v' }],
  ['POST', { providerId: 'openai', name: 'prod' }],
  ['rotate', { name: 'prod' }],
  ['rotate', { value: 'v' }],
])('%s with %j lacks a field', async (action, body) => {
  const emulator = await emulate()
  const { body: key } = await call(emulator, 'POST', PATH, KEY)
  const path = action === 'rotate' ? `${PATH}/${key.id}/rotate` : PATH
  expect(await call(emulator, 'POST', path, body)).toMatchObject({ status: 400, body: { errorCode: 'ERR_NGROK_27602' } })
})

test('one that a router rule uses cannot be removed, until no rule uses it', async () => {
  const emulator = await emulate()
  const { body: key } = await call(emulator, 'POST', PATH, KEY)
  const router = { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: key.id }] }] }] }
  const { body: configuration } = await call(emulator, 'POST', '/access-key-configurations', { name: 'c', router })
  expect(await call(emulator, 'DELETE', `${PATH}/${key.id}`)).toMatchObject({
    status: 409,
    body: { errorCode: 'ERR_NGROK_27511', msg: expect.stringContaining(configuration.id) },
  })
  await call(emulator, 'PATCH', `/access-key-configurations/${configuration.id}`, { router: { rules: [] } })
  expect((await call(emulator, 'DELETE', `${PATH}/${key.id}`)).status).toBe(204)
})

test('one whose configuration is deleted is free again', async () => {
  const emulator = await emulate()
  const { body: key } = await call(emulator, 'POST', PATH, KEY)
  const router = { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: key.id }] }] }] }
  const { body: configuration } = await call(emulator, 'POST', '/access-key-configurations', { name: 'c', router })
  await call(emulator, 'DELETE', `/access-key-configurations/${configuration.id}`)
  expect((await call(emulator, 'DELETE', `${PATH}/${key.id}`)).status).toBe(204)
})

test('a list can be narrowed to one provider, over all its pages', async () => {
  const emulator = await emulate()
  for (const providerId of ['openai', 'google', 'openai', 'openai']) await call(emulator, 'POST', PATH, { ...KEY, providerId })
  const { body: first } = await call(emulator, 'GET', `${PATH}?provider=openai&limit=2`)
  const { body: second } = await call(emulator, 'GET', first.nextPageUri.replace(emulator.url, ''))
  expect([...first.aiGatewayProviderKeys, ...second.aiGatewayProviderKeys].map(({ providerId }) => providerId)).toEqual([
    'openai',
    'openai',
    'openai',
  ])
  expect(second.nextPageUri).toBeNull()
})
