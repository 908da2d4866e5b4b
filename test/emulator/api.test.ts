import { describe, expect, test } from 'vitest'
import { call, emulate, send } from './client.ts'

const PATH = '/access-key-configurations'
const AUTHORIZED = { authorization: 'Bearer any', 'content-type': 'application/json' }

describe('the token', () => {
  test.each([undefined, '', 'Bearer', 'Bearer  ', 'Basic eHg6eHg=', 'Bearer wrong', 'Bearer right wrong', 'right'])(
    'in %j is not accepted',
    async (authorization) => {
      const emulator = await emulate({ token: 'right' })
      const answer = await send(emulator, PATH, { headers: { ...(authorization !== undefined && { authorization }) } })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      expect(answer.body).toEqual({ statusCode: 401, msg: expect.any(String), details: { operation_id: expect.any(String) } })
      expect(answer.text).not.toContain('wrong')
    },
  )

  test('is the one that was chosen', async () => {
    const emulator = await emulate({ token: 'right' })
    expect(emulator.token).toBe('right')
    expect((await call(emulator, 'GET', PATH)).status).toBe(200)
  })

  test('is any, when none was chosen', async () => {
    const emulator = await emulate()
    expect((await send(emulator, PATH, { headers: { authorization: 'bearer whatever' } })).status).toBe(200)
    expect((await send(emulator, PATH, {})).status).toBe(401)
  })
})

describe('a body', () => {
  test.each([
    ['is not JSON', 400, { body: '{"name":' }],
    ['is not UTF-8', 400, { body: Buffer.from('{"name":"\u00ff"}', 'latin1') }],
    ['is missing', 400, {}],
    ['is missing, and its type too', 400, { headers: { authorization: 'Bearer any' } }],
    ['is too large', 413, { body: JSON.stringify({ name: 'x'.repeat(1_048_576) }) }],
    ['is of another type', 415, { body: '{"name":"x"}', headers: { ...AUTHORIZED, 'content-type': 'text/plain' } }],
    ['is of a similar type', 415, { body: '{"name":"x"}', headers: { ...AUTHORIZED, 'content-type': 'application/jsonl' } }],
  ])('that %s is answered with %i', async (_what, status, init) => {
    const emulator = await emulate()
    const answer = await send(emulator, PATH, { method: 'POST', headers: AUTHORIZED, ...init })
    expect(answer).toMatchObject({ status, body: { statusCode: status, errorCode: 'ERR_NGROK_27606' } })
    expect(emulator.state.configurations).toEqual([])
  })

  test('may say its character set', async () => {
    const emulator = await emulate()
    const headers = { ...AUTHORIZED, 'content-type': 'application/json; charset=utf-8' }
    expect((await send(emulator, PATH, { method: 'POST', headers, body: '{"name":"ü🙂"}' })).body.name).toBe('ü🙂')
  })

  test('of the largest labels fits', async () => {
    const emulator = await emulate()
    const body = { name: '🙂'.repeat(255), description: '🙂'.repeat(255), metadata: '🙂'.repeat(4096) }
    expect(await call(emulator, 'POST', PATH, body)).toMatchObject({ status: 201, body })
  })
})

describe('paths and methods', () => {
  test.each(['/', '/nothing', '/access-keys/', '/access-keys/a/b', '/provider-keys/a/rotate/b', '/access-keys/a/rotate'])(
    'there is nothing at %s',
    async (path) => {
      const emulator = await emulate()
      expect(await call(emulator, 'GET', path)).toMatchObject({ status: 404, body: { statusCode: 404 } })
    },
  )

  test.each([
    ['PUT', PATH, 'GET, POST, HEAD'],
    ['DELETE', PATH, 'GET, POST, HEAD'],
    ['POST', `${PATH}/aigac_0`, 'GET, PATCH, DELETE, HEAD'],
    ['GET', '/provider-keys/aigpk_0/rotate', 'POST'],
    ['POST', '/providers', 'GET, HEAD'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const emulator = await emulate()
    const answer = await call(emulator, method, path, method === 'GET' ? undefined : {})
    expect(answer).toMatchObject({ status: 405, body: { statusCode: 405 } })
    expect(answer.headers.get('allow')).toBe(allow)
  })

  test('HEAD answers as GET does, without the body', async () => {
    const emulator = await emulate()
    const { body } = await call(emulator, 'POST', PATH, { name: 'c' })
    for (const path of [PATH, `${PATH}?limit=1`, `${PATH}/${body.id}`, '/access-keys', '/provider-keys', '/providers']) {
      expect(await call(emulator, 'HEAD', path), path).toMatchObject({ status: 200, text: '' })
    }
    expect(await call(emulator, 'HEAD', `${PATH}/aigac_0`)).toMatchObject({ status: 404, text: '' })
    expect(await call(emulator, 'HEAD', `${PATH}?limit=0`)).toMatchObject({ status: 400, text: '' })
  })

  test('only lists take a query', async () => {
    const emulator = await emulate()
    const { body } = await call(emulator, 'POST', PATH, { name: 'c' })
    expect((await call(emulator, 'GET', `${PATH}/${body.id}?limit=1`)).status).toBe(400)
    expect((await call(emulator, 'POST', `${PATH}?dryRun=true`, { name: 'd' })).status).toBe(400)
    expect(emulator.state.configurations).toHaveLength(1)
  })
})

describe('the rate limit', () => {
  test('lets so many requests of all tokens together pass in a window', async () => {
    let now = 0
    const emulator = await emulate({ rateLimit: { requests: 2, windowMs: 1000 }, now: () => now })
    const status = async (token: string): Promise<number> => (await call({ ...emulator, token }, 'GET', PATH)).status
    expect([await status('a'), await status('b'), await status('c')]).toEqual([200, 200, 429])
    now = 999
    expect(await status('a')).toBe(429)
    now = 1000
    expect([await status('a'), await status('a'), await status('a')]).toEqual([200, 200, 429])
  })

  test.each([
    [false, null],
    [true, '2'],
  ])('says how long to wait: %s', async (retryAfter, header) => {
    const emulator = await emulate({ rateLimit: { requests: 1, windowMs: 1500 }, retryAfter, now: () => 0 })
    await call(emulator, 'GET', PATH)
    const answer = await call(emulator, 'POST', PATH, { name: 'x' })
    expect(answer).toMatchObject({ status: 429, body: { errorCode: 'ERR_NGROK_226', statusCode: 429 } })
    expect(answer.headers.get('retry-after')).toBe(header)
    expect(emulator.state.configurations).toEqual([])
  })
})
