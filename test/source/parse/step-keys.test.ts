import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../src/model/entry.ts'
import { parseModule } from '../../../src/source/parse/parse.ts'

const OPTIONS = { owner: 'default', requireAccess: false, plainSecrets: false }

function parsed(value: unknown, options = OPTIONS, several = false) {
  return parseModule({ file: 'web.ts', value, several }, options)
}

function entryOf(value: unknown): Entry {
  const [entry] = parsed(value).match(
    (entries) => entries,
    (wrong) => expect.fail(JSON.stringify(wrong)),
  )
  return entry ?? expect.fail('no entry')
}

function problems(value: unknown, options = OPTIONS, several = false): string[] {
  const result = parsed(value, options, several)
  return (result.isErr() ? result.error : []).map(({ path, msg }) => `${path} | ${msg}`)
}

const withRules = (...rules: object[]): object => ({ name: 'Web', router: { rules } })
const userStep = (...keys: unknown[]): object => ({ type: 'user', keys })
const withKeys = (...keys: unknown[]): object => withRules({ provider: 'openai', steps: [userStep(...keys)] })

const AT = 'router.rules[0].steps[0].keys[0]'
const $env = { $env: 'OPENAI_API_KEY' }

describe('a provider key is declared', () => {
  test.each<[string, object]>([
    ['by its id', { id: 'aigpk_1' }],
    ['by its name', { name: 'openai-prod' }],
    ['by a name of 255 characters', { name: '😀'.repeat(255) }],
    ['with a variable that has its value', { name: 'openai-prod', value: $env }],
    ['with a variable of an unusual name', { name: 'openai-prod', value: { $env: '_a1' } }],
    ['with a file that has its value', { name: 'openai-prod', value: { $file: '../keys/openai key' } }],
    ['with a systemd credential that is its value', { name: 'openai-prod', value: { $credential: 'openai.prod' } }],
    ['by a name that every object has', { name: '__proto__', value: $env }],
    ['by another such name', { name: 'constructor' }],
  ])('%s', (_title, key) => {
    const declared = withKeys({ id: 'aigpk_0' }, key)
    expect(entryOf(declared).configuration).toEqual(declared)
  })
})

describe('an entry lists the places that say a value', () => {
  test('in order, each with the provider of its rule', () => {
    const $file = { $file: '/run/secrets/key' }
    const declared = withRules(
      {
        provider: 'openai',
        steps: [
          userStep({ id: 'aigpk_1' }, { name: 'a', value: $env }),
          { type: 'ngrok' },
          userStep({ name: 'b', value: $file }),
        ],
      },
      { model: 'anthropic:anthropic/claude-opus-4-5', steps: [userStep({ name: 'a', value: $file })] },
      { provider: 'google', model: 'google:google/gemini-2.5-pro', steps: [userStep({ name: '__proto__', value: $env })] },
    )
    expect(entryOf(declared).managedKeys).toEqual([
      { provider: 'openai', name: 'a', path: 'router.rules[0].steps[0].keys[1].value', secret: $env },
      { provider: 'openai', name: 'b', path: 'router.rules[0].steps[2].keys[0].value', secret: $file },
      { provider: 'anthropic', name: 'a', path: 'router.rules[1].steps[0].keys[0].value', secret: $file },
      { provider: 'google', name: '__proto__', path: 'router.rules[2].steps[0].keys[0].value', secret: $env },
    ])
  })

  test.each<[string, object]>([
    ['no rules', { name: 'Web' }],
    ['keys by id and name only', withKeys({ id: 'aigpk_1' }, { name: 'openai-prod' })],
  ])('and has no such list with %s', (_title, declared) => {
    expect(entryOf(declared)).not.toHaveProperty('managedKeys')
  })

  test('with paths from the configuration, also where it is one of several', () => {
    const [entry] = parsed({ web: withKeys({ name: 'a', value: $env }) }, OPTIONS, true).unwrapOr([])
    expect(entry?.managedKeys?.map(({ path }) => path)).toEqual([`${AT}.value`])
  })
})

const x = (count: number): string => 'x'.repeat(count)
const value = (given: unknown): object => withKeys({ name: 'prod', value: given })
const OWN = 'this is where the token of aigw-sync itself is'

describe('a provider key is refused', () => {
  test.each<[string, object, string]>([
    [
      'with id and name',
      withKeys({ id: 'aigpk_1', name: 'prod' }),
      ' | a provider key goes by its id or by its name, not by both',
    ],
    [
      'with id and value',
      withKeys({ id: 'aigpk_1', value: $env }),
      ' | a provider key goes by its id or by its name, not by both',
    ],
    ['with a value and no name', withKeys({ value: $env }), '.name | expected the name of a provider key, got nothing'],
    ['without anything', withKeys({}), ' | expected a provider key, got an object that names none: write { id: "aigpk_…" }'],
    ['that is null', withKeys(null), ' | expected a provider key, got null'],
    [
      'with a name that is none',
      withKeys({ name: 3 }),
      '.name | expected the name of a provider key, got a number: put it in quotes',
    ],
    ['with null for a name', withKeys({ name: null }), '.name | expected the name of a provider key, got null'],
    ['with an empty name', withKeys({ name: '' }), '.name | expected the name of a provider key, got an empty text'],
    [
      'with a long name',
      withKeys({ name: x(256) }),
      '.name | expected the name of a provider key, got 256 characters: at most 255',
    ],
    [
      'with a line break in its name',
      withKeys({ name: 'a\nb' }),
      '.name | expected the name of a provider key, got a control character',
    ],
    ['with a space after its name', withKeys({ name: 'a ' }), '.name | expected the name of a provider key, got white space'],
    [
      'with a property of nobody',
      withKeys({ name: 'a', label: 'b' }),
      ' | expected a provider key by its name, got a property that is none',
    ],
    [
      'with plain text for a value',
      value('sk-proj-1'),
      '.value | the value of a provider key never belongs in a module: say where it is',
    ],
    ['with an empty value', value(''), '.value | the value of a provider key never belongs in a module'],
    ['with a number for a value', value(3), '.value | expected a reference to a secret, got a number: say where it is'],
    ['with null for a value', value(null), '.value | expected a reference to a secret, got null: say where it is'],
    ['with a list for a value', value([$env]), '.value | expected a reference to a secret, got a list'],
    ['with an empty reference', value({}), '.value | expected a reference to a secret, got an object that is none'],
    ['with another reference', value({ env: 'A' }), '.value | expected a reference to a secret, got an object that is none'],
    [
      'with an inherited reference',
      value(JSON.parse('{"__proto__":{"$env":"A"}}')),
      '.value | expected a reference to a secret, got an object that is none',
    ],
    [
      'with two places',
      value({ $env: 'A', $file: 'a' }),
      '.value | expected one place of a secret, got $env and $file: choose one',
    ],
    ['with more beside a place', value({ $env: 'A', more: 1 }), '.value | expected nothing beside $env, got more properties'],
    ['with a variable that cannot be one', value({ $env: '1A' }), '.value.$env | expected the name of an environment variable'],
    ['with an empty variable', value({ $env: '' }), '.value.$env | expected the name of an environment variable'],
    [
      'with a variable that is none',
      value({ $env: 3 }),
      '.value.$env | expected the name of an environment variable: letters, digits and _, no digit first, got a number',
    ],
    ['with a line break after a variable', value({ $env: 'A\n' }), '.value.$env | expected the name of an environment variable'],
    ['with an empty path', value({ $file: '' }), '.value.$file | expected the path of a file, got an empty text'],
    ['with a path that is none', value({ $file: 3 }), '.value.$file | expected the path of a file, got a number'],
    [
      'with NUL in a path',
      value({ $file: 'a\0b' }),
      '.value.$file | expected the path of a file, got text that no path can have',
    ],
    ['with an empty credential', value({ $credential: '' }), '.value.$credential | expected the name of a systemd credential'],
    [
      'with a credential that is a path',
      value({ $credential: '../a' }),
      '.value.$credential | expected the name of a systemd credential',
    ],
    [
      'with a credential that is a folder',
      value({ $credential: '..' }),
      '.value.$credential | expected the name of a systemd credential',
    ],
    ['with a long credential', value({ $credential: x(256) }), '.value.$credential | expected the name of a systemd credential'],
    ['with NUL in a credential', value({ $credential: 'a\0' }), '.value.$credential | expected the name of a systemd credential'],
    ['with our own token', value({ $env: 'AI_GATEWAY_API_KEY' }), `.value.$env | ${OWN}`],
    ['with the file of our own token', value({ $env: 'AI_GATEWAY_API_KEY_FILE' }), `.value.$env | ${OWN}`],
    ['with the credential of our own token', value({ $credential: 'ai-gateway-api-key' }), `.value.$credential | ${OWN}`],
  ])('%s', (_title, declared, problem) => {
    expect(problems(declared)).toEqual([expect.stringContaining(AT + problem)])
  })

  test('as plain text with the way out in modules, JSON and YAML', () => {
    const [problem] = problems(value('sk-proj-1'))
    for (const way of ['env', 'file', 'credential']) {
      expect(problem).toContain(`secret.${way}("`)
      expect(problem).toContain(`{ "$${way}": "`)
    }
  })
})

describe('a name is looked up for the provider of the rule', () => {
  const named = [userStep({ id: 'aigpk_1' }, { name: 'prod' }), userStep({ name: 'prod', value: $env })]
  const places = ['router.rules[0].steps[0].keys[1]', 'router.rules[0].steps[1].keys[0]']

  test.each<[string, object, string]>([
    ['an id', { provider: 'aigp_1' }, "looked up by the provider's own name, which this rule does not say: write its providerId"],
    [
      'an id before a model',
      { model: 'aigp_1:ours/llama' },
      "looked up by the provider's own name, which this rule does not say",
    ],
    ['an id and a name', { provider: 'aigp_1', model: 'ours:ours/llama' }, "looked up by the provider's own name"],
    [
      'two names',
      { provider: 'openai', model: 'groq:openai/gpt-5.5' },
      'got "openai" and "groq" of the model: let both say the same',
    ],
    ['a name and an id', { provider: 'ours', model: 'aigp_1:ours/llama' }, 'got "ours" and "aigp_1" of the model'],
  ])('which is refused where that is %s', (_title, rule, msg) => {
    const found = problems(withRules({ ...rule, steps: named }))
    expect(found.map((problem) => problem.split(' | ')[0])).toEqual(places)
    expect(found.filter((problem) => !problem.includes(msg))).toEqual([])
  })

  test('and ids go with any provider', () => {
    const steps = [userStep({ id: 'aigpk_1' })]
    const rules = [
      { provider: 'aigp_1', steps },
      { provider: 'openai', model: 'groq:openai/gpt-5.5', steps },
      { model: 'aigp_1:ours/llama', steps },
    ]
    expect(problems(withRules(...rules))).toEqual([])
  })

  test.each<[string, object]>([
    ['no provider at all', {}],
    ['a model without one', { model: 'gpt-5.5' }],
    ['a provider that is no name', { provider: 3 }],
  ])('and nothing more is said where the rule has %s', (_title, rule) => {
    expect(problems(withRules({ ...rule, steps: named }))).toHaveLength(1)
  })
})

const twice = (first: object, second: object): object =>
  withRules(
    { provider: 'openai', steps: [userStep({ name: 'prod', value: first })] },
    { model: 'openai:openai/gpt-5.5', steps: [userStep({ id: 'aigpk_1' }, { name: 'prod', value: second })] },
  )

describe('one provider key of an entry', () => {
  const other = { $file: '/run/secrets/openai' }
  test('may be declared twice with one secret', () => {
    expect(entryOf(twice($env, { ...$env })).managedKeys).toHaveLength(2)
  })

  test('with two secrets is refused, and both places are named', () => {
    const [first, second] = ['router.rules[0].steps[0].keys[0].value', 'router.rules[1].steps[0].keys[1].value']
    expect(problems(twice($env, other))).toEqual([
      `${second} | expected one secret for one provider key, got another for the same one at ${first}: ` +
        'say the same in both places, or give one of the keys another name',
    ])
    expect(problems({ web: twice($env, other) }, OPTIONS, true)).toEqual([
      expect.stringMatching(/^web\.router\.rules\[1\].* at web\.router\.rules\[0\]/),
    ])
  })

  test('is another for another provider or name', () => {
    const rules = ['openai', 'anthropic'].map((provider) => ({
      provider,
      steps: [userStep({ name: 'a', value: { $env: provider } })],
    }))
    expect(problems(withRules(...rules))).toEqual([])
    expect(problems(withKeys({ name: 'a', value: $env }, { name: 'b', value: other }))).toEqual([])
  })
})
