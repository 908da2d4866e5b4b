import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { call, emulate, send, start } from '../emulator/client.ts'
import { spoiled, valid } from './arbitraries.ts'
import { type ApiDocument, openDocument } from './document.ts'
import { type Watch, watch } from './watch.ts'

const document = openDocument()

/** Never used: without the document the suite below is skipped. */
const nothing: ApiDocument = { checkRequest: () => [], checkAnswer: () => [] }

describe.skipIf(!document)('the emulator and the published API document (skipped where the document is absent)', () => {
  const judge = document ?? nothing

  test('every operation is asked and answered as documented', async () => {
    const emulator = await emulate()
    const seen = watch(emulator, judge)
    await everyOperation(emulator)
    expect(seen).toMatchObject({ requests: [], answers: [], accepted: [] })
    expect(seen.exchanges).toBe(29)
  })

  test('every error answer has the documented shape', async () => {
    const emulator = await emulate({ token: 'right', rateLimit: { requests: 13, windowMs: 1000 }, now: () => 0 })
    const seen = watch(emulator, judge)
    const statuses = await everyRefusal(emulator)
    expect(statuses).toEqual([401, 400, 400, 413, 415, 404, 404, 405, 409, 409, 500, 429, 503, 504, 429])
    expect(seen.answers).toEqual([])
    expect(seen.accepted).toEqual([])
  })

  describe('generated bodies', () => {
    let emulator: Emulator
    let seen: Watch
    let paths: Record<keyof typeof valid, readonly [method: string, path: string]>
    let bodies: Record<keyof typeof valid, fc.Arbitrary<Record<string, unknown>>>

    beforeAll(async () => {
      emulator = await start()
      seen = watch(emulator, judge)
      const create = async (path: string, body: unknown): Promise<string> => (await call(emulator, 'POST', path, body)).body.id
      const configuration = await create('/access-key-configurations', { name: 'c' })
      const keyIds = [await create('/provider-keys', KEY), await create('/provider-keys', KEY)]
      const accessKey = await create('/access-keys', {})
      paths = {
        configurationCreate: ['POST', '/access-key-configurations'],
        configurationUpdate: ['PATCH', `/access-key-configurations/${configuration}`],
        accessKeyCreate: ['POST', '/access-keys'],
        accessKeyUpdate: ['PATCH', `/access-keys/${accessKey}`],
        providerKeyCreate: ['POST', '/provider-keys'],
        providerKeyUpdate: ['PATCH', `/provider-keys/${keyIds[0]}`],
        providerKeyRotate: ['POST', `/provider-keys/${keyIds[0]}/rotate`],
      }
      bodies = {
        configurationCreate: valid.configurationCreate(keyIds),
        configurationUpdate: valid.configurationUpdate(keyIds),
        accessKeyCreate: valid.accessKeyCreate([configuration]),
        accessKeyUpdate: valid.accessKeyUpdate([configuration]),
        providerKeyCreate: valid.providerKeyCreate(),
        providerKeyUpdate: valid.providerKeyUpdate(),
        providerKeyRotate: valid.providerKeyRotate(),
      }
    })

    afterAll(() => emulator.close())

    const kinds = Object.keys(valid) as (keyof typeof valid)[]

    test.each(kinds)('%s: what the document allows is accepted', async (kind) => {
      const [method, path] = paths[kind]
      await fc.assert(
        fc.asyncProperty(bodies[kind], async (body) => {
          expect(judge.checkRequest({ method, path, body })).toEqual([])
          const answer = await call(emulator, method, path, body)
          expect(answer.body).not.toHaveProperty('msg')
          expect(answer.status).toBe(kind.endsWith('Create') ? 201 : 200)
        }),
      )
      expect(seen.answers).toEqual([])
    })

    test.each(kinds)('%s: what the schema refuses is refused, and what is refused else breaks a rule in words', async (kind) => {
      const [method, path] = paths[kind]
      await fc.assert(
        fc.asyncProperty(spoiled(bodies[kind]), async (body) => {
          const violations = judge.checkRequest({ method, path, body })
          const answer = await call(emulator, method, path, body)
          if (violations.length > 0) expect(answer.status, violations.join('\n')).toBe(400)
          else if (answer.status === 400) expect(answer.body.msg).toMatch(RULES_IN_WORDS)
        }),
        { numRuns: 300 },
      )
      expect(seen.answers).toEqual([])
      expect(seen.accepted).toEqual([])
    })
  })

  test('queries are refused exactly where the document refuses them', async () => {
    const emulator = await emulate()
    const method = fc.constantFrom('GET', 'HEAD')
    const name = fc.constantFrom('limit', 'beforeId', 'provider', 'before', 'Limit')
    const value = fc.oneof(
      fc.integer({ min: -2, max: 110 }).map(String),
      fc.constantFrom('', '1.5', '1e1', ' 5', 'aigac_5', 'openai'),
    )
    const path = fc.constantFrom('/access-key-configurations', '/access-keys', '/provider-keys', '/providers')
    await fc.assert(
      fc.asyncProperty(method, path, fc.array(fc.tuple(name, value), { maxLength: 3 }), async (verb, each, pairs) => {
        const query = new URLSearchParams(pairs)
        const violations = judge.checkRequest({ method: verb, path: each, query })
        const { status } = await call(emulator, verb, `${each}?${query.toString()}`)
        expect(status, violations.join('\n')).toBe(violations.length > 0 ? 400 : 200)
      }),
      { numRuns: 300 },
    )
  })
})

/** What the document says of a body in its descriptions only. */
const RULES_IN_WORDS =
  /names neither|is not qualified|has keys|has no keys|needs an `id`|has both|is not a provider key|second rule|is not an access key configuration/

const KEY = { providerId: 'openai', name: 'prod', value: 'sk-0123456789abcdefghijkl' }

async function everyOperation(emulator: Emulator): Promise<void> {
  const { body: key } = await call(emulator, 'POST', '/provider-keys', { ...KEY, description: 'd', metadata: 'm' })
  const steps = [
    { type: 'user', keySelectionStrategy: 'ordered', keys: [{ id: key.id }, { name: 'n', value: 'v' }] },
    { type: 'ngrok' },
  ]
  const { body: configuration } = await call(emulator, 'POST', '/access-key-configurations', {
    name: 'c',
    description: 'd',
    metadata: 'm',
    access: { providers: { allow: ['openai'] }, models: {} },
    router: { rules: [{ provider: 'openai', model: 'openai:a', steps }] },
  })
  const link = { accessKeyConfigurationId: configuration.id }
  const { body: accessKey } = await call(emulator, 'POST', '/access-keys', { name: 'k', ...link })
  await call(emulator, 'POST', '/access-keys', {})
  await call(emulator, 'POST', `/provider-keys/${key.id}/rotate`, { name: 'n', value: 'w' })
  const paths = [`/access-keys/${accessKey.id}`, `/access-key-configurations/${configuration.id}`, `/provider-keys/${key.id}`]
  for (const path of [...paths, '/access-keys', '/access-key-configurations', '/provider-keys', '/providers']) {
    await call(emulator, 'HEAD', path)
    await call(emulator, 'GET', path)
  }
  await call(emulator, 'GET', '/access-keys?limit=1')
  await call(emulator, 'GET', `/access-keys?limit=1&beforeId=${accessKey.id}`)
  await call(emulator, 'GET', '/provider-keys?provider=openai')
  await call(emulator, 'PATCH', paths[1]!, { description: null, access: null, router: null })
  for (const path of paths) {
    await call(emulator, 'PATCH', path, { name: 'new', metadata: null })
    await call(emulator, 'DELETE', path)
  }
}

/** The statuses of one refusal of each kind; the last one is for the 14th request that passes the token's check. */
async function everyRefusal(emulator: Emulator): Promise<number[]> {
  const path = '/access-key-configurations'
  const json = { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' }
  const { body: configuration } = await call(emulator, 'POST', path, { name: 'x', router: USES_A_KEY })
  await call(emulator, 'POST', '/access-keys', { accessKeyConfigurationId: configuration.id })
  const answers = [
    await send(emulator, path, {}),
    await send(emulator, path, { method: 'POST', headers: json, body: '{' }),
    await call(emulator, 'POST', path, { nam: 'x' }),
    await call(emulator, 'POST', path, { name: 'x'.repeat(2 ** 20) }),
    await send(emulator, path, { method: 'POST', headers: { ...json, 'content-type': 'text/plain' }, body: '{}' }),
    await call(emulator, 'GET', `${path}/aigac_0`),
    await call(emulator, 'GET', '/nothing'),
    await call(emulator, 'PUT', path, {}),
    await call(emulator, 'DELETE', `${path}/${configuration.id}`),
    await call(emulator, 'DELETE', `/provider-keys/${emulator.state.providerKeys[0]!.id}`),
  ]
  for (const fault of ['error', 'throttle', 'unavailable', 'timeout']) {
    emulator.setFaults({ [fault]: 1 })
    answers.push(await call(emulator, 'POST', path, { name: 'x' }))
  }
  emulator.setFaults({})
  await call(emulator, 'GET', path)
  answers.push(await call(emulator, 'GET', path))
  return answers.map(({ status }) => status)
}

const USES_A_KEY = { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ name: 'n', value: 'v' }] }] }] }
