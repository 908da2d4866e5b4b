import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Access, Configuration, Router, RouterRule, StepKey } from '../../src/model/configuration.ts'
import { contentDigest } from '../../src/model/digest.ts'
import type { ObservedConfiguration, ObservedRule, ObservedStep } from '../../src/model/observed.ts'
import type { SecretReference } from '../../src/model/secret.ts'
import type { Stamp } from '../../src/model/stamp.ts'
import { encodeMetadata } from '../../src/model/stamp.ts'
import { configuration, stamp } from './arbitraries.ts'

test('a declaration and what the gateway says of it have one digest', () => {
  fc.assert(
    fc.property(configuration, stamp, (declared, mark) => {
      expect(contentDigest(answer(declared, mark))).toBe(contentDigest(declared))
    }),
  )
})

const base: Configuration = {
  name: 'Chatbot',
  metadata: { team: 'a' },
  access: { providers: { allow: ['openai', 'google'] }, models: { allow: ['openai/gpt-4o'] } },
  router: {
    rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: 'aigpk_1' }, { id: 'aigpk_2' }] }, { type: 'ngrok' }] }],
  },
}

describe('the digest changes with', () => {
  const { name, metadata: _metadata, access: _access, router: _router, ...nothing } = base
  test.each<[string, Configuration]>([
    ['the name', { ...base, name: 'chatbot' }],
    ['a description', { ...base, description: 'For customers' }],
    ['the metadata', { ...base, metadata: { team: 'b' } }],
    ['metadata as text', { ...base, metadata: '{"team":"a"}' }],
    ['an allowed provider', withAccess({ providers: { allow: ['openai'] }, models: { allow: ['openai/gpt-4o'] } })],
    ['a dimension that is no longer restricted', withAccess({ providers: { allow: ['openai', 'google'] } })],
    ['a dimension that allows nothing', withAccess({ providers: { allow: [] }, models: { allow: ['openai/gpt-4o'] } })],
    ['access to everything', withAccess({})],
    ['the default routing', withRouter({})],
    ['the order of keys', withKeys('aigpk_2', 'aigpk_1')],
    ['another key', withKeys('aigpk_1', 'aigpk_3')],
    ['a key by its name', withKey({ name: 'aigpk_1' })],
    ['a key that is made for it', withKey({ name: 'prod', value: { $env: 'OPENAI_API_KEY' } })],
    ['nothing but the name', { name, ...nothing }],
  ])('%s', (_what, changed) => {
    expect(contentDigest(changed)).not.toBe(contentDigest(base))
  })
})

describe('the digest stays with', () => {
  test.each<[string, Configuration, Configuration]>([
    ['an empty description', { name: 'a', description: '' }, { name: 'a' }],
    ['empty metadata', { name: 'a', metadata: {} }, { name: 'a', metadata: '' }],
    ['empty objects', { name: 'a', access: { models: {} }, router: { rules: [] } }, { name: 'a' }],
    ['another order of names', withAllowed('openai', 'google'), withAllowed('google', 'openai')],
    ['a name said twice', withAllowed('openai'), withAllowed('openai', 'openai')],
    ['a secret in another place', withSecret({ $env: 'OPENAI_API_KEY' }), withSecret({ $file: '/run/secrets/openai' })],
    ['a secret of another name', withSecret({ $credential: 'openai' }), withSecret({ $credential: 'openai-2' })],
  ])('%s', (_what, one, other) => {
    expect(contentDigest(one)).toBe(contentDigest(other))
  })
})

test('a key by its name and one that is made for it are different, and so are their names', () => {
  const [named, managed] = [{ name: 'prod' }, { name: 'prod', value: { $env: 'A' } }]
  const digests = [named, managed, { name: 'test' }, { ...managed, name: 'test' }].map((key) => contentDigest(withKey(key)))
  expect(new Set(digests).size).toBe(4)
})

test('a declaration whose keys go by their ids has the digest it always had', () => {
  expect(contentDigest(base)).toBe('sha256:8e0d15a69b43717153258464e61cffb6caae6099cbe15ccdd26dc2699f5cc353')
})

test('an ngrok step that comes back with an empty list of keys means the same', () => {
  const observed = { ...answer({ name: 'a' }), router: { rules: [{ provider: 'x', steps: [{ type: 'ngrok', keys: [] }] }] } }
  expect(contentDigest(observed)).toBe(
    contentDigest({ name: 'a', router: { rules: [{ provider: 'x', steps: [{ type: 'ngrok' }] }] } }),
  )
})

test('metadata that is not ours counts whole', () => {
  const observed = { ...answer({ name: 'a' }), metadata: 'by hand' }
  expect(contentDigest(observed)).toBe(contentDigest({ name: 'a', metadata: 'by hand' }))
})

function withAccess(access: Access): Configuration {
  return { ...base, access }
}

function withAllowed(...allow: string[]): Configuration {
  return withAccess({ providers: { allow } })
}

function withRouter(router: Router): Configuration {
  return { ...base, router }
}

function withKeys(first: string, second: string): Configuration {
  const user = { type: 'user', keys: [{ id: first }, { id: second }] } as const
  return withRouter({ rules: [{ provider: 'openai', steps: [user, { type: 'ngrok' }] }] })
}

function withKey(key: StepKey): Configuration {
  return withRouter({ rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [key] }, { type: 'ngrok' }] }] })
}

function withSecret(value: SecretReference): Configuration {
  return withKey({ name: 'prod', value })
}

/** What a gateway that sorts names, redacts keys and leaves out empty text answers for a declaration. */
function answer(declared: Configuration, mark: Stamp = { owner: 'o', key: 'k', nonce: 'n' }): ObservedConfiguration {
  const { name, description, metadata, access, router } = declared
  return {
    id: 'aigac_1',
    name,
    ...(description && { description }),
    metadata: encodeMetadata(mark, metadata),
    access: { providers: reversed(access?.providers), models: reversed(access?.models) },
    router: { rules: (router?.rules ?? []).map(answeredRule) },
    createdAt: '2026-07-01T00:00:00Z',
    updatedAt: '2026-07-01T00:00:00Z',
    lastUpdatedBy: 'usr_1',
  }
}

function reversed(dimension: { readonly allow?: readonly string[] } | undefined): { allow?: readonly string[] } {
  return dimension?.allow ? { allow: dimension.allow.toReversed() } : {}
}

function answeredRule({ steps, ...scope }: RouterRule): ObservedRule {
  return { ...scope, steps: steps.map(answeredStep) }
}

function answeredStep(step: { readonly type: string; readonly keys?: readonly { readonly id?: string }[] }): ObservedStep {
  if (!step.keys) return { type: step.type }
  const keys = step.keys.map(({ id = '' }) => ({ id, name: `Key ${id}`, keyRedacted: 'sk-proj-12***cdef' }))
  return { type: step.type, keys, keySelectionStrategy: 'ordered' }
}
