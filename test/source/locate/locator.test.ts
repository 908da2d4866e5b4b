import { describe, expect, test } from 'vitest'
import { Locator } from '../../../src/source/locate/locator.ts'
import { lexerReady } from '../../../src/source/modules/imports.ts'
import { type ModuleRecord, recordOf } from '../../../src/source/modules/record.ts'

await lexerReady()

const NAME = { keys: ['name'], about: 'value' } as const

function record(path: string, text: string): ModuleRecord {
  return recordOf({ path, text, hash: '' })
}

async function linesOf(locator: Locator, ...records: readonly ModuleRecord[]): Promise<readonly (number | undefined)[]> {
  const found = await Promise.all(records.map((each) => locator.find({ record: each, value: { name: 3 }, wanted: [NAME] })))
  return found.map(([place]) => place?.at.line)
}

describe('a problem has no place', () => {
  test.each([
    ['in a module too large to be taken apart', 'a.ts', `${'var a = 0\n'.repeat(8_000)}export default { name: 3 }`],
    ['in a data file too large for that', 'a.yaml', `${'# a\n'.repeat(70_000)}name: 3`],
    ['in code nested too deep for the parser', 'a.js', `const x = ${'!'.repeat(60_000)}0\nexport default { name: 3 }`],
  ])('%s', async (_title, path, text) => {
    const large = { path, text, hash: '', form: path === 'a.yaml' ? 'yaml' : 'module', code: text, imports: [] } as const
    expect(await linesOf(new Locator(() => undefined), large, record('b.ts', 'export default { name: 3 }'))).toEqual([
      undefined,
      1,
    ])
  })
})

test('what is imported from a file too large for that is told where it is used', async () => {
  const shared = record('_shared.ts', `${'var a = 0\n'.repeat(8_000)}export const name = 3`)
  const entry = record('a.ts', "import { name } from './_shared.ts'\nexport default { name }")
  const [place] = await new Locator(() => shared).find({ record: entry, value: { name: 3 }, wanted: [NAME] })
  expect(place).toMatchObject({ file: 'a.ts', at: { line: 2 } })
})

test('many files that wait are looked at in turns of the event loop, and what they share is parsed once', async () => {
  let looks = 0
  const whole = record('_shared.ts', '\nexport const name = 3')
  const shared: ModuleRecord = Object.defineProperty({ ...whole }, 'code', {
    get: () => {
      looks += 1
      return whole.code
    },
  })
  const locator = new Locator((_from, specifier) => (specifier === './_shared.ts' ? shared : undefined))
  const entries = Array.from({ length: 50 }, (_, index) =>
    record(`${index}.ts`, "import { name } from './_shared.ts'\nexport default { name }"),
  )
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const lines = await linesOf(locator, ...entries)
  isOver = true
  expect(lines).toEqual(entries.map(() => 2))
  expect(looks).toBeLessThan(2 * entries.length) // each place in it takes one
  expect(turns).toBeGreaterThanOrEqual(entries.length)
})
