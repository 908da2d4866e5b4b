import { expect, test } from 'vitest'
import { managedBy, ManagedKeys } from '../../src/model/managed.ts'
import { providerOfModel, ruleProvider } from '../../src/model/provider-key.ts'

const secret = { $env: 'A' }
const use = (provider: string, name: string) => ({ provider, name, path: 'router.rules[0].steps[0].keys[0].value', secret })

test('a managed provider key knows all entries that declare it, each once', () => {
  const entries = [
    { key: 'web', managedKeys: [use('openai', 'prod'), use('openai', 'prod'), use('groq', 'prod')] },
    { key: 'batch', managedKeys: [use('openai', 'prod')] },
    { key: 'other' },
    { key: 'odd', managedKeys: [use('openai', '__proto__')] },
  ]
  const told = [...managedBy(entries)].map(([id, { entries: keys, secrets }]) => [id, [...keys], secrets])
  expect(told).toEqual([
    ['openai\nprod', ['web', 'batch'], [secret]],
    ['groq\nprod', ['web'], [secret]],
    ['openai\n__proto__', ['odd'], [secret]],
  ])
})

test('a managed provider key knows each secret that is said for it, as long as one entry says it', () => {
  const managed = new ManagedKeys()
  const other = { ...use('openai', 'prod'), secret: { $file: 'a' } }
  const web = { key: 'web', managedKeys: [use('openai', 'prod'), use('openai', 'prod')] }
  const batch = { key: 'batch', managedKeys: [other] }
  const secrets = () => managed.all.get('openai\nprod')?.secrets
  managed.add(web)
  managed.add(batch)
  expect(secrets()).toEqual([secret, { $file: 'a' }])
  managed.remove(web)
  expect(secrets()).toEqual([{ $file: 'a' }])
  managed.remove(batch)
  expect(secrets()).toBeUndefined()
})

test.each([
  [{ provider: 'openai' }, 'openai'],
  [{ model: 'groq:openai/gpt-5.5' }, 'groq'],
  [{ provider: 'openai', model: 'openai:openai/gpt-5.5' }, 'openai'],
  [{ model: 'ours:llama:70b' }, 'ours'],
])('the provider of the rule %j is %s', (rule, provider) => {
  expect(ruleProvider(rule)).toBe(provider)
})

test.each(['gpt-5.5', ':gpt-5.5', ''])('the model %j names no provider', (model) => {
  expect(providerOfModel(model)).toBeUndefined()
})
