import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseData } from '../../../src/source/modules/data.ts'
import { excerptOf } from '../../../src/source/modules/excerpt.ts'
import { lexerReady } from '../../../src/source/modules/imports.ts'
import { plain } from '../../../src/source/evaluator/plain.ts'
import { positionAt } from '../../../src/source/modules/position.ts'
import { problemOf } from '../../../src/source/modules/problem.ts'
import { lineSplitter } from '../../../src/source/evaluator/protocol.ts'
import { recordOf } from '../../../src/source/modules/record.ts'

beforeAll(() => lexerReady())

/** Much of what YAML and JSON are made of. */
const piece = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    ',',
    '- ',
    '? ',
    '"',
    "'",
    '\n',
    '\r\n',
    '  ',
    '\t',
    '#',
    '|',
    '>',
    '&a ',
    '*a',
    '<<: ',
    '!!str ',
  ),
  fc.constantFrom(
    '!!binary ',
    '---\n',
    '...\n',
    '%YAML 1.2\n',
    '\\u0000',
    '\ufeff',
    '\u2028',
    '\ud800',
    'null',
    '.nan',
    '1e999',
    '__proto__',
    '~',
  ),
  fc.string({ maxLength: 5 }),
)
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''))

test.each(['a.json', 'a.yaml'])('any text as %s is data or has one problem, which says something and where', async (path) => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.json()), async (content) => {
      const parsed = await parseData(recordOf({ path, text: content, hash: '' }))
      if (parsed.ok) {
        expect(plain(parsed.value)).toEqual({ ok: true, value: parsed.value })
        return
      }
      const { msg, line = 1, column = 1, frame = '' } = await problemOf(path, parsed.finding)
      expect(msg).toMatch(/\S/)
      expect(msg.length + frame.length).toBeLessThan(6_000)
      expect(line).toBeLessThanOrEqual(content.split('\n').length)
      expect(column).toBeGreaterThan(0)
    }),
    { numRuns: 1_000 },
  )
})

test('any text as a module has a record', () => {
  const code = fc.oneof(
    text,
    fc.string(),
    fc
      .array(
        fc.constantFrom('import ', 'export ', 'default ', '"', '`', '${', '}', '/', '<', '(', ')', '=>', 'a', '\n', '@', '#'),
      )
      .map((words) => words.join('')),
  )
  fc.assert(
    fc.property(code, (content) => {
      const { flaw, code: transformed } = recordOf({ path: 'a.ts', text: content, hash: '' })
      expect(flaw === undefined ? typeof transformed : flaw.msg).not.toBe('')
    }),
  )
})

describe('what plain takes', () => {
  const getter = fc.constantFrom<object>(
    Object.defineProperty({}, 'x', { enumerable: true, get: () => 1 }),
    Object.defineProperty({}, 'x', { enumerable: false, value: () => 1 }),
    new Proxy({ x: 1 }, {}),
    new Proxy([1, 2], {}),
    Object.create(null) as object,
    Object.create({ inherited: 1 }) as object,
    Object.assign(Object.create(null) as object, { ['__proto__']: 1 }),
    new Date(Number.NaN),
    Symbol.prototype,
    [undefined],
    Object(1n) as object,
    new Proxy(() => 1, {}),
  )
  const anything = fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withBoxedValues: true,
      withNullPrototype: true,
    }),
    fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(getter, fc.string({ unit: 'binary' }))),
    fc.array(getter),
  )

  test('is the same after it went through JSON, and all else is refused with a place', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const result = plain(value)
        if (!result.ok) {
          expect(result.msg).toMatch(/^expected/)
          return
        }
        const written = JSON.stringify(result.value)
        const again = plain(JSON.parse(written))
        expect(again.ok && JSON.stringify(again.value)).toBe(written)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is two million characters in all, however often one text stands in it', () => {
    const shared = 'x'.repeat(100_000)
    expect(plain(Array.from({ length: 20 }, () => shared))).toMatchObject({ ok: true })
    expect(plain(Array.from({ length: 21 }, () => shared))).toMatchObject({
      ok: false,
      msg: 'expected at most 2097152 characters of text in all',
    })
    expect(plain({ [shared.repeat(21)]: 1 })).toMatchObject({ ok: false })
  })
})

test('a position is where an editor says it is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '\n', '\r\n', '😀')).map((all) => all.join('')),
      fc.nat(30),
      (content, offset) => {
        const before = content.slice(0, offset)
        expect(positionAt(content, offset)).toEqual({
          line: before.split('\n').length,
          column: before.length - before.lastIndexOf('\n'),
        })
      },
    ),
  )
})

test('an excerpt has the place in it, and little else', () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 400 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(lines, fc.nat(), fc.nat(), (all, someLine, someColumn) => {
      const line = (someLine % all.length) + 1
      const whole = all[line - 1] ?? ''
      const column = (someColumn % (whole.length + 1)) + 1
      const excerpt = excerptOf(all.join('\n'), { line, column })
      const shown = excerpt.lines.split('\n')
      expect(shown.length).toBeLessThanOrEqual(6)
      expect(Math.max(...shown.map(({ length }) => length))).toBeLessThanOrEqual(162)
      expect(shown[line - excerpt.first]?.[excerpt.column - 1]).toBe(whole[column - 1])
    }),
  )
})

test('lines come whole, however they were cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n') })), (chunks) => {
      const lines: string[] = []
      const split = lineSplitter(
        (line) => lines.push(line),
        () => expect.fail('none is too long'),
      )
      for (const chunk of chunks) split(chunk)
      expect(lines).toEqual(chunks.join('').split('\n').slice(0, -1))
    }),
  )
})
