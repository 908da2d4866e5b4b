import { expect, test } from 'vitest'
import { call, emulate } from './client.ts'

const PATH = '/access-keys'

test('the token is shown when the key is made, and only then', async () => {
  const emulator = await emulate()
  const { status, body: made } = await call(emulator, 'POST', PATH, {})
  const { token, ...rest } = made
  expect(status).toBe(201)
  expect(made).toMatchObject({ id: expect.stringMatching(/^aigk_/), accessKeyConfiguration: null })
  expect(made).not.toHaveProperty('name')
  expect(made.keyRedacted).toBe(`${token.slice(0, 10)}***${token.slice(-4)}`)
  expect((await call(emulator, 'GET', `${PATH}/${made.id}`)).body).toEqual(rest)
  expect((await call(emulator, 'GET', PATH)).body.aiGatewayAccessKeys).toEqual([rest])
})

test('a key shows the configuration it is linked to, by its present name', async () => {
  const emulator = await emulate()
  const { body: configuration } = await call(emulator, 'POST', '/access-key-configurations', { name: 'old' })
  const { body: key } = await call(emulator, 'POST', PATH, { name: 'k', accessKeyConfigurationId: configuration.id })
  await call(emulator, 'PATCH', `/access-key-configurations/${configuration.id}`, { name: 'new' })
  const { body } = await call(emulator, 'GET', `${PATH}/${key.id}`)
  expect(body.accessKeyConfiguration).toEqual({ id: configuration.id, uri: configuration.uri, name: 'new' })
})

test('an update leaves what is left out, clears what is null, and can undo the link', async () => {
  const emulator = await emulate()
  const { body: configuration } = await call(emulator, 'POST', '/access-key-configurations', { name: 'c' })
  const link = { accessKeyConfigurationId: configuration.id }
  const { body: key } = await call(emulator, 'POST', PATH, { name: 'k', metadata: 'm', ...link })
  const { body: cleared } = await call(emulator, 'PATCH', `${PATH}/${key.id}`, { name: null })
  expect(cleared).not.toHaveProperty('name')
  expect(cleared).toMatchObject({ metadata: 'm', accessKeyConfiguration: { id: configuration.id } })
  const { body: unlinked } = await call(emulator, 'PATCH', `${PATH}/${key.id}`, { accessKeyConfigurationId: null })
  expect(unlinked.accessKeyConfiguration).toBeNull()
})

test('a link to what does not exist is refused, when made and when changed', async () => {
  const emulator = await emulate()
  const link = { accessKeyConfigurationId: 'aigac_0' }
  const { body: key } = await call(emulator, 'POST', PATH, {})
  for (const [method, path] of [
    ['POST', PATH],
    ['PATCH', `${PATH}/${key.id}`],
  ] as const) {
    expect(await call(emulator, method, path, link)).toMatchObject({ status: 400, body: { errorCode: 'ERR_NGROK_27606' } })
  }
  expect(emulator.state.accessKeys).toHaveLength(1)
})

test('a key that is deleted no longer holds its configuration', async () => {
  const emulator = await emulate()
  const { body: configuration } = await call(emulator, 'POST', '/access-key-configurations', { name: 'c' })
  const { body: key } = await call(emulator, 'POST', PATH, { accessKeyConfigurationId: configuration.id })
  expect((await call(emulator, 'DELETE', `${PATH}/${key.id}`)).status).toBe(204)
  expect((await call(emulator, 'DELETE', `/access-key-configurations/${configuration.id}`)).status).toBe(204)
})
