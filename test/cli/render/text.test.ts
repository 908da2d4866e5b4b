import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderDocument, renderLines } from '../../../src/cli/render/text.ts'

test('lines are what their spans say, with an end each', () => {
  expect(renderLines([['a', { style: 'bold', text: 'b' }], [], ['c']], false)).toBe('ab\n\nc\n')
})

test('with colours only where they are wanted', () => {
  expect(renderLines([[{ style: 'red', text: 'a' }]], true)).toBe('\u001b[31ma\u001b[39m\n')
})

const hostile = fc.string({ unit: 'binary' })
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

test('whatever the texts are, a line is one line without control characters', () => {
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const text = renderLines([[a, { style: 'bold', text: b }]], false)
      expect(text.split('\n')).toHaveLength(2)
      expect(text).not.toMatch(CONTROLS)
    }),
  )
})

test('a document is one line of JSON that says what was said, without control characters', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const line = renderDocument({ text })
      expect(JSON.parse(line)).toEqual({ text })
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(line).not.toMatch(CONTROLS)
    }),
  )
})
