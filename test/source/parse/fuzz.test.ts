import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Declaration } from '../../../src/model/configuration.ts'
import { printable } from '../../../src/model/printable.ts'
import { parseModule } from '../../../src/source/parse/parse.ts'
import { valueOf } from '../../settings/result.ts'

const OPTIONS = { owner: 'default', requireAccess: false, plainSecrets: false }

/** Names that are something, and some that are something to every object. */
const word = fc.oneof(
  fc.constantFrom('name', 'description', 'metadata', 'access', 'router', 'key', 'protect', 'renamedFrom', 'adopt'),
  fc.constantFrom(
    'providers',
    'models',
    'allow',
    'rules',
    'provider',
    'model',
    'steps',
    'type',
    'keys',
    'value',
    'id',
    '$env',
    '$file',
  ),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'aigw-sync',
    'user',
    'ngrok',
    'aigpk_1',
    'openai:gpt',
  ),
  fc.string({ unit: 'binary' }),
)

/** Values of any kind in places that mean something. */
const odd = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    word,
    fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true }),
    fc.constantFrom(NaN, Infinity, -0, null, undefined, true),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(word, tie('value')), { maxLength: 5 }).map((entries): unknown => Object.fromEntries(entries)),
  ),
})).value

test('whatever a module declares is taken or refused, in a few lines that can be shown to anybody', () => {
  fc.assert(
    fc.property(odd, fc.boolean(), (value, several) => {
      const result = parseModule({ file: 'a.ts', value, several }, OPTIONS)
      const problems = result.isErr() ? result.error : []
      expect(problems.length).toBeLessThanOrEqual(51)
      for (const { msg, path = '' } of problems) {
        expect(msg.length).toBeLessThan(1_000)
        expect(path.length).toBeLessThan(1_000)
        expect(printable(msg + path)).toBe(msg + path)
      }
    }),
    { numRuns: 2_000 },
  )
})

const label = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 50 })
  .filter((text) => text.trim() === text && !/\p{Cc}/u.test(text))
const plain = fc.jsonValue({ maxDepth: 2 }).filter((value) => JSON.stringify(value).length < 500)
const declared: fc.Arbitrary<Declaration> = fc.record(
  {
    name: label,
    description: fc.string({ unit: 'grapheme', maxLength: 50 }),
    metadata: fc.dictionary(label, plain, { maxKeys: 3 }) as fc.Arbitrary<NonNullable<Declaration['metadata']>>,
    access: fc.record(
      { providers: fc.record({ allow: fc.array(label) }), models: fc.record({ allow: fc.array(label) }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['name'] },
)

test('what may be declared comes back as it was', () => {
  fc.assert(
    fc.property(declared, (declaration) => {
      const value: unknown = JSON.parse(JSON.stringify(declaration))
      const [entry] = valueOf(parseModule({ file: 'team/a.ts', value, several: false }, OPTIONS))
      expect(entry).toMatchObject({ key: 'team/a', source: 'team/a.ts', protect: false })
      expect(JSON.parse(JSON.stringify(entry?.configuration))).toEqual(value)
    }),
  )
})

test('several come back under their names, whatever these are', () => {
  const name = label.filter((text) => !/[#/]/.test(text))
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.oneof(name, fc.constantFrom('__proto__', 'constructor', 'toString')), { maxLength: 5 }),
      (names) => {
        const value = Object.fromEntries(names.map((each) => [each, { name: each }]))
        const entries = valueOf(parseModule({ file: 'a.ts', value, several: true }, OPTIONS))
        expect(entries.map(({ key, configuration }) => [key, configuration.name])).toEqual(
          Object.keys(value).map((each) => [`a#${each}`, each]),
        )
      },
    ),
  )
})
