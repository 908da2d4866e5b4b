import { describe, expect, test } from 'vitest'
import { differenceLines, statedLines } from '../../../src/cli/render/field-lines.ts'
import { renderLines } from '../../../src/cli/render/text.ts'
import type { Difference, Shown } from '../../../src/plan/shown.ts'

const models = (...allow: string[]): Shown['access'] => ({ models: { allow } })
const rule = (...keys: string[]) =>
  ({ provider: 'openai', steps: [{ type: 'user', keys: keys.map((id) => ({ id })) }, { type: 'ngrok' }] }) as const
const anthropic = { provider: 'anthropic', steps: [{ type: 'ngrok' }] } as const

function linesOf(lines: readonly (readonly (string | { style: string; text: string })[])[]): readonly string[] {
  return renderLines(lines as Parameters<typeof renderLines>[0], false)
    .split('\n')
    .slice(0, -1)
}

describe('a field that differs', () => {
  test.each<[string, Difference, readonly string[]]>([
    ['name', { field: 'name', before: 'Web', after: 'Web → 2' }, ['"Web" → "Web → 2"']],
    ['a description that comes', { field: 'description', before: null, after: 'x' }, ['(none) → "x"']],
    ['a description that goes', { field: 'description', before: 'x', after: null }, ['"x" → (none)']],
    [
      'properties of metadata',
      { field: 'metadata', before: { a: 1, b: 2, c: 3 }, after: { c: 4, b: 2, d: [1] } },
      ['- a: 1', 'c: 3 → 4', '+ d: [1]'],
    ],
    ['metadata that comes', { field: 'metadata', before: null, after: { __proto__x: 1 } }, ['+ __proto__x: 1']],
    ['metadata that was a text', { field: 'metadata', before: 'a', after: { a: 1 } }, ['"a" → {"a":1}']],
    ['metadata that becomes a text', { field: 'metadata', before: null, after: 'a' }, ['(none) → "a"']],
    [
      'names that come and go',
      { field: 'access', before: models('a', 'b'), after: models('c', 'b', 'd') },
      ['models: + c  + d  - a'],
    ],
    [
      'access that is given up',
      { field: 'access', before: models('a'), after: null },
      ['models: a → any', 'reaches every provider and model'],
    ],
    ['access that comes', { field: 'access', before: null, after: models('a', 'b') }, ['models: any → a, b']],
    ['access that allows nothing any more', { field: 'access', before: models('a'), after: models() }, ['models: a → none']],
    ['access that allows something again', { field: 'access', before: models(), after: models('a') }, ['models: none → a']],
    [
      'one dimension for the other',
      { field: 'access', before: models('a'), after: { providers: { allow: ['openai'] } } },
      ['providers: any → openai', 'models: a → any'],
    ],
    ['a name that could be two', { field: 'access', before: null, after: models('a, b', 'c') }, ['models: any → "a, b", c']],
    [
      'rules that come and go',
      { field: 'router', before: { rules: [rule('k1'), anthropic] }, after: { rules: [rule('k1', 'k2'), anthropic] } },
      ['- openai: user k1, then ngrok', '+ openai: user k1, k2, then ngrok'],
    ],
    [
      'a provider key that is still to be made',
      {
        field: 'router',
        before: { rules: [rule('k1')] },
        after: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: null, name: 'my key' }, { id: 'k1' }] }] }] },
      },
      ['- openai: user k1, then ngrok', '+ openai: user "my key" (to be made), k1'],
    ],
    [
      'rules in another order',
      { field: 'router', before: { rules: [rule('k'), anthropic] }, after: { rules: [anthropic, rule('k')] } },
      ['- openai: user k, then ngrok', '- anthropic: ngrok', '+ anthropic: ngrok', '+ openai: user k, then ngrok'],
    ],
    [
      'one rule more of the same',
      { field: 'router', before: { rules: [anthropic] }, after: { rules: [anthropic, anthropic] } },
      ['+ anthropic: ngrok'],
    ],
    [
      'rules that go',
      { field: 'router', before: { rules: [anthropic] }, after: null },
      ['- anthropic: ngrok', '+ default routing'],
    ],
  ])('%s', (_title, difference, expected) => {
    expect(linesOf(differenceLines(difference))).toEqual(expected)
  })
})

describe('a field of what is to be created', () => {
  test.each<[string, Difference, readonly string[]]>([
    ['name', { field: 'name', before: null, after: 'Web' }, ['"Web"']],
    ['metadata', { field: 'metadata', before: null, after: { b: 1, a: 2 } }, ['{"a":2,"b":1}']],
    ['access', { field: 'access', before: null, after: models('a') }, ['providers: any', 'models: a']],
    [
      'access to a model called any',
      { field: 'access', before: null, after: models('any') },
      ['providers: any', 'models: "any"'],
    ],
    ['access to nothing', { field: 'access', before: null, after: models() }, ['providers: any', 'models: none']],
    ['no access is said aloud', { field: 'access', before: null, after: null }, ['reaches every provider and model']],
    [
      'a rule for a model',
      {
        field: 'router',
        before: null,
        after: { rules: [{ provider: 'openai', model: 'openai:openai/gpt-5', steps: [{ type: 'ngrok' }] }] },
      },
      ['openai with openai:openai/gpt-5: ngrok'],
    ],
  ])('%s', (_title, difference, expected) => {
    expect(linesOf(statedLines(difference))).toEqual(expected)
  })
})
