import { describe, expect, test } from 'vitest'
import type { Fault } from '../../src/emulator/emulator.ts'
import { call, emulate, eventually, send } from './client.ts'

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

test('a list is newest first and a hundred at a time, with addresses that are absolute', async () => {
  const emulator = await emulate()
  for (let index = 0; index < 101; index += 1) await call(emulator, 'POST', PATH, { ...KEY, name: String(index) })
  const { body: first } = await call(emulator, 'GET', PATH)
  expect(first.aiGatewayProviderKeys.map(({ name }: { name: string }) => name)).toEqual(
    Array.from({ length: 100 }, (_, index) => String(100 - index)),
  )
  const last = first.aiGatewayProviderKeys.at(-1)
  expect([first.uri, first.nextPageUri]).toEqual([`${emulator.url}${PATH}`, `${emulator.url}${PATH}?beforeId=${last.id}`])
  const { body: second } = await call(emulator, 'GET', `${PATH}?beforeId=${last.id}`)
  expect([second.aiGatewayProviderKeys.map(({ name }: { name: string }) => name), second.nextPageUri]).toEqual([['0'], null])
})

test('who changed it last is told after a change of its name and after a rotation, with when', async () => {
  let time = 0
  const emulator = await emulate({ now: () => (time += 1_000) })
  const as = (token: string, method: string, path: string, body: object) =>
    send(emulator, path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const { body: made } = await as('one', 'POST', PATH, KEY)
  expect(made.lastUpdatedBy).toEqual(made.createdBy)
  const { body: renamed } = await as('two', 'PATCH', `${PATH}/${made.id}`, { name: 'renamed' })
  const { body: rotated } = await as('three', 'POST', `${PATH}/${made.id}/rotate`, { name: 'renamed', value: 'other' })
  const actors = [made, renamed, rotated].map(({ lastUpdatedBy }) => lastUpdatedBy.id)
  expect(new Set(actors).size).toBe(3)
  expect([renamed.createdBy, rotated.createdBy]).toEqual([made.createdBy, made.createdBy])
  expect(Date.parse(rotated.updatedAt)).toBeGreaterThan(Date.parse(renamed.updatedAt))
  expect(Date.parse(renamed.updatedAt)).toBeGreaterThan(Date.parse(made.updatedAt))
})

test('one that is rotated or renamed shows that in the rules that use it', async () => {
  const emulator = await emulate()
  const { body: key } = await call(emulator, 'POST', PATH, KEY)
  const router = { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: key.id }] }] }] }
  const { body: configuration } = await call(emulator, 'POST', '/access-key-configurations', { name: 'c', router })
  await call(emulator, 'POST', `${PATH}/${key.id}/rotate`, { name: 'newer', value: 'sk-proj-9876543210zyxwvutsrq' })
  const { body: seen } = await call(emulator, 'GET', `/access-key-configurations/${configuration.id}`)
  expect(seen.router.rules[0].steps[0].keys).toEqual([{ id: key.id, name: 'newer', keyRedacted: 'sk-proj-98***tsrq' }])
})

describe('a limit of provider keys for each provider', () => {
  const refusal = { status: 400, body: { errorCode: 'ERR_NGROK_27506' } }

  test('refuses one too many, until one is gone', async () => {
    const emulator = await emulate({ providerKeyLimit: 2 })
    const { body: key } = await call(emulator, 'POST', PATH, KEY)
    await call(emulator, 'POST', PATH, KEY)
    expect(await call(emulator, 'POST', PATH, KEY)).toMatchObject(refusal)
    expect((await call(emulator, 'POST', PATH, { ...KEY, providerId: 'google' })).status).toBe(201)
    expect(emulator.state.providerKeys).toHaveLength(3)
    await call(emulator, 'DELETE', `${PATH}/${key.id}`)
    expect((await call(emulator, 'POST', PATH, KEY)).status).toBe(201)
  })

  test('holds for the inline keys of a router, all of them or none', async () => {
    const emulator = await emulate({ providerKeyLimit: 2 })
    const { body: key } = await call(emulator, 'POST', PATH, KEY)
    const configurations = '/access-key-configurations'
    expect(await call(emulator, 'POST', configurations, routed(inline('a'), inline('b')))).toMatchObject(refusal)
    expect(emulator.state.providerKeys).toHaveLength(1)
    expect(await call(emulator, 'POST', configurations, routed(inline('a'), { id: key.id }))).toMatchObject({ status: 201 })
    const { id } = emulator.state.configurations[0]!
    expect(await call(emulator, 'PATCH', `${configurations}/${id}`, routed(inline('b')))).toMatchObject(refusal)
    expect(emulator.state.providerKeys).toHaveLength(2)
  })
})

const inline = (name: string) => ({ name, value: 'v' })

const routed = (...keys: object[]) => ({
  name: 'c',
  router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys }] }] },
})

describe.each<[Fault, status: number | undefined, isDone: boolean]>([
  ['reset', undefined, false],
  ['lost', undefined, true],
  ['error', 500, false],
  ['throttle', 429, false],
  ['unavailable', 503, false],
  ['timeout', 504, true],
  ['late', undefined, true],
])('the fault %s, answered with %s and done: %s, befalls', (fault, status, isDone) => {
  test.each<[string, string, (id: string) => string, object | undefined, (before: string, after: string) => void]>([
    [
      'a create',
      'POST',
      () => PATH,
      { ...KEY, name: 'second' },
      (before, after) => expect(after).toBe(`second=${KEY.value} ${before}`),
    ],
    [
      'a rotation',
      'POST',
      (id) => `${PATH}/${id}/rotate`,
      { name: 'prod', value: 'w' },
      (_, after) => expect(after).toBe('prod=w'),
    ],
    ['a change', 'PATCH', (id) => `${PATH}/${id}`, { name: 'new' }, (_, after) => expect(after).toBe(`new=${KEY.value}`)],
    ['a delete', 'DELETE', (id) => `${PATH}/${id}`, undefined, (_, after) => expect(after).toBe('')],
  ])('%s', async (_what, method, path, body, expectDone) => {
    const emulator = await emulate({ lateMs: 20 })
    const { body: key } = await call(emulator, 'POST', PATH, KEY)
    const state = () => emulator.state.providerKeys.map(({ name, value }) => `${name}=${value}`).join(' ')
    const before = state()
    emulator.setFaults({ [fault]: 1 })
    const answer = await call(emulator, method, path(key.id), body).catch(() => undefined)
    expect(answer?.status).toBe(status)
    if (isDone) await eventually(() => expectDone(before, state()))
    else expect(state()).toBe(before)
  })
})
