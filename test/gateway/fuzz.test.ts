/** Anything at all in place of an answer: each call ends with a result, and the next good answer is taken. */
import type { Result, ResultAsync } from 'neverthrow'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeProviderKey, decodeProviderKeys } from '../../src/gateway/decode-provider-key.ts'
import { decodeAccessKeys, decodeConfiguration, decodeConfigurations } from '../../src/gateway/decode.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { retryAfter } from '../../src/gateway/retry-after.ts'
import { Secret } from '../../src/model/secret.ts'
import { encodeMetadata } from '../../src/model/stamp.ts'
import { draft, sentAccessKey, sentConfiguration, sentProviderKey, serveRaw, trial, valueOf } from './fixtures.ts'

/** Stands for what must not be told of an answer. */
const CANARY = 'ngrok-canary-0123456789'

const key = { id: 'aigpk_1', name: CANARY, keyRedacted: CANARY }
const rules = [{ provider: CANARY, model: CANARY, steps: [{ type: 'user', keys: [key], keySelectionStrategy: 'ordered' }] }]
const metadata = encodeMetadata(draft().stamp, { team: CANARY })
const access = { providers: { allow: [CANARY] }, models: { allow: [] } }
const configuration = sentConfiguration('aigac_1', { description: CANARY, metadata, access, router: { rules } })
const providerKey = sentProviderKey('aigpk_1', { metadata })
const accessKey = sentAccessKey('aigk_1', 'aigac_1', { name: CANARY, token: CANARY })

const decoders = {
  configuration: [decodeConfiguration, configuration],
  configurations: [decodeConfigurations, { aiGatewayAccessKeyConfigurations: [configuration], uri: '', nextPageUri: CANARY }],
  providerKey: [decodeProviderKey, providerKey],
  providerKeys: [decodeProviderKeys, { aiGatewayProviderKeys: [providerKey], uri: '', nextPageUri: CANARY }],
  accessKeys: [decodeAccessKeys, { aiGatewayAccessKeys: [accessKey], uri: '', nextPageUri: CANARY }],
} satisfies Record<string, [(json: unknown) => Result<unknown, string>, unknown]>

/** In place of a value, or of a name. */
const strange = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(CANARY, [CANARY], { [CANARY]: CANARY }, 1e308, -0, '..', '\ud800', null, [], {}),
  fc.constant(JSON.parse('{"__proto__":{"id":"aigac_1"},"constructor":{"prototype":1},"toString":null}')),
)

const names = fc.constantFrom('__proto__', 'constructor', 'id', 'name', CANARY, '0')

/** One thing about a document is another: a value, the name of a property, or a property more. */
function changed(document: unknown): fc.Arbitrary<unknown> {
  const places = placesOf(document)
  return fc
    .tuple(fc.nat({ max: places.length - 1 }), fc.constantFrom('value', 'name', 'more', 'gone'), strange, names)
    .map(([index, kind, value, name]) => {
      const copy = structuredClone(document)
      const path = places[index] ?? []
      const last = path.at(-1)
      const parent = path.slice(0, -1).reduce<never>((at, step) => at[step], copy as never) as Record<string, unknown>
      if (last === undefined) return kind === 'value' ? value : copy
      if (kind === 'value') Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true })
      if (kind === 'name' || kind === 'more')
        Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true })
      if (kind === 'name' || kind === 'gone') delete parent[last]
      return copy
    })
}

function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([name, member]) => placesOf(member, [...path, name]))]
}

describe.each(Object.entries(decoders))('what reads a %s', (_name, [decode, document]) => {
  test('reads it', () => {
    expect(decode(document).isOk()).toBe(true)
  })

  test('takes or refuses anything, and tells where, and no value of it', () => {
    fc.assert(
      fc.property(fc.oneof(changed(document), changed(document).chain(changed), strange), (json) => {
        const read = decode(json)
        if (read.isErr()) expect(read.error).toMatch(/^the answer's [\w.]+ is missing, or not as documented$/)
      }),
      { numRuns: 2_000 },
    )
  })
})

test('what is decoded has no more than is documented, and no prototype but the usual', () => {
  fc.assert(
    fc.property(changed(configuration), (json) => {
      const read = decodeConfiguration(json)
      if (read.isErr()) return
      expect(Object.getPrototypeOf(read.value)).toBe(Object.prototype)
      const known = new Set([
        'id',
        'name',
        'description',
        'metadata',
        'stamp',
        'access',
        'router',
        'createdAt',
        'updatedAt',
        'lastUpdatedBy',
      ])
      expect(Object.keys(read.value).filter((property) => !known.has(property))).toEqual([])
    }),
  )
})

/** An answer that would do, in bytes. */
const whole = (body: string, status = 200) =>
  Buffer.from(
    `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 500 }).map((any) => Buffer.from(any)),
  fc
    .string({ unit: 'binary', maxLength: 500 })
    .map((text) => Buffer.concat([Buffer.from('HTTP/1.1 200 X\r\n'), Buffer.from(text)])),
  fc
    .tuple(fc.constantFrom(...Object.values(decoders).map(([, json]) => json)), fc.integer({ min: 100, max: 999 }))
    .chain(([json, status]) => changed(json).map((other) => whole(JSON.stringify(other) ?? '', status))),
  fc
    .tuple(
      fc.constantFrom(...Object.values(decoders).map(([, json]) => whole(JSON.stringify(json)))),
      fc.nat(),
      fc.uint8Array({ maxLength: 4 }),
    )
    .map(([good, at, other]) =>
      Buffer.concat([good.subarray(0, at % good.length), other, good.subarray((at % good.length) + other.length)]),
    ),
)

const value = new Secret('sk-proj-9876543210', 'a test')
const subject = { provider: 'openai', name: 'prod' }

/** Each way to ask. */
const calls: ((gateway: Gateway) => ResultAsync<unknown, unknown>)[] = [
  (gateway) => gateway.list(),
  (gateway) => gateway.find('aigac_1'),
  (gateway) => gateway.create(draft, { key: 'k' }),
  (gateway) => gateway.update('aigac_1', { name: 'n' }, { key: 'k' }),
  (gateway) => gateway.remove('aigac_1', { key: 'k' }),
  (gateway) => gateway.references(),
  (gateway) => gateway.providerKeys.list(),
  (gateway) => gateway.providerKeys.create(() => ({ ...subject, value, stamp: draft().stamp }), { subject }),
  (gateway) => gateway.providerKeys.rotate('aigpk_1', () => ({ name: 'prod', value }), { subject }),
  (gateway) => gateway.providerKeys.remove('aigpk_1', { subject }),
]

test('each call ends with a result whatever the server sends, tells no secret of it, and a good answer works after that', async () => {
  const good = whole(JSON.stringify({ aiGatewayAccessKeyConfigurations: [], uri: '' }))
  let next = good
  const { url } = await serveRaw((socket) => socket.on('data', () => socket.end(next)))
  const { gateway } = trial(url, { patience: 'bounded', retries: 0, requestTimeoutMs: 2_000 })
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom(...calls), async (sent, call) => {
      next = sent
      const result = await call(gateway)
      if (result.isErr()) expect(JSON.stringify(result.error)).not.toContain(value.reveal())
      next = good
      expect(valueOf(await gateway.list())).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('Retry-After asks for nothing, or for something between now and an hour', () => {
  const date = fc.date({ noInvalidDate: true }).map((when) => when.toUTCString())
  const header = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), date, fc.integer().map(String), fc.bigInt().map(String))
  fc.assert(
    fc.property(header, fc.option(header, { nil: undefined }), fc.integer(), (asked, answered, now) => {
      const delayMs = retryAfter(asked, answered, now)
      if (delayMs === undefined) return
      expect(Number.isSafeInteger(delayMs)).toBe(true)
      expect(delayMs).toBeGreaterThanOrEqual(0)
      expect(delayMs).toBeLessThanOrEqual(3_600_000)
    }),
    { numRuns: 2_000 },
  )
})
