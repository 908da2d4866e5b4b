import { expect, test } from 'vitest'
import { renderLines } from '../../../src/cli/render/text.ts'
import { validateDocument } from '../../../src/cli/render/validate-document.ts'
import { validateLines } from '../../../src/cli/render/validate-lines.ts'
import { desiredOf, entryOf } from '../../support/states.ts'
import { PROBLEM, sampleLook } from './sample.ts'

const { declared } = sampleLook()
const document = validateDocument(declared)

test('everything that is wrong is told at once, with what is open, and a line of summary', () => {
  expect(renderLines(validateLines(document), false)).toMatchInlineSnapshot(`
    "× broken.ts:3:5: does not load: expected \`,\`, got \`access\`
          2 |   name: 'x'
        > 3 |  access: 3
            |  ^
    × the key same is declared more than once (a.json, b.json); keep one, or give the other a key of its own

    ▲ open declares no access: it reaches every provider and model (open.ts)

    × 10 entries from 9 modules: 1 module does not load, 1 key is declared more than once, 1 without access
    "
  `)
})

test('the document has entries in order of key, and problems of modules before those of keys', () => {
  expect(document.entries.map(({ key }) => key)).toEqual(document.entries.map(({ key }) => key).toSorted())
  expect(document.problems.map(({ problem, file, key }) => [problem, file, key])).toEqual([
    ['syntax', 'broken.ts', null],
    ['duplicate-key', 'a.json', 'same'],
  ])
})

test.each([
  ['all is well', { desired: desiredOf([entryOf('web')]), files: 1, problems: [] }, true, '✓ 1 entry from 1 module: all load\n'],
  ['an empty folder', { desired: desiredOf([]), files: 0, problems: [] }, true, '✓ 0 entries from 0 modules: all load\n'],
  [
    'two problems of one module',
    { desired: desiredOf([]), files: 1, problems: [PROBLEM, PROBLEM] },
    false,
    '× 0 entries from 1 module: 1 module does not load\n',
  ],
])('%s', (_title, given, ok, last) => {
  const whole = validateDocument(given)
  expect(whole.ok).toBe(ok)
  expect(renderLines(validateLines(whole), false).endsWith(last)).toBe(true)
})
