import { format, inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redact } from '../../src/emulator/redact.ts'
import { isSameNonce, Secret } from '../../src/model/secret.ts'
import { sealOf } from '../../src/secrets/seal.ts'

const seal = (value: string) => sealOf(new Secret(value, 'a test'))

const KEY = 'sk-proj-0123456789abcdefwxyz'

describe('a display form', () => {
  test.each([
    ['is the same where all that is shown fits', 'sk-proj-01***wxyz', 'same'],
    ['is another where its beginning does not fit', 'sk-proj-99***wxyz', 'other'],
    ['is another where its end does not fit', 'sk-proj-01***0000', 'other'],
    ['is another where nothing but an end is shown, that does not fit', '***0000', 'other'],
    ['is unclear where too little is shown', '***wxyz', 'unclear'],
    ['is the same where a little less is shown, that suffices', 'sk***wxyz', 'same'],
    ['is the same where more is shown than we keep', 'sk-proj-012345***efwxyz', 'same'],
    ['is unclear where nothing is shown', '***', 'unclear'],
    ['is unclear where it is empty', '', 'unclear'],
    ['is unclear where it has no mask', 'sk-proj-01', 'unclear'],
    ['is the same with another mask, where what is around it fits', 'sk-proj-01****wxyz', 'same'],
    ['is unclear with another mask, where that does not fit', 'sk-proj-99****wxyz', 'unclear'],
    ['is unclear with a mask that is none', 'sk-proj-99…wxyz', 'unclear'],
    ['is unclear where it is cut within a character', 'sk-proj-9\ufffd***wxyz', 'unclear'],
  ])('%s', (_title, shown, expected) => {
    expect(seal(KEY).compare(shown)).toBe(expected)
  })

  test('of a short value is unclear where its end fits, as its beginning is not kept', () => {
    expect(seal('short-key-12').compare('***12')).toBe('unclear')
    expect(seal('short-key-12').compare('***y-12')).toBe('unclear')
    expect(seal('short-key-12').compare('***34')).toBe('other')
  })

  test('of a value with stars of its own is read as it may be meant', () => {
    const starry = 'sk***0123456789abcdefw***'
    expect(seal(starry).compare(redact(starry))).toBe('same')
  })
})

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('*', 'a', 'b'), minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
)

describe('as the emulator shows values', () => {
  test('a value is never taken for another than itself', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(seal(value).compare(redact(value))).not.toBe('other')
      }),
    )
  })

  test('a value of 20 characters or more is known again', () => {
    const long = fc.string({ unit: fc.constantFrom('-', 'a', 'b', '7'), minLength: 20, maxLength: 200 })
    fc.assert(
      fc.property(long, (value) => {
        expect(seal(value).compare(redact(value))).toBe('same')
      }),
    )
  })

  test('values that are shown alike are told the same, and what is shown otherwise is not', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 20, maxLength: 22 })
    fc.assert(
      fc.property(key, key, (value, other) => {
        expect(seal(value).compare(redact(other))).toBe(redact(value) === redact(other) ? 'same' : 'other')
      }),
    )
  })
})

describe('a fingerprint', () => {
  test('is equal for equal values under one nonce, and for nothing else', () => {
    fc.assert(
      fc.property(text, text, text, text, (value, other, nonce, next) => {
        const print = seal(value).fingerprint(nonce)
        expect(print).toMatch(/^[\w-]{6}\.[\w-]{43}$/)
        expect(seal(value).fingerprint(nonce)).toBe(print)
        expect(seal(other).fingerprint(nonce) === print).toBe(value === other)
        expect(seal(value).fingerprint(next) === print).toBe(nonce === next)
        expect(isSameNonce(print, seal(other).fingerprint(next))).toBe(nonce === next)
      }),
    )
  })
})

test('a seal shows nothing of its value', () => {
  const sealed = seal(KEY)
  const shown = [
    format('%s', sealed),
    JSON.stringify({ sealed }),
    inspect(sealed, { showHidden: true, depth: 9 }),
    inspect({ nested: [sealed] }, { showHidden: true, depth: 9 }),
    JSON.stringify(structuredClone(sealed)),
    Object.keys(sealed).join(),
  ].join('\n')
  for (const part of ['sk-', 'proj', 'wxyz', 'Buffer']) expect(shown).not.toContain(part)
  expect(inspect(sealed)).toBe('[seal]')
})
