import { describe, expect, test } from 'vitest'
import { parseModule } from '../../../src/source/parse/parse.ts'

function problems(value: unknown): string[] {
  const result = parseModule(
    { file: 'a.ts', value, several: false },
    { owner: 'default', requireAccess: false, plainSecrets: false },
  )
  return (result.isErr() ? result.error : []).map(({ path, msg }) => `${path} | ${msg}`)
}

const named = (more: object): object => ({ name: 'a', ...more })
const withRules = (...rules: unknown[]): object => named({ router: { rules } })
const withStep = (step: unknown): object => withRules({ provider: 'openai', steps: [step] })
const withKey = (key: unknown): object => withStep({ type: 'user', keys: [key] })
const steps = [{ type: 'ngrok' }]

describe('a problem says where, what was expected, what came and the way out', () => {
  test.each<[unknown, string]>([
    [null, ' | expected one configuration, or several by name, got null'],
    ['text', ' | expected one configuration, or several by name, got "text"'],
    [
      [named({})],
      ' | expected one configuration, or several by name, got a list: give each a name with defineConfigs({ web: { … } })',
    ],
    [{ name: 3 }, 'name | expected a name, got the number 3: put it in quotes'],
    [{ name: null }, 'name | expected a name, got null'],
    [{ name: 'a\nb' }, 'name | expected a name, got a control character in it'],
    [{ name: 'a\ud800' }, 'name | expected a name, got text with half a character (a lone surrogate)'],
    [{ name: ' a' }, 'name | expected a name, got white space at its beginning or end'],
    [named({ description: null }), 'description | expected a description, got null: leave it out instead'],
    [named({ description: new Date(0) }), 'description | expected a description, got a date: put it in quotes'],
    [named({ description: '\udc00' }), 'description | expected a description, got text with half a character'],
    [named({ protect: 'yes' }), 'protect | expected true or false, got "yes"'],
    [named({ key: '' }), 'key | expected a key, got an empty text'],
    [named({ key: 'a ' }), 'key | expected a key, got white space'],
    [named({ renamedFrom: 'a\u0007' }), 'renamedFrom | expected a key, got a control character'],
    [named({ renamedFrom: 'a' }), 'renamedFrom | expected the key it had before, got its present one'],
    [named({ metadata: 3 }), 'metadata | expected text or an object, got the number 3'],
    [named({ metadata: [] }), 'metadata | expected text or an object, got a list'],
    [
      named({ metadata: { 'aigw-sync': {} } }),
      'metadata["aigw-sync"] | this property holds the ownership mark: choose another name',
    ],
    [named({ metadata: { a: [1, NaN] } }), 'metadata.a[1] | expected what JSON can carry, got the number NaN'],
    [named({ metadata: { a: Object.assign(Array(2), { 0: Symbol('x') }) } }), 'metadata.a[0] | expected what JSON can carry'],
    [named({ metadata: { a: new Date(0) } }), 'metadata.a | expected what JSON can carry, got a date: put it in quotes'],
    [named({ metadata: { a: '\ud800' } }), 'metadata.a | expected text, got half a character'],
    [named({ metadata: '\ud800' }), 'metadata | expected text, got half a character'],
    [named({ access: null }), 'access | expected an access scope, got null: leave it out instead'],
    [named({ access: { models: [] } }), 'access.models | expected what is allowed of models, got a list'],
    [named({ access: { models: { allow: 'a' } } }), 'access.models.allow | expected a list of models, got "a"'],
    [named({ access: { models: { allow: ['a', ''] } } }), 'access.models.allow[1] | expected a model, got an empty text'],
    [
      named({ access: { providers: { allow: [null] } } }),
      'access.providers.allow[0] | expected a provider, got null: leave it out instead',
    ],
    [
      named({ access: { providers: { allow: ['openai '] } } }),
      'access.providers.allow[0] | expected a provider, got white space',
    ],
    [named({ router: { rules: {} } }), 'router.rules | expected a list of rules, got an object'],
    [withRules('openai'), 'router.rules[0] | expected a rule, got "openai"'],
    [withRules({ steps }), 'router.rules[0] | expected a rule for a provider, a model or both, got neither'],
    [withRules({ provider: '', steps }), 'router.rules[0].provider | expected a provider, got an empty text'],
    [withRules({ provider: 'openai' }), 'router.rules[0].steps | expected a list of steps, got nothing'],
    [withRules({ provider: 'openai', steps: [] }), 'router.rules[0].steps | expected a list of steps, got an empty list'],
    [
      withRules({ model: 'openai/gpt-5.5', steps }),
      'router.rules[0].model | expected a model id with its provider, got "openai/gpt-5.5": write "openai:openai/gpt-5.5"',
    ],
    [withRules({ model: 'gpt-5.5', steps }), 'got "gpt-5.5": write "openai:gpt-5.5"'],
    [withRules({ model: ':gpt-5.5', steps }), 'got ":gpt-5.5": write "openai:gpt-5.5"'],
    [
      withRules({ provider: 'openai', steps }, { model: 'a:b', steps }, { provider: 'openai', steps: [] }),
      'router.rules[2] | expected one rule for "openai", got another as rules[0]: join their steps, or name a model in one of them',
    ],
    [withStep('ngrok'), 'router.rules[0].steps[0] | expected a step, got "ngrok": write { type: "ngrok" }'],
    [withStep({ keys: [] }), 'router.rules[0].steps[0].type | expected "user" or "ngrok", got nothing'],
    [withStep({ type: 'byok' }), 'router.rules[0].steps[0].type | expected "user" or "ngrok", got "byok"'],
    [withStep({ type: 'user' }), 'router.rules[0].steps[0].keys | expected a list of keys, got nothing'],
    [withStep({ type: 'user', keys: [] }), 'router.rules[0].steps[0].keys | expected a list of keys, got an empty list'],
    [
      withStep({ type: 'ngrok', keys: [] }),
      "router.rules[0].steps[0].keys | an ngrok step has no keys, it uses ngrok's credentials",
    ],
    [withStep({ type: 'ngrok', keySelectionStrategy: 'ordered' }), 'steps[0].keySelectionStrategy | an ngrok step has no keys'],
    [
      withStep({ type: 'user', keys: [{ id: 'aigpk_1' }], keySelectionStrategy: 'random' }),
      'router.rules[0].steps[0].keySelectionStrategy | expected "ordered", got "random"',
    ],
    [
      withKey({}),
      'router.rules[0].steps[0].keys[0] | expected a provider key, got an object that names none: write { id: "aigpk_…" }',
    ],
    [withKey('aigpk_1'), 'router.rules[0].steps[0].keys[0] | expected a provider key, got text: write { id: "aigpk_…" }'],
  ])('%j', (value, problem) => {
    expect(problems(value)).toContainEqual(expect.stringContaining(problem))
  })
})

describe('an unknown property is named, with the nearest right one', () => {
  test.each<[object, string]>([
    [named({ acess: {} }), 'acess | "acess" is no property of a configuration: did you mean access?'],
    [
      named({ labels: {} }),
      'labels | "labels" is no property of a configuration: it has name, description, metadata, access, router',
    ],
    [named({ 'a b\u202e': {} }), '["a b\\u202e"] | "a b\\u202e" is no property of a configuration'],
    [
      named({ access: { provider: {} } }),
      'access.provider | "provider" is no property of an access scope: did you mean providers?',
    ],
    [
      named({ access: { models: { allowed: [] } } }),
      'access.models.allowed | "allowed" is no property of what is allowed of models',
    ],
    [named({ router: { rule: [] } }), 'router.rule | "rule" is no property of a router: did you mean rules?'],
    [
      withRules({ provider: 'a', stepz: [], steps }),
      'router.rules[0].stepz | "stepz" is no property of a rule: did you mean steps?',
    ],
    [
      withStep({ type: 'user', key: [] }),
      'router.rules[0].steps[0].key | "key" is no property of a user step: did you mean keys?',
    ],
    [
      withStep({ type: 'ngrok', model: '' }),
      'router.rules[0].steps[0].model | "model" is no property of an ngrok step: it belongs into a rule: router: { rules: [{ … }] }',
    ],
    [JSON.parse('{"name":"a","__proto__":{}}') as object, '__proto__ | "__proto__" is no property of a configuration'],
  ])('%j', (value, problem) => {
    expect(problems(value)).toContainEqual(expect.stringContaining(problem))
  })
})

describe('what was meant is said', () => {
  test.each<[object, string]>([
    [{ Name: 'a' }, '"Name" is no property of a configuration: did you mean name?'],
    [named({ desc: 'x' }), '"desc" is no property of a configuration: did you mean description?'],
    [named({ renamed_from: 'x' }), 'did you mean renamedFrom?'],
    [named({ 'renamed-from': 'x' }), 'did you mean renamedFrom?'],
    [named({ access: { allowedModels: [] } }), '"allowedModels" is no property of an access scope: it has providers, models'],
    [named({ access: { models: { allowed: [] } } }), 'did you mean allow?'],
    [named({ access: { models: { allowList: [] } } }), 'did you mean allow?'],
    [
      withStep({ type: 'user', keys: [{ id: 'aigpk_1' }], keySelectionstrategy: 'ordered' }),
      'did you mean keySelectionStrategy?',
    ],
    [
      withStep({ type: 'user', keys: [{ id: 'aigpk_1' }], key_selection_strategy: 'ordered' }),
      'did you mean keySelectionStrategy?',
    ],
    [withKey({ name: 'a', vlaue: {} }), 'got a property that is none of its own: did you mean value?'],
    // at the wrong level
    [named({ models: { allow: [] } }), '"models" is no property of a configuration: it belongs into access: { … }'],
    [named({ providers: {} }), 'it belongs into access: { … }'],
    [named({ allow: [] }), 'it belongs into access: { providers: { … } } or access: { models: { … } }'],
    [named({ rules: [] }), 'it belongs into router: { … }'],
    [named({ steps: [] }), 'it belongs into a rule: router: { rules: [{ … }] }'],
    [named({ access: { description: 'x' } }), 'it belongs into the configuration itself, beside its name'],
    [withRules({ provider: 'a', steps, keySelectionStrategy: 'ordered' }), 'it belongs into a step of a rule: steps: [{ … }]'],
    [withRules({ provider: 'a', steps, value: 'x' }), 'it belongs into a key of a step: keys: [{ … }]'],
    // other values than were meant
    [withStep({ type: 'users', keys: [{ id: 'aigpk_1' }] }), 'expected "user" or "ngrok", got "users": did you mean "user"?'],
    [withStep({ tpye: 'ngrok' }), 'steps[0].tpye | "tpye" is no property of a step: did you mean type?'],
    [withStep({ type: 'NGROK' }), 'did you mean "ngrok"?'],
    [withStep({ keys: [{ id: 'aigpk_1' }] }), 'got nothing: write type: "user" beside its keys'],
    [named({ protect: 'true' }), 'expected true or false, got "true": leave out the quotes'],
    [named({ access: { models: { allow: 'a' } } }), 'expected a list of models, got "a": put it in a list: ["a"]'],
    [
      named({ router: { rules: { provider: 'a', steps } } }),
      'expected a list of rules, got an object: put it in a list: [{ … }]',
    ],
    [withRules({ provider: ['openai'], steps }), 'expected a provider, got a list: write "openai" alone'],
    [withRules({ provider: ['openai', 'a'], steps }), 'expected a provider, got a list: write one alone, not a list'],
    [named({ access: ['openai'] }), 'got a list: write { providers: { allow: [ … ] }, models: { allow: [ … ] } }'],
    [named({ access: { providers: ['openai'] } }), 'expected what is allowed of providers, got a list: write { allow: [ … ] }'],
    [named({ router: [] }), 'expected a router, got a list: write { rules: [ … ] }'],
    [withRules('openai'), 'got "openai": write { provider: "openai", steps: [{ type: "ngrok" }] }, for example'],
    [withRules({ provider: 'a' }), 'expected a list of steps, got nothing: write steps: [{ type: "ngrok" }], for example'],
    [
      withStep({ type: 'user' }),
      'expected a list of keys, got nothing: write keys: [{ name: "…", value: secret.env("…") }], for example',
    ],
  ])('%j: %s', (value, advice) => {
    expect(problems(value)).toContainEqual(expect.stringContaining(advice))
  })

  test('once where a misspelt property is one that has to be there', () => {
    expect(problems({ nam: 'a' })).toEqual(['nam | "nam" is no property of a configuration: did you mean name?'])
    expect(problems({ nam: 'a', label: 'b' })).toHaveLength(2)
    expect(problems({ label: 'b' })).toHaveLength(2)
  })

  test('but nothing of a value that may be a secret', () => {
    const pasted = withStep({ type: 'user', keys: 'sk-pasted' })
    expect(problems(pasted)).toEqual([
      'router.rules[0].steps[0].keys | expected a list of keys, got text: write keys: [{ name: "…", value: secret.env("…") }], for example',
    ])
  })
})

test('all problems are found in one pass', () => {
  const value = {
    name: '',
    acess: {},
    access: { models: { allow: [3] } },
    router: { rules: [{ steps: [] }, { provider: 'openai', steps: [{ type: 'user', keys: [] }, {}] }] },
  }
  expect(problems(value).map((problem) => problem.split(' | ')[0])).toEqual([
    'acess',
    'name',
    'access.models.allow[0]',
    'router.rules[0]',
    'router.rules[0].steps',
    'router.rules[1].steps[0].keys',
    'router.rules[1].steps[1].type',
  ])
})

test('what came is shown short, on one line and without control characters', () => {
  const [problem] = problems(named({ protect: `${'😀'.repeat(30)}\u001b[31m\u202e\n\u{e0001}${'x'.repeat(500)}` }))
  expect(problem).toMatch(/got "😀{30}\\u001b\[31m\\u202e\\n\\u\{e0001\}x+…"$/u)
  expect(problem?.length).toBeLessThan(200)
})
