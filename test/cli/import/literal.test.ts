import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { propertyName, quote } from '../../../src/cli/import/literal.ts'
import { printable } from '../../../src/model/printable.ts'
import { hostileText } from './observed.ts'

test('a literal means the text it was made of, on one harmless line', () => {
  fc.assert(
    fc.property(fc.oneof(hostileText, fc.string({ unit: 'grapheme' })), fc.boolean(), (text, isCut) => {
      const whole = isCut ? text + '👍'.slice(0, 1) : text
      const literal = quote(whole)
      expect(runInNewContext(`'use strict'; (${literal})`)).toBe(whole)
      expect(printable(literal)).toBe(literal)
      expect(literal.isWellFormed()).toBe(true)
    }),
  )
})

test('a name means the property it was made of, and no prototype', () => {
  fc.assert(
    fc.property(fc.oneof(hostileText, fc.constantFrom('__proto__', '10', 'a-b', 'class', '')), (name) => {
      const keys: unknown = runInNewContext(`'use strict'; JSON.stringify(Object.keys({ ${propertyName(name)}: 1 }))`)
      expect(keys).toBe(JSON.stringify([name]))
    }),
  )
})

describe('a literal is written as a person would', () => {
  test.each([
    ['Chatbot (production)', "'Chatbot (production)'"],
    ["Bob's bot", `"Bob's bot"`],
    [`'a' "b" c`, String.raw`'\'a\' "b" c'`],
    ['C:\\x', String.raw`'C:\\x'`],
    ['one\ntwo\tthree', String.raw`'one\ntwo\tthree'`],
    ['Übersicht 漢字 👩‍🚀', "'Übersicht 漢字 👩‍🚀'"],
    ['a\u2028b\u0000c\u202ed', String.raw`'a\u2028b\u0000c\u202ed'`],
    ['\u{e0041}', String.raw`'\u{e0041}'`],
    ['\ud83d', String.raw`'\ud83d'`],
  ])('%j', (text, literal) => {
    expect(quote(text)).toBe(literal)
  })
})

test.each([
  ['team', 'team'],
  ['$id_2', '$id_2'],
  ['class', 'class'],
  ['cost-center', "'cost-center'"],
  ['10', "'10'"],
  ['', "''"],
  ['größe', "'größe'"],
  ['__proto__', "['__proto__']"],
])('the property %j is written %s', (name, written) => {
  expect(propertyName(name)).toBe(written)
})
