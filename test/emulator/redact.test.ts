import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { redact } from '../../src/emulator/redact.ts'

test.each([
  ['sk-proj-abcdefghijklmnop1234', 'sk-proj-ab***1234'],
  ['01234567890123456789', '0123456789***6789'],
  ['0123456789012345678', '***678'],
  ['secret', '***t'],
  ['abc', '***'],
  ['', '***'],
  ['🙂'.repeat(20), `${'🙂'.repeat(10)}***${'🙂'.repeat(4)}`],
])('%s is shown as %s', (secret, shown) => {
  expect(redact(secret)).toBe(shown)
})

test('a part is always hidden', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (secret) => {
      expect(Array.from(redact(secret).replace('***', '')).length).toBeLessThan(Array.from(secret).length)
    }),
  )
})
