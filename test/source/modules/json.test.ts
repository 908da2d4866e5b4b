import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonFlaw } from '../../../src/source/modules/json.ts'

test.each([
  ['{"a":1,}', 1, 8],
  ['{\n  "a": tru,\n  "b": 2\n}', 2, 11],
  ['{\n  "ä😀": oops\n}', 2, 10],
  ['[1,]', 1, 4],
  ['{a:1}', 1, 2],
  ['{"a":1}\nx', 2, 1],
  ['{"a": [1, 2', 1, 12],
  ['', 1, 1],
  ['"a\nb"', 1, 3],
])('%j is refused at line %i, column %i', (text, line, column) => {
  const flaw = jsonFlaw(text)
  expect(flaw?.at).toEqual({ line, column })
  expect(flaw?.msg).not.toMatch(/position|not valid JSON/)
})

test('JSON has no flaw', () => {
  fc.assert(fc.property(fc.json(), (text) => jsonFlaw(text) === undefined))
})

test('a character that cannot be there is found where it was put', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, at) => {
      // outside of strings: a string would take it as one more letter
      const spots = [...text.matchAll(/[\]}[{,:]/g)].map(({ index }) => index).filter((index) => !insideString(text, index))
      const spot = spots[at % (spots.length || 1)]
      fc.pre(spot !== undefined)
      expect(jsonFlaw(`${text.slice(0, spot)}\u00a7${text.slice(spot)}`)?.at?.column).toBe(spot + 1)
    }),
  )
})

function insideString(text: string, index: number): boolean {
  return (text.slice(0, index).replaceAll(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1
}
