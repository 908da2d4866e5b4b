import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listOf, nullable, oneOf, shape, text } from '../../src/emulator/validate.ts'

describe('an object', () => {
  const check = shape({ name: text(5), tags: listOf(text(), 1), kind: oneOf('a', 'b'), note: nullable(text()) }, ['name'])

  test.each([
    [{ name: 'x' }],
    [{ name: '' }],
    [{ name: '12345', tags: ['a'], kind: 'b', note: null }],
    [{ name: 'x', note: 'y' }],
  ])('%j passes', (body) => {
    expect(check(body, '')).toBeUndefined()
  })

  test.each([
    [[], 'invalid', ''],
    [null, 'invalid', ''],
    ['x', 'invalid', ''],
    [{}, 'missing', 'name'],
    [{ name: null }, 'invalid', 'name'],
    [{ name: 7 }, 'invalid', 'name'],
    [{ name: '123456' }, 'too-long', 'name'],
    [{ name: 'x', tags: [] }, 'invalid', 'tags'],
    [{ name: 'x', tags: 'a' }, 'invalid', 'tags'],
    [{ name: 'x', tags: ['a', 1] }, 'invalid', 'tags[1]'],
    [{ name: 'x', kind: 'c' }, 'invalid', 'kind'],
    [{ name: 'x', note: 7 }, 'invalid', 'note'],
    [{ name: 'x', more: 1 }, 'invalid', ''],
    [JSON.parse('{"name":"x","__proto__":{}}'), 'invalid', ''],
    [{ name: 'x', constructor: 1 }, 'invalid', ''],
  ])('%j breaks a rule', (body, kind, path) => {
    expect(check(body, '')).toMatchObject({ kind, path })
  })

  test('names the place by its whole path', () => {
    const nested = shape({ rules: listOf(shape({ steps: listOf(text()) })) })
    expect(nested({ rules: [{}, { steps: ['a', 2] }] }, 'router')).toEqual({
      kind: 'invalid',
      path: 'router.rules[1].steps[1]',
      msg: 'Expected `router.rules[1].steps[1]` to be a string.',
    })
  })
})

test('characters are counted as code points, not as UTF-16 units', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (value) => {
      expect(text(6)(value, 'name') === undefined).toBe(Array.from(value).length <= 6)
    }),
  )
  expect(text(3)('🙂🙂🙂', 'name')).toBeUndefined()
})
