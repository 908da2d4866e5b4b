import { describe, expect, test } from 'vitest'
import { decodeAccessKeys, decodeConfiguration, decodeConfigurations } from '../../src/gateway/decode.ts'
import { encodeMetadata } from '../../src/model/stamp.ts'
import { sentAccessKey, sentConfiguration, errorOf, valueOf } from './fixtures.ts'

const stamp = { owner: 'default', key: 'team-a/chatbot', nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }

const decodeKey = (key: unknown) => decodeAccessKeys({ aiGatewayAccessKeys: [key], uri: '' })

const step = { type: 'user', keys: [{ id: 'aigpk_1', name: 'prod', keyRedacted: 'sk-***abcd' }], keySelectionStrategy: 'ordered' }

describe('a configuration', () => {
  test('is taken over with its stamp, and without what is not known', () => {
    const access = { providers: { allow: ['openai'] }, models: {} }
    const router = { rules: [{ provider: 'openai', steps: [step, { type: 'ngrok' }] }] }
    const metadata = encodeMetadata(stamp, { team: 'a' })
    const sent = sentConfiguration('aigac_1', { description: 'd', metadata, access, router, hue: 'blue' })
    expect(valueOf(decodeConfiguration(sent))).toEqual({
      id: 'aigac_1',
      name: 'aigac_1',
      description: 'd',
      metadata,
      stamp,
      access,
      router,
      createdAt: '2026-07-01T00:00:00Z',
      updatedAt: '2026-07-02T00:00:00Z',
      lastUpdatedBy: 'usr_1',
    })
  })

  test('needs no more than the document promises', () => {
    expect(Object.keys(valueOf(decodeConfiguration(sentConfiguration('aigac_1')))).sort()).toEqual(
      ['id', 'name', 'createdAt', 'updatedAt', 'lastUpdatedBy'].sort(),
    )
  })

  test('of others has no stamp', () => {
    expect(valueOf(decodeConfiguration(sentConfiguration('x', { metadata: '{"team":"b"}' })))).not.toHaveProperty('stamp')
  })

  test('that allows nothing is not one that allows everything', () => {
    const { access } = valueOf(decodeConfiguration(sentConfiguration('x', { access: { models: { allow: [] } } })))
    expect(access).toEqual({ models: { allow: [] } })
  })

  test.each<[unknown, string]>([
    [null, 'body'],
    ['text', 'body'],
    [sentConfiguration(''), 'id'],
    [{ ...sentConfiguration('x'), name: undefined }, 'name'],
    [sentConfiguration('x', { id: 7 }), 'id'],
    [sentConfiguration('x', { metadata: { team: 'a' } }), 'metadata'],
    [sentConfiguration('x', { lastUpdatedBy: 'usr_1' }), 'lastUpdatedBy'],
    [sentConfiguration('x', { updatedAt: 1 }), 'updatedAt'],
    [sentConfiguration('x', { access: { models: { allow: null } } }), 'access.models.allow'],
    [sentConfiguration('x', { access: { models: { allow: ['a', 1] } } }), 'access.models.allow.1'],
    [sentConfiguration('x', { router: { rules: [{ provider: 'openai' }] } }), 'router.rules.0.steps'],
    [
      sentConfiguration('x', { router: { rules: [{ steps: [{ type: 'user', keys: [{ id: 'k' }] }] }] } }),
      'router.rules.0.steps.0.keys.0.name',
    ],
  ])('%j is refused at its %s, without a value of it', (json, place) => {
    expect(errorOf(decodeConfiguration(json))).toBe(`the answer's ${place} is missing, or not as documented`)
  })
})

describe('a page', () => {
  test.each([
    [null, true],
    [undefined, true],
    ['', true],
    ['https://elsewhere.example/next', false],
  ])('with nextPageUri %o is the last: %s', (nextPageUri, isLast) => {
    const json = { aiGatewayAccessKeyConfigurations: [sentConfiguration('a')], uri: '', nextPageUri }
    const page = valueOf(decodeConfigurations(json))
    expect(page.isLast).toBe(isLast)
    expect(page.items.map(({ id }) => id)).toEqual(['a'])
    expect(valueOf(decodeAccessKeys({ aiGatewayAccessKeys: [], uri: '', nextPageUri })).isLast).toBe(isLast)
  })

  test('with one bad configuration is bad', () => {
    const json = { aiGatewayAccessKeyConfigurations: [sentConfiguration('a'), { id: 'b' }], uri: '' }
    expect(errorOf(decodeConfigurations(json))).toContain('aiGatewayAccessKeyConfigurations.1.name')
  })
})

describe('an access key', () => {
  test('is what it is called and what it refers to: never its token, nor anything else', () => {
    const sent = sentAccessKey('aigk_1', 'aigac_1', { name: 'prod', token: 's3cr3t', description: 'd', metadata: '{}' })
    expect(valueOf(decodeKey(sent)).items).toEqual([{ id: 'aigk_1', name: 'prod', configurationId: 'aigac_1' }])
  })

  test.each([null, undefined])('whose configuration is %o refers to none', (accessKeyConfiguration) => {
    const sent = sentAccessKey('aigk_1', null, { accessKeyConfiguration })
    expect(valueOf(decodeKey(sent)).items).toEqual([{ id: 'aigk_1' }])
  })

  test.each([null, undefined, ''])('whose name is %o has none', (name) => {
    expect(valueOf(decodeKey(sentAccessKey('aigk_1', null, { name }))).items).toEqual([{ id: 'aigk_1' }])
  })

  test.each<[unknown, string]>([
    [null, '0'],
    [sentAccessKey('', null), '0.id'],
    [sentAccessKey('a', null, { name: { token: 's3cr3t' } }), '0.name'],
    [sentAccessKey('a', null, { accessKeyConfiguration: 'aigac_1' }), '0.accessKeyConfiguration'],
    [sentAccessKey('a', null, { accessKeyConfiguration: {} }), '0.accessKeyConfiguration.id'],
    [sentAccessKey('a', null, { accessKeyConfiguration: { id: '' } }), '0.accessKeyConfiguration.id'],
  ])('%j is refused at its %s, without a value of it', (key, place) => {
    expect(errorOf(decodeKey(key))).toBe(`the answer's aiGatewayAccessKeys.${place} is missing, or not as documented`)
  })
})
