import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plain } from '../../../src/source/evaluator/plain.ts'

test('JSON data comes back as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const result = plain(value)
      expect(result).toEqual({ ok: true, value })
      expect(result.ok && JSON.stringify(result.value)).toBe(JSON.stringify(value))
    }),
  )
})

test('anything at all is either refused or survives JSON unchanged', () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true, withNullPrototype: true }),
      (value) => {
        const result = plain(value)
        if (result.ok) expect(JSON.parse(JSON.stringify(result.value))).toEqual(JSON.parse(JSON.stringify(value)))
        else expect(result.msg).not.toBe('')
      },
    ),
  )
})

class Odd {
  readonly x = 1
}
const cycle: Record<string, unknown> = {}
cycle['self'] = { back: [cycle] }

describe('what JSON cannot say is refused with its place', () => {
  test.each([
    ['a function', { access: () => 1 }, 'a function', 'access'],
    ['a Date', { a: [{ at: new Date(0) }] }, 'a Date', 'a[0].at'],
    ['a Map', { map: new Map() }, 'an instance of Map', 'map'],
    ['a class instance', { 'odd name': new Odd() }, 'an instance of Odd', '["odd name"]'],
    ['a symbol', [Symbol('x')], 'a symbol', '[0]'],
    ['a bigint', { n: 1n }, 'a bigint', 'n'],
    ['NaN', { n: Number.NaN }, 'NaN', 'n'],
    ['infinity', { n: Infinity }, 'Infinity', 'n'],
    ['a promise', { p: Promise.resolve(1) }, 'await it', 'p'],
    ['a cycle', cycle, 'contains itself', 'self.back[0]'],
    ['undefined in an array', { a: [1, undefined] }, 'undefined', 'a[1]'],
    ['a hole in an array', { a: Array.from({ length: 3 }).concat([1]).slice(0, 1) }, 'undefined', 'a[0]'],
    ['a symbol as a name', { a: { [Symbol('mine')]: 1 } }, 'Symbol(mine)', 'a'],
    ['undefined itself', undefined, 'undefined', ''],
  ])('%s', (_name, value, msg, path) => {
    expect(plain(value)).toEqual({ ok: false, msg: expect.stringContaining(msg) as string, path })
  })
})

test('properties that are undefined are left out', () => {
  expect(plain({ a: undefined, b: { c: undefined } })).toEqual({ ok: true, value: { b: {} } })
})

test('one object in two places is no cycle', () => {
  const shared = { x: 1 }
  expect(plain({ a: shared, b: [shared] })).toEqual({ ok: true, value: { a: { x: 1 }, b: [{ x: 1 }] } })
})

test('a getter is read once', () => {
  let reads = 0
  expect(
    plain({
      get name() {
        return `read ${(reads += 1)}`
      },
    }),
  ).toEqual({ ok: true, value: { name: 'read 1' } })
})

test('a property called __proto__ is data and stays one', () => {
  const result = plain(JSON.parse('{"__proto__": {"polluted": true}}'))
  expect(result.ok && JSON.stringify(result.value)).toBe('{"__proto__":{"polluted":true}}')
})

test('a proxy that goes on for ever is refused', () => {
  const endless = (): object =>
    new Proxy(
      {},
      {
        get: () => endless(),
        ownKeys: () => ['deeper'],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
      },
    )
  expect(plain(endless())).toMatchObject({ ok: false, msg: 'expected at most 64 levels' })
})

test('an object of more than 10,000 properties is refused before they are read', () => {
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`a${index}`, 1]))
  expect(plain({ many })).toEqual({ ok: false, msg: 'expected at most 10000 properties, got 10001', path: 'many' })
})

test('what unfolds into more than 100,000 values is refused', () => {
  let value: unknown = 'lol'
  for (let level = 0; level < 9; level += 1) value = Array.from({ length: 10 }, () => value)
  expect(plain(value)).toMatchObject({ ok: false, msg: 'expected at most 100000 values' })
})
