import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable } from '../../src/model/printable.ts'

test.each([
  ['a\nb\r\n\tc', String.raw`a\nb\r\n\tc`],
  ['\u001b[2Jgone', String.raw`\u001b[2Jgone`],
  ['\u009b2J', String.raw`\u009b2J`],
  ['\u007f\0', String.raw`\u007f\u0000`],
  ['user\u202egnp.exe', String.raw`user\u202egnp.exe`],
  ['a\u2028b', String.raw`a\u2028b`],
  ['Zoë 日本 🎉 "quoted" \\', 'Zoë 日本 🎉 "quoted" \\'],
])('writes %j as %s', (text, expected) => {
  expect(printable(text)).toBe(expected)
})

test('whatever comes in, one line without controls comes out, and a second time changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const safe = printable(text)
      // oxlint-disable-next-line no-control-regex -- their absence is asserted
      expect(safe).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
      expect(printable(safe)).toBe(safe)
    }),
  )
})
