import { expect, test } from 'vitest'
import { screenOf } from '../../../src/cli/render/screen.ts'

const plain = (screen: string) => screen.replaceAll('\u001b[K', '')

test('a text begins at the top left, and what was there before is gone', () => {
  expect(screenOf('a\nb\n', 24)).toBe('\u001b[Ha\u001b[K\nb\u001b[K\n\u001b[J')
})

test.each([
  [3, 4, 'a\nb\nc\n'],
  [4, 4, 'a\nb\n… and 2 lines more; a larger window shows them\n'],
  [5, 4, 'a\nb\n… and 3 lines more; a larger window shows them\n'],
  [5, 1, '… and 5 lines more; a larger window shows them\n'],
])('of %d lines on %d rows as many are shown as fit, and the others counted', (lines, rows, expected) => {
  const text = 'abcde'.slice(0, lines).replaceAll(/./g, '$&\n')
  expect(plain(screenOf(text, rows))).toBe(`\u001b[H${expected}\u001b[J`)
})
