import { expect, test } from 'vitest'
import type { RouterBody } from '../../src/emulator/bodies.ts'
import { checkRouter, ruleProvider } from '../../src/emulator/router-rules.ts'

const user = { type: 'user', keys: [{ id: 'aigpk_1' }] } as const
const ngrok = { type: 'ngrok' } as const
const inline = { name: 'prod', value: 'v' }

test.each<[string, RouterBody]>([
  ['no rules', {}],
  ['an empty list of rules', { rules: [] }],
  ['a provider', { rules: [{ provider: 'openai', steps: [ngrok] }] }],
  ['a qualified model', { rules: [{ model: 'openai:openai/gpt-5.5', steps: [user, ngrok] }] }],
  [
    'one provider with and without a model',
    {
      rules: [
        { provider: 'openai', steps: [ngrok] },
        { provider: 'openai', model: 'openai:a', steps: [ngrok] },
        { provider: 'openai', model: 'openai:b', steps: [ngrok] },
      ],
    },
  ],
  ['a key by name and value', { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [inline] }] }] }],
  ['an ngrok step with an empty list of keys', { rules: [{ provider: 'openai', steps: [{ type: 'ngrok', keys: [] }] }] }],
])('%s is allowed', (_what, router) => {
  expect(checkRouter(router, (id) => id === 'aigpk_1')).toBeUndefined()
})

test.each<[string, string, RouterBody]>([
  ['neither provider nor model', 'router.rules[0]', { rules: [{ steps: [ngrok] }] }],
  ['an empty provider and no model', 'router.rules[0]', { rules: [{ provider: '', steps: [ngrok] }] }],
  ['an unqualified model', 'router.rules[0].model', { rules: [{ model: 'openai/gpt-5.5', steps: [ngrok] }] }],
  [
    'a second rule for a provider',
    'router.rules[2]',
    {
      rules: [
        { provider: 'a', steps: [ngrok] },
        { provider: 'b', steps: [ngrok] },
        { provider: 'a', steps: [ngrok] },
      ],
    },
  ],
  ['a user step without keys', 'router.rules[0].steps[1]', { rules: [{ provider: 'a', steps: [ngrok, { type: 'user' }] }] }],
  ['an empty list of keys', 'router.rules[0].steps[0]', { rules: [{ provider: 'a', steps: [{ type: 'user', keys: [] }] }] }],
  ['an ngrok step with keys', 'router.rules[0].steps[0]', { rules: [{ provider: 'a', steps: [{ ...user, type: 'ngrok' }] }] }],
  ['a key that does not exist', 'router.rules[0].steps[0].keys[1]', withKey({ id: 'aigpk_2' })],
  ['a key without a value', 'router.rules[0].steps[0].keys[1]', withKey({ name: 'prod' })],
  ['a key without a name', 'router.rules[0].steps[0].keys[1]', withKey({ value: 'v' })],
  ['an empty key', 'router.rules[0].steps[0].keys[1]', withKey({})],
  ['a key both by id and by value', 'router.rules[0].steps[0].keys[1]', withKey({ id: 'aigpk_1', ...inline })],
])('%s is refused', (_what, path, router) => {
  expect(checkRouter(router, (id) => id === 'aigpk_1')).toMatchObject({ kind: 'invalid', path })
})

test.each([
  [{ provider: 'openai' }, 'openai'],
  [{ provider: 'aigp_1', model: 'openai:gpt' }, 'aigp_1'],
  [{ model: 'anthropic:anthropic/claude:x' }, 'anthropic'],
])('the inline keys of a rule with %j are of %s', (rule, provider) => {
  expect(ruleProvider({ ...rule, steps: [] })).toBe(provider)
})

function withKey(key: { id?: string; name?: string; value?: string }): RouterBody {
  return { rules: [{ provider: 'a', steps: [{ type: 'user', keys: [{ id: 'aigpk_1' }, key] }] }] }
}
