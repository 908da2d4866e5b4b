import { describe, expect, test } from 'vitest'
import { parseModule } from '../../../src/source/parse/parse.ts'
import { open } from './harness.ts'

const OPTIONS = { owner: 'default', requireAccess: false, plainSecrets: false }

describe('a module, JSON and YAML say the same secrets', () => {
  const files = {
    'module.ts': `
import { defineConfig, secret } from 'aigw-sync'
export default defineConfig({
  key: 'web',
  name: 'Web',
  router: {
    rules: [
      {
        provider: 'openai',
        steps: [
          {
            type: 'user',
            keys: [
              { name: 'first', value: secret.env('OPENAI_API_KEY') },
              { name: 'second', value: secret.file('../keys/openai') },
              { name: 'third', value: secret.credential('openai') },
              { name: 'fourth' },
            ],
          },
        ],
      },
    ],
  },
})
`,
    'flow.json': `{
  "key": "web",
  "name": "Web",
  "router": { "rules": [{ "provider": "openai", "steps": [{ "type": "user", "keys": [
    { "name": "first", "value": { "$env": "OPENAI_API_KEY" } },
    { "name": "second", "value": { "$file": "../keys/openai" } },
    { "name": "third", "value": { "$credential": "openai" } },
    { "name": "fourth" }
  ] }] }] }
}
`,
    'block.yaml': `
key: web
name: Web
router:
  rules:
    - provider: openai
      steps:
        - type: user
          keys:
            - name: first
              value: { $env: OPENAI_API_KEY }
            - name: second
              value:
                $file: ../keys/openai
            - name: third
              value: { "$credential": openai }
            - name: fourth
`,
  }

  test('with the same digest, and the places in order', async () => {
    const { load } = await open()
    const loaded = await load(files)
    const entries = Object.keys(files).map((file) => {
      const module = loaded[file]
      const [entry] = module?.ok === true ? parseModule(module, OPTIONS).unwrapOr([]) : []
      return entry ?? expect.fail(`${file} declares nothing: ${JSON.stringify(module)}`)
    })
    const [{ digest, configuration, managedKeys }] = entries as [(typeof entries)[0]]
    for (const entry of entries) expect(entry).toMatchObject({ digest, configuration, managedKeys })
    expect(managedKeys?.map(({ name, secret }) => [name, secret])).toEqual([
      ['first', { $env: 'OPENAI_API_KEY' }],
      ['second', { $file: '../keys/openai' }],
      ['third', { $credential: 'openai' }],
    ])
  })
})

test('a module that hands over a value which it does not have is told that none is there to be had', async () => {
  const { load } = await open()
  const text = "import { secret } from 'aigw-sync'\nexport default { name: secret.env(process.env.OPENAI_API_KEY) }\n"
  expect(await load({ 'a.ts': text })).toMatchObject({
    'a.ts': { ok: false, problem: { problem: 'threw', line: 2, msg: expect.stringContaining('no module does') as string } },
  })
})

test('a module cannot change what another means by a secret', async () => {
  const { load } = await open()
  const spoiler = "import { secret } from 'aigw-sync'\nsecret.env = () => ({ $env: 'OTHER' })\nexport default {}\n"
  const user = "import { secret } from 'aigw-sync'\nexport default { name: secret.env('MINE') }\n"
  const loaded = await load({ 'a.ts': spoiler, 'b.ts': user })
  expect(loaded['a.ts']).toMatchObject({ ok: false })
  expect(loaded['b.ts']).toMatchObject({ ok: true, value: { name: { $env: 'MINE' } } })
})

const CANARY = 'sk-canary-0123456789'
const inRule = (key: string): string => `export default { name: 'a', keys: [{ ${key} }], access: {} oops }\n`

describe('a module that does not load is not quoted where it may hold the value of a key', () => {
  test.each<[string, string]>([
    ['a.ts', inRule(`name: 'prod', value: '${CANARY}'`)],
    ['a.ts', inRule(`name: 'prod', "value": \`${CANARY}\``)],
    ['a.ts', inRule(`name: 'prod', value:\n  '${CANARY}'`)],
    ['a.ts', inRule(`id: '${CANARY}'`)],
    ['a.ts', `const value = '${CANARY}'\n${inRule("name: 'prod', value")}`],
    ['a.ts', `const key = '${CANARY}'\n${inRule("name: 'prod', value: key")}`],
    ['a.json', `{\n  "name": "prod", "value": "${CANARY}",\n  "access": oops\n}\n`],
    ['a.yaml', `name: prod\nvalue: ${CANARY}\naccess: [\n`],
    ['a.yaml', `name: prod\nvalue: |\n  begin\n  ${CANARY}\naccess: [\n`],
  ])('%s: %j', async (file, text) => {
    const { load } = await open()
    const loaded = (await load({ [file]: text }))[file]
    expect(loaded).toMatchObject({ ok: false, problem: { problem: 'syntax', line: expect.any(Number) as number } })
    expect(JSON.stringify(loaded)).not.toContain('canary')
  })

  test.each<[string, string]>([
    ['a.ts', inRule("name: 'prod', value: secret.env('OPENAI_API_KEY')")],
    ['a.ts', inRule("id: 'aigpk_1'")],
    ['a.ts', inRule("name: 'the value'")],
    ['a.json', '{\n  "value": { "$env": "OPENAI_API_KEY" },\n  "access": oops\n}\n'],
    ['a.yaml', 'name: prod\nvalue:\n  $env: OPENAI_API_KEY\naccess: [\n'],
  ])('and is quoted where it holds references: %s: %j', async (file, text) => {
    const { load } = await open()
    expect((await load({ [file]: text }))[file]).toHaveProperty('problem.frame')
  })
})
