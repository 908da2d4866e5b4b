import { expect, test } from 'vitest'
import { decodeProviderKey, decodeProviderKeys } from '../../src/gateway/decode-provider-key.ts'
import { encodeMetadata } from '../../src/model/stamp.ts'
import { errorOf, sentProviderKey, valueOf } from './fixtures.ts'

const stamp = { owner: 'default', key: 'prod', nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }

const known = {
  id: 'aigpk_1',
  provider: 'openai',
  name: 'prod',
  keyRedacted: 'sk-proj-01***ghij',
  createdAt: '2026-07-01T00:00:00Z',
  updatedAt: '2026-07-02T00:00:00Z',
  lastUpdatedBy: 'usr_1',
}

test('a provider key is taken over with its stamp, and without what is not known', () => {
  const metadata = encodeMetadata(stamp)
  const sent = sentProviderKey('aigpk_1', { metadata, description: 'd', value: 's3cr3t', hue: 'blue' })
  expect(valueOf(decodeProviderKey(sent))).toEqual({ ...known, metadata, stamp })
})

test.each([[{}], [{ metadata: '' }]])('with %j it has no metadata', (more) => {
  expect(valueOf(decodeProviderKey(sentProviderKey('aigpk_1', more)))).toEqual(known)
})

test("somebody's own metadata is no stamp", () => {
  const sent = sentProviderKey('aigpk_1', { metadata: '{"team":"b"}' })
  expect(valueOf(decodeProviderKey(sent))).toEqual({ ...known, metadata: '{"team":"b"}' })
})

test.each<[unknown, string]>([
  [null, 'body'],
  [sentProviderKey(''), 'id'],
  [sentProviderKey('x', { providerId: undefined }), 'providerId'],
  [sentProviderKey('x', { name: 7 }), 'name'],
  [sentProviderKey('x', { keyRedacted: null }), 'keyRedacted'],
  [sentProviderKey('x', { metadata: { team: 'a' } }), 'metadata'],
  [sentProviderKey('x', { lastUpdatedBy: 'usr_1' }), 'lastUpdatedBy'],
])('%j is refused at its %s, without a value of it', (json, place) => {
  expect(errorOf(decodeProviderKey(json))).toBe(`the answer's ${place} is missing, or not as documented`)
})

test.each([
  [null, true],
  [undefined, true],
  ['https://elsewhere.example/next', false],
])('a page with nextPageUri %o is the last: %s', (nextPageUri, isLast) => {
  const page = valueOf(decodeProviderKeys({ aiGatewayProviderKeys: [sentProviderKey('aigpk_1')], uri: '', nextPageUri }))
  expect(page).toEqual({ items: [known], isLast })
})
