import { describe, expect, test } from 'vitest'
import { isLarge } from '../../../src/source/large/large.ts'
import { open } from '../modules/harness.ts'

function isLargeText(path: string, text: string): boolean {
  return isLarge({ path, text, hash: '' })
}

describe('large is', () => {
  test.each<[string, string, string, boolean]>([
    ['no module of 1,500 words, however long they are', 'a.ts', `${'x'.repeat(1000)} `.repeat(1500), false],
    ['a module of one word more', 'a.ts', 'x '.repeat(1501), true],
    ['a module of as many signs', 'a.mjs', '!'.repeat(1501), true],
    ['a module of as many words in a language of its own', 'a.mts', 'ü '.repeat(1501), true],
    ['no JSON of 32 KB', 'a.json', ' '.repeat(32 * 1024), false],
    ['JSON of more', 'a.json', ' '.repeat(32 * 1024 + 1), true],
    ['YAML of more', 'a.yml', ' '.repeat(32 * 1024 + 1), true],
  ])('%s', (_title, path, text, large) => {
    expect(isLargeText(path, text)).toBe(large)
  })
})

/** What makes oxc's parser end its process, without more brackets than are allowed. */
const DEEP: readonly [string, string][] = [
  ['one operator on another', `export default ${'!'.repeat(200_000)}1`],
  ['a long sum', `export default ${'1+'.repeat(200_000)}1`],
  ['a chain of conditions', `export default ${'1?1:'.repeat(100_000)}1`],
  ['functions that give functions', `export default ${'a=>'.repeat(100_000)}1`],
  ['types of types', `type A = ${'A<'.repeat(100_000)}\nexport default {}`],
  ['else after else', `if(1);${'else if(1);'.repeat(50_000)}\nexport default {}`],
]

describe('a module whose parser would end the daemon', () => {
  test.each(DEEP)('by %s is a problem like another, and the one beside it loads', async (_title, text) => {
    const { load } = await open()
    const loaded = await load({ 'a.ts': text, 'b.ts': 'export default { b: 1 }' })
    expect(loaded['b.ts']).toMatchObject({ ok: true })
    expect(loaded['a.ts']).toMatchObject({
      problem: {
        problem: 'syntax',
        msg: expect.stringContaining('nested, or chained, too deep; say it in several smaller') as string,
      },
    })
    expect(await load({ 'a.ts': 'export default { a: 1 }' })).toMatchObject({ 'a.ts': { ok: true } })
  })
})

const many = Array.from({ length: 3_000 }, (_, index) => `export const x${index} = ${index}`).join('\n')

function imports(count: number): string {
  return Array.from({ length: count }, (_, index) => `const x${index} = () => import('./${index}.ts')\n`).join('')
}

describe('a large file', () => {
  test('loads as a small one does, as a module, as a helper and as data', async () => {
    const { load } = await open()
    const allow = Array.from({ length: 5_000 }, (_, index) => `model-${index}`)
    const loaded = await load({
      'a.ts': `import list from './_list.json' with { type: 'json' }\nimport { x7 } from './_many.ts'\nexport default { list, x7 }`,
      '_list.json': JSON.stringify(allow),
      '_many.ts': many,
      'b.ts': `${many}\nexport default { x2999 }`,
      'c.json': JSON.stringify({ allow }),
      'd.yaml': `allow:\n${allow.map((each) => `- ${each}\n`).join('')}`,
    })
    expect(loaded).toMatchObject({
      'a.ts': { value: { list: allow, x7: 7 } },
      'b.ts': { value: { x2999: 2999 } },
      'c.json': { value: { allow } },
      'd.yaml': { value: { allow } },
    })
  })

  test('changes, is mended and goes like a small one', async () => {
    const { load } = await open()
    const user = "import { x7 } from './_many.ts'\nexport default { x7 }"
    expect(await load({ 'a.ts': user, '_many.ts': many })).toMatchObject({ 'a.ts': { value: { x7: 7 } } })
    expect(await load({ '_many.ts': many.replace('x7 = 7', 'x7 = 8') })).toMatchObject({ 'a.ts': { value: { x7: 8 } } })
    expect(await load({ '_many.ts': `${many}\nexport const y = (` })).toMatchObject({
      'a.ts': { problem: { problem: 'syntax' } },
    })
    expect(await load({ '_many.ts': many })).toMatchObject({ 'a.ts': { value: { x7: 7 } } })
    expect(await load({ '_many.ts': null })).toMatchObject({ 'a.ts': { problem: { problem: 'import' } } })
  })

  test('has its mistakes where they stand, shown as far as a person can take them in', async () => {
    const { load } = await open()
    const typed = many.replaceAll(' =', ': number =')
    const loaded = await load({
      'syntax.ts': `${many}\nexport default (`,
      'throws.ts': `${typed}\n\nexport default ((): never => { throw new Error('no') })()`,
      'import.ts': `${typed}\n\nimport './_missing.ts'`,
      'line.json': `{ "a": [${'"x",'.repeat(20_000)}oops`,
      'line.yaml': `a: [${'x, '.repeat(20_000)}\nb: 1`,
    })
    expect(loaded).toMatchObject({
      'syntax.ts': { problem: { line: 3001, column: 17 } },
      'throws.ts': {
        problem: { line: 3002, msg: 'Error: no', frame: expect.stringContaining("throw new Error('no')") as string },
      },
      'import.ts': { problem: { line: 3002, column: 8 } },
      'line.json': { problem: { line: 1, column: 80_009, frame: expect.stringContaining('oops') as string } },
      'line.yaml': { problem: { line: 2 } },
    })
    for (const each of Object.values(loaded)) expect(each.ok || (each.problem.frame?.length ?? 0)).toBeLessThan(1_000)
  })

  test('may have a thousand imports and no more', async () => {
    const { load } = await open()
    const loaded = await load({ 'a.ts': `${imports(1_000)}export default {}`, 'b.ts': `${imports(1_001)}export default {}` })
    expect(loaded).toMatchObject({
      'a.ts': { ok: true },
      'b.ts': {
        problem: {
          problem: 'syntax',
          msg: expect.stringContaining('it has 1001 imports, and a module may have at most 1000') as string,
        },
      },
    })
  })
})

test('a file that takes the parser long keeps nobody waiting, and comes when it is read', async () => {
  const { update, loader, late } = await open()
  const slow = `export default ${'a<'.repeat(5_500)}1`
  const { loaded, late: running } = await update({ 'a.ts': slow, 'b.ts': 'export default { b: 1 }' })
  expect(loaded.map(({ file }) => file)).toContain('b.ts')
  await loader.settled()
  expect([...loaded, ...late].map(({ file }) => file).toSorted()).toEqual(['a.ts', 'b.ts'])
  expect(running).toEqual(late.map(({ file }) => file))
})

test('what is thrown or imported under a name of a megabyte is told in 4,000 characters', async () => {
  const { load } = await open()
  const long = 'x'.repeat(500_000)
  const loaded = await load({ 'a.ts': `import './${long}.ts'`, 'b.json': `{ "${long}": [[1e999]] }` })
  expect(loaded['a.ts']).toMatchObject({ problem: { problem: 'import', msg: expect.stringMatching(/^.{1,4001}$/) as string } })
  expect(loaded['b.json']).toMatchObject({
    problem: { problem: 'invalid', path: expect.stringMatching(/^.{1,4001}$/) as string },
  })
})
