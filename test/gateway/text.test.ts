import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanText } from '../../src/gateway/text.ts'

test.each([
  ['as it is', 'as it is'],
  ['two\r\nlines', 'two lines'],
  ['\u001b[31mred\u0007', '[31mred'],
  ['left\u2028right\u202e', 'left right'],
  ['Bearer s3cr3t was refused', 'Bearer *** was refused'],
  ['ünïcode ✓ 漢', 'ünïcode ✓ 漢'],
])('%o is told as %o', (text, expected) => {
  expect(cleanText(text, 's3cr3t')).toBe(expected)
})

test('what is told is short, printable, well-formed and never holds the secret', () => {
  const secret = 's3cr3t'
  const pieces = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constant(secret), fc.constant('s3c\u0000r3t')), {
    maxLength: 200,
  })
  fc.assert(
    fc.property(pieces, (parts) => {
      const told = cleanText(parts.join(''), secret)
      expect(told.length).toBeLessThanOrEqual(500)
      expect(told).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      expect(told.isWellFormed()).toBe(true)
      expect(told).not.toContain(secret)
    }),
  )
})

test('a secret on the edge of the cut leaves no half behind', () => {
  expect(cleanText(`${'x'.repeat(497)}s3cr3t`, 's3cr3t')).toBe(`${'x'.repeat(497)}***`)
  expect(cleanText(`${'x'.repeat(498)}s3cr3t`, 's3cr3t')).toBe(`${'x'.repeat(498)}*…`)
})

test('an empty secret is not found everywhere', () => {
  expect(cleanText('text', '')).toBe('text')
})
