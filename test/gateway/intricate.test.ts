import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isIntricate } from '../../src/gateway/intricate.ts'

const MIB = 1024 * 1024

/** The same, longer than what is not looked through. */
const long = (text: string) => text + ' '.repeat(MIB)

describe('what would keep a parser busy', () => {
  test.each([
    ['lists in lists', '['.repeat(MIB) + ']'.repeat(MIB)],
    ['lists in lists that never end', '['.repeat(MIB)],
    ['objects in objects', '{"":'.repeat(MIB)],
    ['a list of nothing but lists', `[${'[],'.repeat(MIB)}[]]`],
    ['a list of numbers', `[${'1,'.repeat(MIB)}1]`],
    ['65 levels', long('['.repeat(65) + ']'.repeat(65))],
    ['what comes after a text with brackets', long(`["\\"]]]]",${'['.repeat(64)}`)],
  ])('is %s', (_name, text) => {
    expect(isIntricate(text)).toBe(true)
  })
})

describe('what would not', () => {
  test.each([
    ['a page of large configurations', JSON.stringify(Array.from({ length: 100 }, () => ({ metadata: '{"a":['.repeat(2_000) })))],
    ['64 levels', long('['.repeat(64) + ']'.repeat(64))],
    ['many levels one after the other', long('[[]],'.repeat(10_000))],
    ['brackets in a text', `"${'['.repeat(MIB)}"`],
    ['brackets after an escaped quote in a text', `"\\"${'['.repeat(MIB)}"`],
    ['brackets in a text that never ends', `"${'['.repeat(MIB)}`],
    ['backslashes without end', `"${'\\'.repeat(MIB)}`],
    ['what is short', '['.repeat(1_000)],
    ['nothing', ''],
  ])('is %s', (_name, text) => {
    expect(isIntricate(text)).toBe(false)
  })

  test('is any document of few parts, whatever its texts are', () => {
    fc.assert(fc.property(fc.json(), (text) => !isIntricate(long(text))))
  })
})
