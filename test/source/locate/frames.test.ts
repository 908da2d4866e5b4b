import { describe, expect, test } from 'vitest'
import type { ModuleProblem } from '../../../src/model/events.ts'
import type { ParseOptions } from '../../../src/source/parse/parse.ts'
import { type Files, openTrial } from './trial.ts'

async function problemsIn(files: Files, more: Partial<ParseOptions> = {}): Promise<readonly ModuleProblem[]> {
  const trial = await openTrial(more)
  try {
    const [problems = []] = Object.values(await trial.problems(files))
    return problems
  } finally {
    await trial.close()
  }
}

const OWN = "import { defineConfig, secret } from 'aigw-sync'\n"
const CANARY = 'sk-canary-0123456789'
const step = (text: string): string =>
  `${OWN}export default {\n  nam: 'x',\n  router: { rules: [{ provider: 'openai', steps: [\n    ${text},\n  ] }] },\n}\n`
const key = (text: string): string => step(`{ type: 'user', keys: [${text}] }`)

test('the lines around a problem are shown, with a mark at it', async () => {
  const [problem] = await problemsIn({ 'a.ts': `${OWN}\nexport default defineConfig({\n  name: 'a',\n  acess: {},\n})\n` })
  expect(problem?.frame?.split('\n')).toEqual([
    '  3 | export default defineConfig({',
    "  4 |   name: 'a',",
    '> 5 |   acess: {},',
    '    |   ^',
    '  6 | })',
    '  7 |',
  ])
})

test('those of another file where the problem is there, which is named before all else', async () => {
  const files = {
    'a.ts': "import { access } from './_b.ts'\nexport default { name: 'a', access }",
    '_b.ts': 'export const access = {\n  models: [],\n}',
  }
  expect(await problemsIn(files)).toEqual([
    {
      file: 'a.ts',
      problem: 'invalid',
      path: 'access.models',
      msg: 'in _b.ts:2:11: access.models: expected what is allowed of models, got a list: write { allow: [ … ] }',
      frame: expect.stringContaining('> 2 |   models: [],') as string,
    },
  ])
})

describe('no lines of a file are shown, but places are, where one may hold the value of a key', () => {
  test.each<[string, string, string]>([
    ['in place of keys', 'a.ts', step(`{ type: 'user', keys: '${CANARY}' }`)],
    ['in place of a key', 'a.ts', key(`'${CANARY}'`)],
    ['as an id', 'a.ts', key(`{ 'id': '${CANARY}' }`)],
    ['as a name of a variable', 'a.ts', key(`{ name: 'k', value: secret.env('${CANARY}') }`)],
    ['as a value', 'a.ts', key(`{ name: 'k', ['value']: '${CANARY}' }`)],
    ['as the name of a property', 'a.ts', key(`{ name: 'k', '${CANARY}': 1 }`)],
    ['under a misspelt name', 'a.ts', key(`{ name: 'k', vlaue: '${CANARY}' }`)],
    ['in an unknown property of a step', 'a.ts', step(`{ type: 'user', keys: [{ name: 'k' }], other: '${CANARY}' }`)],
    ['in misspelt keys', 'a.ts', step(`{ type: 'user', key: ['${CANARY}'] }`)],
    ['in an unknown property of the configuration', 'a.ts', `export default {\n  name: 'a',\n  apiKey: '${CANARY}',\n}`],
    ['in a constant', 'a.ts', `const it = '${CANARY}'\n${key('{ id: it }')}`],
    ['in a function of keys', 'a.ts', key(`() => '${CANARY}'`)],
    [
      'in JSON',
      'a.json',
      `{\n "nam": "",\n "router": { "rules": [{ "provider": "x", "steps": [{ "type": "user", "keys": [{ "id": "${CANARY}" }] }] }] } }`,
    ],
    [
      'in YAML',
      'a.yaml',
      `nam: a\nrouter:\n  rules:\n    - provider: x\n      steps:\n        - type: user\n          keys:\n            - id: ${CANARY}\n`,
    ],
  ])('%s', async (_title, file, text) => {
    const problems = await problemsIn({ [file]: text })
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.every(({ line, column }) => line !== undefined && column !== undefined)).toBe(true)
    expect(JSON.stringify(problems)).not.toContain('canary')
    expect(problems.filter(({ frame }) => frame !== undefined)).toEqual([])
  })

  test('nor where the settings let it stand there', async () => {
    const text = key(`{ name: 'k', ['value']: '${CANARY}' }`)
    const problems = await problemsIn({ 'a.ts': text }, { plainSecrets: true })
    expect(problems.map(({ path, line, frame }) => [path, line, frame])).toEqual([['nam', 3, undefined]])
  })

  test('nor where one may be among more problems than are told', async () => {
    const many = Array.from({ length: 60 }, (_, index) => `x${index}: 1`).join(', ')
    const problems = await problemsIn({ 'a.ts': `export default { name: 'a', ${many}, apiKey: '${CANARY}' }` })
    expect(problems).toHaveLength(51)
    expect(problems.filter(({ frame }) => frame !== undefined)).toEqual([])
  })

  test('nor the name of a property that may be one, which is found nevertheless', async () => {
    const problems = await problemsIn({ 'a.ts': key(`\n{ name: 'k',\n  '${CANARY}': 1 }`) })
    expect(problems.at(-1)).toMatchObject({ path: 'router.rules[0].steps[0].keys[0]', line: 7, column: 3 })
  })
})

test.each([
  ['missing keys', step("{ type: 'user' }")],
  ['no keys', key('')],
  ['misspelt properties of a step', step("{ type: 'ngrok', tpye: 'x' }")],
  ['keys by reference', key("{ name: 'k', value: secret.env('KEY') }")],
])('lines are shown where no value can be: %s', async (_title, text) => {
  const problems = await problemsIn({ 'a.ts': text })
  expect(problems.length).toBeGreaterThan(0)
  expect(problems.every(({ frame }) => frame !== undefined)).toBe(true)
})

test('problems come in the order of their lines, those in other files after them, and the count of more at last', async () => {
  const text =
    "import { b } from './_b.ts'\nexport default {\n  description: b,\n  acess: {},\n  access: { models: { allow: Array(60).fill(0) } },\n  name: 1,\n}"
  const problems = await problemsIn({ 'a.ts': text, '_b.ts': 'export const b = 2' })
  const places = problems.map(({ line, msg }) => line ?? msg.slice(0, 5))
  expect(places).toEqual([4, ...Array<number>(47).fill(5), 6, 'in _b', 'and 1'])
})
