import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { scanJson } from '../../src/lockfile/scan.ts'

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const mangled = fc
  .tuple(
    fc.json(),
    fc.nat(),
    fc.nat({ max: 2 }),
    fc.constantFrom('', ' ', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', '\n', 'u'),
  )
  .map(([text, at, length, insert]) => {
    const place = at % (text.length + 1)
    return text.slice(0, place) + insert + text.slice(place + length)
  })

test('something is broken exactly where JSON.parse finds it so', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), mangled, fc.string()), (text) => {
      const isBroken = scanJson(text)?.type === 'broken'
      if (scanJson(text)?.type !== 'repeated') expect(isBroken).toBe(!isJson(text))
    }),
    { numRuns: 3000 },
  )
})

test('what stands before a break can be completed to JSON, a character further it cannot', () => {
  expect(scanJson('{"a": [1, 2}')).toEqual({ type: 'broken', offset: 11 })
  expect(scanJson('{"a": "b\nc"}')).toEqual({ type: 'broken', offset: 6 })
  expect(scanJson('{"a": "b')).toEqual({ type: 'broken', offset: 8 })
  expect(scanJson('{"a": tr')).toEqual({ type: 'broken', offset: 8 })
  expect(scanJson('{"a": trust')).toEqual({ type: 'broken', offset: 6 })
  expect(scanJson('[1,]')).toEqual({ type: 'broken', offset: 3 })
  expect(scanJson('{,}')).toEqual({ type: 'broken', offset: 1 })
})

test('a property is repeated only within one object, however it is spelled', () => {
  expect(scanJson('{"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}]}')).toBeUndefined()
  expect(scanJson('{"a": 1, "b": {}, "\\u0061": 2}')).toEqual({ type: 'repeated', property: 'a', offset: 18 })
  expect(scanJson('{"__proto__": 1, "__proto__": 2}')).toMatchObject({ type: 'repeated', property: '__proto__' })
})
