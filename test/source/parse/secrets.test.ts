import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseModule } from '../../../src/source/parse/parse.ts'

const OPTIONS = { owner: 'default', requireAccess: false, plainSecrets: false }

function parsed(declared: unknown, options = OPTIONS) {
  return parseModule({ file: 'web.ts', value: declared, several: false }, options)
}

function problems(declared: unknown, options = OPTIONS): string[] {
  const result = parsed(declared, options)
  return (result.isErr() ? result.error : []).map(({ path, msg }) => `${path} | ${msg}`)
}

const withRules = (...rules: object[]): object => ({ name: 'Web', router: { rules } })
const userStep = (...keys: unknown[]): object => ({ type: 'user', keys })
const withKeys = (...keys: unknown[]): object => withRules({ provider: 'openai', steps: [userStep(...keys)] })
const value = (given: unknown): object => withKeys({ name: 'prod', value: given })
const $env = { $env: 'OPENAI_API_KEY' }

describe('with the setting plainSecrets', () => {
  const CANARY = 'sk-canary-in-a-module'
  const allowing = { ...OPTIONS, plainSecrets: true }

  test('a value may stand in a module, and shows itself nowhere', () => {
    const [entry] = parsed(value(CANARY), allowing).unwrapOr([])
    const [use] = entry?.managedKeys ?? []
    expect(use && '$plain' in use.secret && use.secret.$plain.reveal()).toBe(CANARY)
    expect(entry?.configuration.router?.rules?.[0]?.steps[0]).toHaveProperty('keys[0].value', use?.secret)
    expect(JSON.stringify(entry)).not.toContain('canary')
    expect(JSON.stringify(entry)).toContain('[secret from a module]')
  })

  test('an empty one is refused', () => {
    expect(problems(value(''), allowing)).toEqual([
      expect.stringContaining('.value | expected the value of a provider key, got an empty text'),
    ])
  })

  test('two values of one key are a contradiction that shows neither', () => {
    const pasted = withKeys({ name: 'prod', value: CANARY }, { name: 'prod', value: `${CANARY}-2` })
    expect(problems(pasted, allowing)).toEqual([
      expect.stringContaining('keys[1].value | expected one secret for one provider key'),
    ])
    expect(problems(pasted, allowing).join()).not.toContain('canary')
    expect(problems(withKeys({ name: 'prod', value: CANARY }, { name: 'prod', value: CANARY }), allowing)).toEqual([])
  })

  test('references work as they do without it', () => {
    expect(parsed(value($env), allowing)).toEqual(parsed(value($env)))
  })
})

describe('what may be a secret is never shown', () => {
  const secret = 'sk-proj-very-secret'
  test.each<[string, object]>([
    ['a value in place of keys', withRules({ provider: 'openai', steps: [{ type: 'user', keys: secret }] })],
    ['a value in place of a key', withKeys(secret)],
    ['a value in place of an id', withKeys({ id: secret })],
    ['a value beside an id', withKeys({ id: 'aigpk_1', value: secret })],
    ['a value beside a name', withKeys({ name: 'prod', value: secret })],
    ['a value without a name', withKeys({ value: secret })],
    ['a value as a property', withKeys({ [secret]: true, id: 'aigpk_1' })],
    ['a value as a property beside a name', withKeys({ [secret]: true, name: 'prod' })],
    ['a value that is too long for a name', withKeys({ name: secret.repeat(20) })],
    ['a value with a line break for a name', withKeys({ name: `${secret}\n` })],
    ['a value for a name that no provider has', withRules({ provider: 'aigp_1', steps: [userStep({ name: secret })] })],
    ['a value in place of a variable', value({ $env: secret })],
    ['a value in place of a path', value({ $file: `${secret}\0` })],
    ['a value in place of a credential', value({ $credential: `${secret}/` })],
    ['a value beside a reference', value({ $env: 'A', value: secret })],
    ['a value as a property of a reference', value({ [secret]: 'A' })],
    ['a value in a list', value([secret])],
    ['a value under another name', value({ plain: secret })],
    [
      'a value in an unknown property of a step',
      withRules({ provider: 'openai', steps: [{ ...userStep({ id: 'aigpk_1' }), apiKey: secret }] }),
    ],
    ['keys of an ngrok step', withRules({ provider: 'openai', steps: [{ type: 'ngrok', keys: [{ value: secret }] }] })],
  ])('%s', (_what, declared) => {
    const found = problems(declared)
    expect(found).not.toHaveLength(0)
    expect(found.join()).not.toContain(secret.slice(0, 5))
  })

  test('wherever in the keys of a step it was pasted', () => {
    const canary = fc.constant(`${secret}\u0000`)
    const property = fc.oneof(fc.constantFrom('id', 'name', 'value', '$env', '$file', '$credential', '$plain'), canary)
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        canary,
        fc.constantFrom('aigpk_1', 'prod', null, 3),
        fc.dictionary(property, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
        fc.array(tie('tree'), { maxLength: 2 }),
      ),
    }))
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), fc.boolean(), (keys, plainSecrets) => {
        const found = parsed(withKeys(...keys), { ...OPTIONS, plainSecrets })
        expect(JSON.stringify(found)).not.toContain(secret.slice(0, 5))
      }),
      { numRuns: 1_000 },
    )
  })
})
