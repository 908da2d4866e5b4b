import { describe, expect, test } from 'vitest'
import type { ModuleProblem } from '../../../src/model/events.ts'
import { open } from './harness.ts'

async function problem(files: Readonly<Record<string, string>>, file = 'a.ts'): Promise<ModuleProblem> {
  const { load } = await open()
  const loaded = (await load(files))[file]
  if (loaded === undefined || loaded.ok) throw new Error(`expected a problem, got ${JSON.stringify(loaded)}`)
  return loaded.problem
}

describe('a syntax error', () => {
  test('is shown where it stands, also after letters of several bytes', async () => {
    expect(await problem({ 'a.ts': "const ü = '😀'\nexport default { name: 'x' " })).toMatchObject({
      file: 'a.ts',
      problem: 'syntax',
      line: 2,
      frame: expect.stringContaining('> 2 | export default { name:') as string,
    })
  })

  test('in a helper is the problem of each entry that imports it, and names the helper', async () => {
    const found = await problem({
      'a.ts': "import { x } from './_h/x.ts'\nexport default { x }",
      '_h/x.ts': '\n\nexport const x = (',
    })
    expect(found).toMatchObject({ file: 'a.ts', problem: 'syntax', msg: expect.stringMatching(/^in _h\/x\.ts:3:19: /) as string })
    expect(found.line).toBeUndefined()
  })

  test.each([
    ['more brackets than the lexer takes', 600],
    ['more brackets than the parser has a stack for', 100_000],
  ])('because of %s is told, and kills nobody', async (_title, depth) => {
    const found = await problem({ 'a.ts': `export default ${'['.repeat(depth)}${']'.repeat(depth)}` })
    expect(found).toMatchObject({
      problem: 'syntax',
      msg: expect.stringContaining('nested more than 500 deep') as string,
      line: 1,
    })
  })

  test('that only the lexer sees is told where it gave up', async () => {
    const found = await problem({ 'a.ts': "export default {}\nfor await (const x of /'/.exec('') ?? []) {}\n" })
    expect(found).toMatchObject({ problem: 'syntax', msg: expect.stringContaining('imports') as string })
  })

  test('is a property that stands twice in JSON, of which one would be lost', async () => {
    const text = '{ "name": "a",\n\t"access": { "models": { "allow": [] } },\n\t"access": {} }'
    expect(await problem({ 'a.json': text }, 'a.json')).toMatchObject({
      problem: 'syntax',
      msg: 'duplicated mapping key',
      line: 3,
    })
  })

  test.each([
    ['a.json', '{\n  "name": oops\n}', 2, 11],
    ['a.yaml', 'name: x\naccess: [1, 2\nrouter: {}\n', 3, 1],
  ])('in %s has a line, a column and a frame', async (file, text, line, column) => {
    expect(await problem({ [file]: text }, file)).toMatchObject({
      problem: 'syntax',
      line,
      column,
      frame: expect.stringContaining('> ') as string,
    })
  })

  test('that only the engine finds names the file, and tells of decorators', async () => {
    const found = await problem({ 'a.ts': "import './_b.ts'\nexport default {}", '_b.ts': '@decorated class B {}' })
    expect(found).toMatchObject({
      problem: 'syntax',
      msg: expect.stringMatching(/^in _b\.ts: SyntaxError: .*decorators/) as string,
    })
  })
})

describe('an import', () => {
  test.each([
    ['of a file that is missing', "import './_shared/limit.ts'", 'did you mean _shared/limits.ts?'],
    ['out of the folder', "import '../outside.ts'", 'files of their own folder'],
    ['by absolute path', "import '/etc/passwd'", 'files of their own folder'],
    ['from the network', "import 'https://example.com/a.js'", 'files of their own folder'],
    ['of YAML', "import './_data.yaml'", 'only TypeScript, JavaScript and JSON can'],
    ['of JSON without its type', "import './_data.json'", "with { type: 'json' }"],
    ['of a package that is missing', "import 'no-such-package/sub'", "'no-such-package'"],
    [
      'of something not exported',
      "import { nothing } from './_shared/limits.ts'\nnothing()",
      "does not provide an export named 'nothing'",
    ],
    ['of a Node module that is missing', "import 'node:no-such'", 'node:no-such'],
    ['of a missing file at run time', "await import('./_shared/limit.ts')", 'did you mean _shared/limits.ts?'],
    ['of a computed path', "await import('./_shared/' + 'limits.ts')", 'write the path of a file out'],
  ])('%s is a problem that says so', async (_name, line, msg) => {
    const found = await problem({
      'a.ts': `// first line\ninterface Gone {\n  a: 1\n}\n${line}\nexport default {}`,
      '_shared/limits.ts': 'export const x = 1',
      '_data.yaml': 'a: 1',
      '_data.json': '{}',
    })
    expect(found).toMatchObject({ problem: 'import', msg: expect.stringContaining(msg) as string })
    expect(found.msg).not.toContain('?v=')
    if (!line.includes('node:'))
      expect(found).toMatchObject({ line: 5, frame: expect.stringContaining(`> 5 | ${line.split('\n')[0]}`) as string })
  })
})

describe('an error that a module throws', () => {
  test('is shown where it was thrown in the text the user wrote', async () => {
    const text = "interface A {\n  x: { y: string }\n}\n\nconst a = JSON.parse('{}') as A\nexport default { name: a.x.y }"
    expect(await problem({ 'a.ts': text })).toMatchObject({
      problem: 'threw',
      msg: "TypeError: Cannot read properties of undefined (reading 'y')",
      line: 6,
      column: 28,
      frame: expect.stringContaining('> 6 | export default') as string,
    })
  })

  test('in a helper names the helper and its line', async () => {
    const files = {
      'a.ts': "import { limits } from './_h.ts'\nexport default limits()",
      '_h.ts': "type A = 1\nexport function limits(): A {\n  throw new RangeError('too much')\n}",
    }
    expect(await problem(files)).toMatchObject({
      file: 'a.ts',
      problem: 'threw',
      msg: expect.stringMatching(/^in _h\.ts:3:\d+: RangeError: too much$/) as string,
      frame: expect.stringContaining('> 3 |') as string,
    })
  })

  test.each([
    ["throw 'text'", 'the string "text"'],
    ['throw { a: 1 }', 'an object'],
    ['throw undefined', 'undefined'],
    ['throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })', 'threw '],
  ])('%s is told as well as it can be', async (line, msg) => {
    expect(await problem({ 'a.ts': `${line}\nexport default {}` })).toMatchObject({
      problem: 'threw',
      msg: expect.stringContaining(msg) as string,
    })
  })

  test('outside of its own evaluation is still its own', async () => {
    expect(await problem({ 'a.ts': "void Promise.reject(new Error('forgotten'))\nexport default {}" })).toMatchObject({
      problem: 'threw',
      msg: 'Error: forgotten',
      line: 1,
    })
  })
})

describe('a value that is no data', () => {
  test.each([
    ['no default export', 'export const name = 1', 'expected a default export', undefined],
    ['an undefined one', 'export default undefined', 'expected a default export', undefined],
    [
      'a function inside',
      'export default { router: { rules: [{ steps: () => 1 }] } }',
      'got a function',
      'router.rules[0].steps',
    ],
    ['a Date', 'export default { at: new Date() }', 'got a Date', 'at'],
    ['a promise inside', 'export default { name: Promise.resolve(1) }', 'await it', 'name'],
  ])('%s is invalid', async (_name, text, msg, path) => {
    const found = await problem({ 'a.ts': text })
    expect(found).toMatchObject({ problem: 'invalid', msg: expect.stringContaining(msg) as string })
    expect(found.path).toBe(path)
  })

  test('what YAML can say beyond JSON is one too', async () => {
    expect(await problem({ 'a.yaml': 'name: .nan\n' }, 'a.yaml')).toMatchObject({ problem: 'invalid', path: 'name' })
  })

  test('YAML anchors that unfold without end are stopped', async () => {
    const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`)
    expect(await problem({ 'a.yml': `l0: &l0 lol\n${levels.join('\n')}\n` }, 'a.yml')).toMatchObject({
      problem: 'invalid',
      msg: expect.stringContaining('at most') as string,
    })
  })
})
