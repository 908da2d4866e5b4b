import { describe, expect, test } from 'vitest'
import { decodeConfiguration, decodePage } from '../../src/gateway/decode.ts'
import { encodeMetadata } from '../../src/model/stamp.ts'
import { sentConfiguration, errorOf, valueOf } from './fixtures.ts'

const stamp = { owner: 'default', key: 'team-a/chatbot', nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }

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
    const page = valueOf(decodePage(json))
    expect(page.isLast).toBe(isLast)
    expect(page.configurations.map(({ id }) => id)).toEqual(['a'])
  })

  test('with one bad configuration is bad', () => {
    const json = { aiGatewayAccessKeyConfigurations: [sentConfiguration('a'), { id: 'b' }], uri: '' }
    expect(errorOf(decodePage(json))).toContain('aiGatewayAccessKeyConfigurations.1.name')
  })
})
