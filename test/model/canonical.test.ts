import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '../../src/model/canonical.ts'

test.each([
  [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
  [{ 9: 1, 10: 2, '1a': 3 }, '{"10":2,"1a":3,"9":1}'],
  [{ z: [{ d: undefined, c: null }], a: 'é"\n' }, '{"a":"é\\"\\n","z":[{"c":null}]}'],
  [JSON.parse('{"__proto__":1,"A":2}'), '{"A":2,"__proto__":1}'],
  [[], '[]'],
  [{}, '{}'],
])('%j is written as %s', (value, expected) => {
  expect(canonicalJson(value)).toBe(expected)
})

test('what is written reads as the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value))
      expect(JSON.parse(canonicalJson(plain))).toEqual(plain)
    }),
  )
})

test('the order of properties makes no difference', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (value) => {
      expect(canonicalJson(Object.fromEntries(Object.entries(value).toReversed()))).toBe(canonicalJson(value))
    }),
  )
})
