import { describe, expect, test } from 'vitest'
import { defineConfig, defineConfigs, secret } from '../../src/index.ts'
import { runtime, unmarked } from '../../src/source/evaluator/runtime.ts'

test('one configuration is given back as it is', () => {
  const declared = { name: 'a' }
  expect(defineConfig(declared)).toBe(declared)
})

test('several are marked as such, which a spread keeps and nobody sees in JSON', () => {
  const several = { ...defineConfigs({ web: { name: 'a' } }), ...defineConfigs({ batch: { name: 'b' } }) }
  expect(unmarked(several)).toEqual({ value: { web: { name: 'a' }, batch: { name: 'b' } }, several: true })
  expect(JSON.stringify(several)).toBe('{"web":{"name":"a"},"batch":{"name":"b"}}')
})

test('what is given to defineConfigs is left alone, and may be frozen', () => {
  const configurations = Object.freeze({ web: { name: 'a' } })
  defineConfigs(configurations)
  expect(unmarked(configurations).several).toBe(false)
})

describe.each([
  ['the package', secret],
  ['the evaluator', runtime.secret],
])('a secret is said by its place in %s', (_where, said) => {
  test('as plain data, which JSON and YAML say in the same way', () => {
    const places = [said.env('OPENAI_API_KEY'), said.file('/run/secrets/openai'), said.credential('openai')]
    expect(places).toStrictEqual([{ $env: 'OPENAI_API_KEY' }, { $file: '/run/secrets/openai' }, { $credential: 'openai' }])
  })

  test('which nothing can change, and nobody the ways to say it: modules share them', () => {
    expect(Object.isFrozen(said)).toBe(true)
    expect(Object.isFrozen(said.env('A')) && Object.isFrozen(said.file('a')) && Object.isFrozen(said.credential('a'))).toBe(true)
  })

  const untyped = said as unknown as Record<'env' | 'file' | 'credential', (...given: unknown[]) => unknown>

  test.each([
    [
      'env',
      undefined,
      "secret.env: expected the name of an environment variable as text, got undefined: write secret.env('OPENAI_API_KEY')",
    ],
    ['file', null, "secret.file: expected the path of a file as text, got null: write secret.file('/run/secrets/openai')"],
    [
      'credential',
      3,
      "secret.credential: expected the name of a systemd credential as text, got a number: write secret.credential('openai')",
    ],
  ] as const)('secret.%s(%j) tells what was expected', (way, given, msg) => {
    expect(() => untyped[way](given)).toThrow(TypeError)
    expect(() => untyped[way](given)).toThrow(msg)
  })

  test.each([
    ['a list', ['sk-canary']],
    ['an object', { key: 'sk-canary' }],
    ['a symbol', Symbol('sk-canary')],
    ['an object', new String('sk-canary')],
  ])('%s is refused without being shown', (what, given) => {
    const refuse = (): unknown => untyped.env(given)
    expect(refuse).toThrow(`got ${what}: `)
    expect(refuse).not.toThrow('canary')
  })
})
