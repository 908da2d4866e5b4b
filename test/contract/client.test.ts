import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { openGateway } from '../../src/gateway/client.ts'
import { redact } from '../../src/emulator/redact.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { contentDigest } from '../../src/model/digest.ts'
import type { Configuration } from '../../src/model/configuration.ts'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import type { ResolvedConfiguration } from '../../src/model/resolved.ts'
import { Secret } from '../../src/model/secret.ts'
import { encodeMetadata } from '../../src/model/stamp.ts'
import { patchFor } from '../../src/plan/patch.ts'
import { call, emulate, start } from '../emulator/client.ts'
import { configuration } from '../model/arbitraries.ts'
import { errorOf, valueOf } from '../settings/result.ts'
import { openScene } from '../support/scene.ts'
import { type ApiDocument, openDocument } from './document.ts'
import { type Watch, watch } from './watch.ts'

const document = openDocument()

/** Never used: without the document the suite below is skipped. */
const nothing: ApiDocument = { checkRequest: () => [], checkAnswer: () => [] }
const judge = document ?? nothing

describe.skipIf(!document)('the client and the published API document (skipped where the document is absent)', () => {
  test('a listing of one page, of several pages, and of none is asked for as documented', async () => {
    const emulator = await emulate()
    const seen = watch(emulator, judge)
    const gateway = clientOf(emulator)
    for (const amount of [0, 100, 250]) {
      while (emulator.state.configurations.length < amount) await call(emulator, 'POST', CONFIGURATIONS, { name: 'c' })
      expect(valueOf(await gateway.list())).toHaveLength(amount)
    }
    expect(emulator.requests.count('GET', CONFIGURATIONS)).toBe(1 + 1 + 3)
    expectClean(seen)
  })

  test('one by its id, there or not, is asked for as documented', async () => {
    const emulator = await emulate()
    const seen = watch(emulator, judge)
    const gateway = clientOf(emulator)
    const { body } = await call(emulator, 'POST', CONFIGURATIONS, { name: 'c' })
    expect(valueOf(await gateway.find(body.id))).toMatchObject({ id: body.id, name: 'c' })
    expect(valueOf(await gateway.find('aigac_0'))).toBeUndefined()
    expectClean(seen)
  })

  test('deletes of what is there, gone, and in use are asked for as documented', async () => {
    const emulator = await emulate()
    const seen = watch(emulator, judge)
    const gateway = clientOf(emulator)
    const { body: free } = await call(emulator, 'POST', CONFIGURATIONS, { name: 'free' })
    const { body: used } = await call(emulator, 'POST', CONFIGURATIONS, { name: 'used' })
    await call(emulator, 'POST', ACCESS_KEYS, { accessKeyConfigurationId: used.id })
    const outcomes = [free, free, used].map(async ({ id }) => valueOf(await gateway.remove(id, { key: STAMP.key })))
    expect((await Promise.all(outcomes)).toSorted()).toEqual(['gone', 'in-use', 'removed'])
    expect(emulator.state.configurations.map(({ name }) => name)).toEqual(['used'])
    expectClean(seen)
  })

  test('a listing of access keys, over several pages, is asked for as documented', async () => {
    const emulator = await emulate()
    const seen = watch(emulator, judge)
    const gateway = clientOf(emulator)
    const { body: used } = await call(emulator, 'POST', CONFIGURATIONS, { name: 'used' })
    expect(valueOf(await gateway.references())).toEqual(new Map())
    for (let number = 0; number < 250; number++) {
      const accessKeyConfigurationId = number % 2 ? used.id : undefined
      await call(emulator, 'POST', ACCESS_KEYS, { name: `k${number}`, accessKeyConfigurationId })
    }
    const linked = emulator.state.accessKeys.filter(({ configurationId }) => configurationId === used.id)
    expect(linked).toHaveLength(125)
    expect(valueOf(await gateway.references())).toEqual(new Map([[used.id, linked.map(({ id, name }) => ({ id, name }))]]))
    expect(emulator.requests.count('GET', ACCESS_KEYS)).toBe(1 + 3)
    expectClean(seen)
  })

  describe('of provider keys', () => {
    test('listings of one page, of several, and of none, and one by its id, are asked for as documented', async () => {
      const emulator = await emulate()
      const seen = watch(emulator, judge)
      const { providerKeys } = clientOf(emulator)
      for (const amount of [0, 100, 250]) {
        while (emulator.state.providerKeys.length < amount) await call(emulator, 'POST', PROVIDER_KEYS, KEY)
        const listed = valueOf(await providerKeys.list())
        expect(listed.map(({ id }) => id)).toEqual(emulator.state.providerKeys.map(({ id }) => id))
      }
      expect(emulator.requests.count('GET', PROVIDER_KEYS)).toBe(1 + 1 + 3)
      const [first] = emulator.state.providerKeys
      expect(valueOf(await providerKeys.find(first!.id))).toMatchObject({ id: first!.id, provider: 'openai', name: 'prod' })
      expect(valueOf(await providerKeys.find('aigpk_0'))).toBeUndefined()
      expectClean(seen)
    })

    test('creates, changes and rotations of whatever can be declared are as documented, and read back', async () => {
      const emulator = await emulate()
      const seen = watch(emulator, judge)
      const { providerKeys } = clientOf(emulator)
      const label = fc.string({ unit: 'binary', minLength: 1, maxLength: 255 })
      const parts = fc.record({ provider: label, name: label, value: label, next: label, renamed: label })
      await fc.assert(
        fc.asyncProperty(parts, async ({ provider, name, value, next, renamed }) => {
          const subject = { provider, name }
          const stamp = { ...STAMP, key: name.slice(0, 100) }
          const draft = () => ({ ...subject, value: new Secret(value, 'a test'), stamp })
          const { providerKey } = valueOf(await providerKeys.create(draft, { subject }))
          expect(providerKey).toMatchObject({ ...subject, keyRedacted: redact(value), stamp })
          expect(valueOf(await providerKeys.find(providerKey.id))).toEqual(providerKey)
          const patch = { name: renamed, metadata: encodeMetadata({ ...stamp, key: 'other' }) }
          const updated = valueOf(await providerKeys.update(providerKey.id, patch, { subject }))
          expect(updated.providerKey).toMatchObject({ name: renamed, stamp: { key: 'other' }, keyRedacted: redact(value) })
          const rotation = () => ({ name, value: new Secret(next, 'a test') })
          const rotated = valueOf(await providerKeys.rotate(providerKey.id, rotation, { subject }))
          expect(rotated.providerKey).toMatchObject({
            id: providerKey.id,
            name,
            keyRedacted: redact(next),
            stamp: { key: 'other' },
          })
          expect(emulator.state.providerKeys[0]).toMatchObject({ id: providerKey.id, value: next })
        }),
        { numRuns: 40 },
      )
      expectClean(seen)
    })

    test('deletes of what is there, gone, and in use are asked for as documented', async () => {
      const emulator = await emulate()
      const seen = watch(emulator, judge)
      const { providerKeys } = clientOf(emulator)
      const { body: free } = await call(emulator, 'POST', PROVIDER_KEYS, KEY)
      const { body: used } = await call(emulator, 'POST', PROVIDER_KEYS, KEY)
      const rules = [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: used.id }] }] }]
      await call(emulator, 'POST', CONFIGURATIONS, { name: 'c', router: { rules } })
      const outcomes: string[] = []
      for (const { id } of [free, free, used]) outcomes.push(valueOf(await providerKeys.remove(id, { subject: SUBJECT })))
      expect(outcomes).toEqual(['removed', 'gone', 'in-use'])
      expect(emulator.state.providerKeys.map(({ id }) => id)).toEqual([used.id])
      expectClean(seen)
    })

    test('one too many is refused as documented, and told in our words', async () => {
      const emulator = await emulate({ providerKeyLimit: 1 })
      const seen = watch(emulator, judge)
      const { providerKeys } = clientOf(emulator)
      const draft = () => ({ ...SUBJECT, value: new Secret('sk-0123456789abcdefghijkl', 'a test'), stamp: STAMP })
      valueOf(await providerKeys.create(draft, { subject: SUBJECT }))
      expect(errorOf(await providerKeys.create(draft, { subject: SUBJECT }))).toMatchObject({
        errorCode: 'ERR_NGROK_27506',
        msg: 'the account has too many provider keys for the provider',
        operationId: expect.stringMatching(/^op_/) as string,
      })
      expectClean(seen)
    })
  })

  describe('creates and updates', () => {
    let emulator: Emulator
    let seen: Watch
    let gateway: Gateway
    let keys: readonly { readonly id: string }[]

    beforeAll(async () => {
      emulator = await start()
      seen = watch(emulator, judge)
      gateway = openClient(emulator)
      keys = [(await call(emulator, 'POST', PROVIDER_KEYS, KEY)).body, (await call(emulator, 'POST', PROVIDER_KEYS, KEY)).body]
    })

    afterAll(async () => {
      await gateway.close(0)
      await emulator.close()
    })

    async function create(declared: ResolvedConfiguration): Promise<ObservedConfiguration> {
      const created = valueOf(await gateway.create(() => ({ configuration: declared, stamp: STAMP }), { key: STAMP.key }))
      expect(contentDigest(created.configuration)).toBe(contentDigest(declared))
      expectClean(seen)
      return created.configuration
    }

    async function update(present: ObservedConfiguration, declared: ResolvedConfiguration): Promise<void> {
      const stamp = { ...STAMP, key: 'team/moved' }
      const updated = valueOf(await gateway.update(present.id, patchFor(declared, present, stamp), { key: stamp.key }))
      expect(contentDigest(updated.configuration)).toBe(contentDigest(declared))
      expect(updated.configuration).toMatchObject({ id: present.id, stamp })
      expectClean(seen)
    }

    test('the least that can be declared', async () => {
      await create({ name: 'Web' })
    })

    test('every field, and every kind of step; then all of it taken away again', async () => {
      const [first, second] = keys.map(({ id }) => ({ id }))
      const whole = await create({
        name: '🙂'.repeat(255),
        description: 'd'.repeat(255),
        metadata: { team: 'web', text: 'Straße' },
        access: { providers: { allow: ['openai'] }, models: { allow: [] } },
        router: {
          rules: [
            { provider: 'openai', steps: [{ type: 'user', keys: [first!, second!], keySelectionStrategy: 'ordered' }] },
            { model: 'openai:openai/gpt-5.5', steps: [{ type: 'ngrok' }] },
            { provider: 'anthropic', model: 'anthropic:x', steps: [{ type: 'user', keys: [first!] }, { type: 'ngrok' }] },
          ],
        },
      })
      await update(whole, { name: 'Web' })
    })

    test('whatever else can be declared, and made of it', async () => {
      const declarable = configuration.map((declared) => withKeys(declared, keys[0]!.id))
      await fc.assert(fc.asyncProperty(declarable, declarable, async (first, second) => update(await create(first), second)))
    })
  })

  test('a life of the daemon, with answers that get lost and a configuration that is gone, keeps to it', async () => {
    const { emulator, put, settled } = await openScene()
    const seen = watch(emulator, judge)
    const mishaps: ('lost' | 'error' | 'throttle' | 'timeout' | undefined)[] = ['lost', 'error', 'throttle', 'timeout']
    const stop = emulator.requests.subscribe(({ request: { method } }) => {
      const next = method === 'POST' && mishaps.shift()
      emulator.setFaults(next ? { [next]: 1 } : {})
    })
    for (let index = 0; index < 105; index++) await put(`e${index}.json`, { name: `e${index}`, metadata: 'text', access: {} })
    await (await settled('--concurrency', '1')).kill('SIGTERM')
    stop()
    expect(mishaps).toEqual([])
    await call(emulator, 'DELETE', `${CONFIGURATIONS}/${emulator.state.configurations[7]!.id}`)
    await put('web.yaml', 'name: Web\nrouter:\n  rules: [{ provider: openai, steps: [{ type: ngrok }] }]\n')
    const daemon = await settled()
    await put('e0.json', { name: 'edited', description: 'and told', access: { models: { allow: [] } } })
    await daemon.until('config.updated')
    await daemon.kill('SIGTERM')
    expect(emulator.requests.count('PATCH', `${CONFIGURATIONS}/{id}`)).toBe(1)
    expect(emulator.state.configurations).toHaveLength(106)
    expectClean(seen)
  })
})

const CONFIGURATIONS = '/access-key-configurations'

const ACCESS_KEYS = '/access-keys'

const PROVIDER_KEYS = '/provider-keys'

const SUBJECT = { provider: 'openai', name: 'prod' }

const KEY = { providerId: 'openai', name: 'prod', value: 'sk-0123456789abcdefghijkl' }

const STAMP = { owner: 'platform', key: 'team/web', nonce: '0123456789abcdefghijkl' }

function expectClean({ requests, answers, accepted, exchanges }: Watch): void {
  expect({ requests, answers, accepted }).toEqual({ requests: [], answers: [], accepted: [] })
  expect(exchanges).toBeGreaterThan(0)
}

/** A client that is closed when the test has finished. */
function clientOf(emulator: Emulator): Gateway {
  const gateway = openClient(emulator)
  onTestFinished(() => gateway.close(0))
  return gateway
}

function openClient({ url, token }: Emulator): Gateway {
  const limits = { concurrency: 4, requestTimeoutMs: 20_000, retries: 2, rateLimit: 'off' } as const
  return openGateway(
    { apiUrl: url, token: () => token, userAgent: 'aigw-sync/test', patience: 'bounded', limits: () => limits },
    () => {},
  )
}

/** The generated keys made into one that exists, and providers that differ: what the gateway refuses in words. */
function withKeys({ router, ...declared }: Configuration, id: string): ResolvedConfiguration {
  if (!router) return declared
  if (!router.rules) return { ...declared, router: {} }
  const rules = router.rules.map((rule, index) => ({
    ...rule,
    ...('provider' in rule && { provider: `p${index}` }),
    steps: rule.steps.map((step) => (step.type === 'user' ? { ...step, keys: step.keys.map(() => ({ id })) } : step)),
  }))
  return { ...declared, router: { rules } }
}
