import { valueOf } from '../../settings/result.ts'
import { expect, test } from 'vitest'
import { originalPosition, transform } from '../../../src/source/modules/transform.ts'
import { importsOf, lexerReady } from '../../../src/source/modules/imports.ts'
import { positionAt } from '../../../src/source/modules/position.ts'

test.each([
  ['plain text', 'const a = 1\nconst x: = 3\n', 2, 10],
  ['text of two bytes before it on the line', "const é = 'ü'; const x: = 3\n", 1, 25],
  ['text of four bytes before it', "const a = '😀'\nconst b = '😀'; const x: = 3\n", 2, 26],
])('a syntax error is placed as editors count, after %s', (_name, text, line, column) => {
  expect(transform('a.ts', text)).toMatchObject({ ok: false, flaw: { at: { line, column } } })
})

test('types vanish, and what is imported only for its type', async () => {
  await lexerReady()
  const text =
    "import type { A } from './a.ts'\nimport { B } from './b.ts'\nimport { c, type D } from './c.ts'\nexport default c as B & A & D\n"
  const transformed = transform('x.ts', text)
  expect(transformed.ok && valueOf(importsOf(transformed.code)).map(({ specifier }) => specifier)).toEqual(['./c.ts'])
})

test('enums and namespaces become code', () => {
  const transformed = transform('x.ts', 'enum E { A = 7 }\nnamespace N { export const b = E.A }\nexport default N.b\n')
  expect(transformed.ok && transformed.code).toMatch(/export default N\.b/)
})

test('JavaScript may not contain types', () => {
  expect(transform('x.mjs', 'const a: string = 1').ok).toBe(false)
  expect(transform('x.mts', "const a: string = ''").ok).toBe(true)
})

test('a position in the code leads back to the text', () => {
  const text = "import type { A } from './a.ts'\n\ninterface B {\n  a: A\n}\n\nexport default (null as unknown as B).a\n"
  const transformed = transform('x.ts', text)
  const { code } = transformed as { code: string }
  expect(originalPosition({ path: 'x.ts', text }, positionAt(code, code.indexOf('.a') + 1))).toMatchObject({ line: 7 })
})

test('imports are found with what they say of themselves', async () => {
  await lexerReady()
  const code =
    "import a from './a.ts'\nexport * from './b.ts'\nimport d from './d.json' with { type: 'json' }\nconst c = await import('./c.ts')\nawait import('./' + a)\nimport.meta.url\n"
  const found = valueOf(importsOf(code)).map(({ specifier, dynamic, json }) => ({ specifier, dynamic, json: !dynamic && json }))
  expect(found).toEqual(
    expect.arrayContaining([
      { specifier: './a.ts', dynamic: false, json: false },
      { specifier: './b.ts', dynamic: false, json: false },
      { specifier: './c.ts', dynamic: true, json: false },
      { specifier: './d.json', dynamic: false, json: true },
    ]),
  )
  expect(found).toHaveLength(4)
})
