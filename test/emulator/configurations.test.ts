import { describe, expect, test } from 'vitest'
import { call, emulate } from './client.ts'

const PATH = '/access-key-configurations'

const FULL = {
  name: 'Chatbot',
  description: 'in production',
  metadata: ' any {text ',
  access: { providers: { allow: ['openai'] }, models: { allow: [] } },
  router: { rules: [{ provider: 'openai', steps: [{ type: 'ngrok' }] }] },
}

describe('creating', () => {
  test('answers 201 with everything that was sent, and what the gateway adds', async () => {
    const emulator = await emulate({ now: () => Date.UTC(2026, 6, 1) })
    const { status, body } = await call(emulator, 'POST', PATH, FULL)
    expect(status).toBe(201)
    expect(body).toEqual({
      ...FULL,
      id: expect.stringMatching(/^aigac_/),
      uri: `${emulator.url}${PATH}/${body.id}`,
      createdAt: '2026-07-01T00:00:00.000Z',
      updatedAt: '2026-07-01T00:00:00.000Z',
      createdBy: { id: expect.stringMatching(/^aigapi_/), uri: `${emulator.url}/api-keys/${body.createdBy.id}` },
      lastUpdatedBy: body.createdBy,
    })
  })

  test('leaves out what was left out, and keeps empty objects as they are', async () => {
    const emulator = await emulate()
    const { body: bare } = await call(emulator, 'POST', PATH, { name: 'bare' })
    expect(Object.keys(bare)).toEqual(['id', 'uri', 'createdAt', 'updatedAt', 'createdBy', 'lastUpdatedBy', 'name'])
    const { body: empty } = await call(emulator, 'POST', PATH, { name: 'empty', access: {}, router: {} })
    expect(empty).toMatchObject({ access: {}, router: {} })
  })

  test('makes two of the same name and body', async () => {
    const emulator = await emulate()
    await call(emulator, 'POST', PATH, FULL)
    await call(emulator, 'POST', PATH, FULL)
    expect(emulator.state.configurations.map(({ name }) => name)).toEqual(['Chatbot', 'Chatbot'])
  })

  test('turns an inline key into a provider key, and never shows its value', async () => {
    const emulator = await emulate()
    const value = 'sk-proj-0123456789abcdefghij'
    const { body, text } = await call(emulator, 'POST', PATH, {
      name: 'inline',
      router: { rules: [{ model: 'anthropic:anthropic/claude', steps: [{ type: 'user', keys: [{ name: 'prod', value }] }] }] },
    })
    const [key] = emulator.state.providerKeys
    expect(key).toMatchObject({ providerId: 'anthropic', name: 'prod', value })
    expect(body.router.rules[0].steps[0].keys).toEqual([{ id: key!.id, name: 'prod', keyRedacted: 'sk-proj-01***ghij' }])
    expect(text).not.toContain(value)
  })

  test('refuses a router with one wrong rule without making the keys of the others', async () => {
    const emulator = await emulate()
    const { status, body } = await call(emulator, 'POST', PATH, {
      name: 'half',
      router: {
        rules: [
          { provider: 'openai', steps: [{ type: 'user', keys: [{ name: 'prod', value: 'v' }] }] },
          { provider: 'openai', steps: [{ type: 'ngrok' }] },
        ],
      },
    })
    expect([status, body.errorCode]).toEqual([400, 'ERR_NGROK_27605'])
    expect(emulator.state.providerKeys).toEqual([])
    expect(emulator.state.configurations).toEqual([])
  })

  test.each([
    ['ERR_NGROK_27602', {}],
    ['ERR_NGROK_27603', { name: 'x'.repeat(256) }],
    ['ERR_NGROK_27604', { name: 'x', description: 'x'.repeat(256) }],
    ['ERR_NGROK_27604', { name: 'x', metadata: 'x'.repeat(4097) }],
    ['ERR_NGROK_27605', { name: 'x', router: [] }],
    ['ERR_NGROK_27605', { name: 'x', router: { rules: [{ provider: 'openai', steps: [] }] } }],
    ['ERR_NGROK_27605', { name: 'x', router: { rules: [{ provider: 'openai', steps: [{ keys: [] }] }] } }],
    ['ERR_NGROK_27606', { name: 'x', owner: 'me' }],
    ['ERR_NGROK_27606', { name: 'x', metadata: {} }],
    ['ERR_NGROK_27606', { name: 'x', description: null }],
    ['ERR_NGROK_27606', { name: 'x', access: { provider: {} } }],
  ])('is refused with %s for %.60j', async (errorCode, body) => {
    const emulator = await emulate()
    const answer = await call(emulator, 'POST', PATH, body)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({
      errorCode,
      statusCode: 400,
      msg: expect.any(String),
      details: { operation_id: expect.stringMatching(/^op_/) },
    })
    expect(emulator.state.configurations).toEqual([])
  })
})

describe('updating', () => {
  test('leaves what is left out, clears what is null, and replaces objects whole', async () => {
    let now = 0
    const emulator = await emulate({ now: () => (now += 1000) })
    const { body: before } = await call(emulator, 'POST', PATH, FULL)
    const change = { description: null, router: null, access: { models: { allow: ['a'] } } }
    const { status, body } = await call(emulator, 'PATCH', `${PATH}/${before.id}`, change)
    const { description: _, router: __, ...rest } = before
    expect(status).toBe(200)
    expect(body).toEqual({ ...rest, access: { models: { allow: ['a'] } }, updatedAt: body.updatedAt })
    expect(body.updatedAt > before.updatedAt).toBe(true)
    expect((await call(emulator, 'GET', `${PATH}/${before.id}`)).body).toEqual(body)
  })

  test('says by whom', async () => {
    const emulator = await emulate()
    const { body: before } = await call(emulator, 'POST', PATH, FULL)
    const { body } = await call({ ...emulator, token: 'another' }, 'PATCH', `${PATH}/${before.id}`, { name: 'theirs' })
    expect(body.createdBy).toEqual(before.createdBy)
    expect(body.lastUpdatedBy.id).not.toBe(before.createdBy.id)
  })

  test('empties a name that is cleared, as an answer cannot go without', async () => {
    const emulator = await emulate()
    const { body: before } = await call(emulator, 'POST', PATH, FULL)
    const { body } = await call(emulator, 'PATCH', `${PATH}/${before.id}`, { name: null })
    expect(body.name).toBe('')
  })

  test('changes nothing when refused', async () => {
    const emulator = await emulate()
    const { body: before } = await call(emulator, 'POST', PATH, FULL)
    const router = { rules: [{ steps: [{ type: 'ngrok' }] }] }
    expect((await call(emulator, 'PATCH', `${PATH}/${before.id}`, { name: 'new', router })).status).toBe(400)
    expect((await call(emulator, 'GET', `${PATH}/${before.id}`)).body).toEqual(before)
  })
})

describe('deleting', () => {
  test('answers 204 once, and 404 from then on', async () => {
    const emulator = await emulate()
    const { body } = await call(emulator, 'POST', PATH, FULL)
    expect(await call(emulator, 'DELETE', `${PATH}/${body.id}`)).toMatchObject({ status: 204, text: '' })
    for (const method of ['GET', 'HEAD', 'PATCH', 'DELETE']) {
      const again = await call(emulator, method, `${PATH}/${body.id}`, method === 'PATCH' ? {} : undefined)
      expect(again.status, method).toBe(404)
      if (method !== 'HEAD') expect(again.body.errorCode, method).toBe('ERR_NGROK_27611')
    }
  })

  test('is refused while an access key refers to it, and names that key', async () => {
    const emulator = await emulate()
    const { body } = await call(emulator, 'POST', PATH, FULL)
    const { body: key } = await call(emulator, 'POST', '/access-keys', { accessKeyConfigurationId: body.id })
    const refused = await call(emulator, 'DELETE', `${PATH}/${body.id}`)
    expect(refused).toMatchObject({ status: 409, body: { errorCode: 'ERR_NGROK_27615', msg: expect.stringContaining(key.id) } })
    await call(emulator, 'PATCH', `/access-keys/${key.id}`, { accessKeyConfigurationId: null })
    expect((await call(emulator, 'DELETE', `${PATH}/${body.id}`)).status).toBe(204)
  })
})
