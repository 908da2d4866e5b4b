import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ValidateDocument } from '../../src/cli/render/validate-document.ts'
import { startProcess } from '../support/process.ts'
import { named, openScene, type Scene } from '../support/scene.ts'

/** With no token and no gateway. */
async function validate({ folder }: Scene, ...args: readonly string[]) {
  const validating = startProcess({ args: ['validate', ...args], cwd: folder })
  const exitCode = await validating.ended
  return { exitCode, stdout: validating.stdout(), stderr: validating.stderr() }
}

async function flawedScene(): Promise<Scene> {
  const scene = await openScene()
  await scene.put('syntax.ts', "export default {\n  name: 'x'\n  access: {}\n}\n")
  await scene.put(
    'misspelt.ts',
    "import { defineConfig } from 'aigw-sync'\nexport default defineConfig({ nam: 'x', descripton: 'y' })\n",
  )
  await scene.put('a.json', { ...named('A'), key: 'same' })
  await scene.put('b.json', { ...named('B'), key: 'same' })
  await scene.put('open.yaml', 'name: Open\n')
  await scene.put('web.json', named('Web'))
  return scene
}

describe('a folder in which all loads', () => {
  test('is said to (exit 0)', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await scene.put('team/jobs.yaml', 'batch: { name: Batch }\nnightly: { name: Nightly, access: {} }\n')
    expect(await validate(scene)).toEqual({
      exitCode: 0,
      stdout:
        '▲ team/jobs#batch declares no access: it reaches every provider and model (team/jobs.yaml)\n' +
        '▲ team/jobs#nightly declares no access: it reaches every provider and model (team/jobs.yaml)\n\n' +
        '✓ 3 entries from 2 modules: all load, 2 without access\n',
      stderr: '',
    })
  })

  test('is one document with --json', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await scene.put('open.json', { name: 'Open' })
    const { exitCode, stdout } = await validate(scene, '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      files: 2,
      entries: [
        { key: 'open', source: 'open.json', name: 'Open', unrestricted: true },
        { key: 'web', source: 'web.json', name: 'Web', unrestricted: false },
      ],
      problems: [],
    })
  })
})

describe('a folder with flaws (exit 78)', () => {
  test('has all of them told at once, with place and code frame', async () => {
    const { exitCode, stdout } = await validate(await flawedScene())
    expect(exitCode).toBe(78)
    expect(stdout).toMatch(
      /^× misspelt\.ts:2:31: .*"nam".*did you mean name\?\n(?: {4}.*\n)* {4}> 2 \| export default defineConfig\(/m,
    )
    expect(stdout).toMatch(/^× misspelt\.ts:2:41: .*"descripton".*did you mean description\?\n/m)
    expect(stdout).toMatch(/^× syntax\.ts:3:3: does not load: .*\n(?: {4}.*\n)* {4}> 3 \| {3}access: \{\}\n/m)
    expect(stdout).toMatch(/^× the key same is declared more than once \(a\.json, b\.json\)/m)
    expect(stdout).toMatch(
      /\n× 2 entries from 6 modules: 2 modules do not load, 1 key is declared more than once, 1 without access\n$/,
    )
  })

  test('has them in the document', async () => {
    const { exitCode, stdout } = await validate(await flawedScene(), '--json')
    expect(exitCode).toBe(78)
    const { ok, entries, problems } = JSON.parse(stdout) as ValidateDocument
    expect(ok).toBe(false)
    expect(entries.map(({ key }) => key)).toEqual(['open', 'web'])
    expect(new Set(problems.map(({ problem, file }) => `${problem} ${file}`))).toEqual(
      new Set(['invalid misspelt.ts', 'syntax syntax.ts', 'duplicate-key a.json']),
    )
    expect(problems.at(-1)).toMatchObject({ key: 'same', files: ['a.json', 'b.json'] })
  })

  test('among them a module that never ends', async () => {
    const scene = await openScene()
    await scene.put('endless.ts', 'for (;;);\n')
    await scene.put('web.json', named('Web'))
    const { exitCode, stdout } = await validate(scene, '--json', '--evaluation-timeout', '500ms')
    expect(exitCode).toBe(78)
    expect(JSON.parse(stdout)).toMatchObject({
      files: 2,
      entries: [{ key: 'web' }],
      problems: [{ file: 'endless.ts', problem: 'timeout' }],
    })
  })

  test('among them an entry without access, where the settings want one', async () => {
    const scene = await openScene()
    await scene.put('open.json', { name: 'Open' })
    const { exitCode, stdout } = await validate(scene, '--json', '--require-access')
    expect(exitCode).toBe(78)
    expect(JSON.parse(stdout)).toMatchObject({ entries: [], problems: [{ file: 'open.json', path: 'access' }] })
  })
})

describe('what is wrong with the data', () => {
  const files = {
    'chatbot.ts': `import { defineConfig } from 'aigw-sync'
import { models } from './_shared.ts'

interface Team {
  name: string
}

const team: Team = { name: 'a' }

export default defineConfig({
  name: \`Chatbot of \${team.name}\`,
  acess: { models },
  access: { providers: { allow: 'openai' }, models },
  router: { rules: [{ model: 'gpt-4o', steps: [{ type: 'users' }] }] },
})
`,
    '_shared.ts': 'type Model = string\nexport const models: { allow: Model[] } = {\n  allow: [42 as never],\n}\n',
    'jobs.yaml': 'batch:\n  name: Batch\n  router:\n    rules:\n      - provider: openai\n',
  }

  test('is told all at once, each at its line and column, with what was expected, what came and the way out', async () => {
    const scene = await openScene()
    for (const [file, text] of Object.entries(files)) await scene.put(file, text)
    const { exitCode, stdout } = await validate(scene)
    expect(exitCode).toBe(78)
    expect(stdout).toBe(`\
× chatbot.ts:12:3: does not load: "acess" is no property of a configuration: did you mean access?
      10 | export default defineConfig({
      11 |   name: \`Chatbot of \${team.name}\`,
    > 12 |   acess: { models },
         |   ^
      13 |   access: { providers: { allow: 'openai' }, models },
      14 |   router: { rules: [{ model: 'gpt-4o', steps: [{ type: 'users' }] }] },
      15 | })
× chatbot.ts:13:33: does not load: access.providers.allow: expected a list of providers, got "openai": put it in a list: ["openai"]
      11 |   name: \`Chatbot of \${team.name}\`,
      12 |   acess: { models },
    > 13 |   access: { providers: { allow: 'openai' }, models },
         |                                 ^
      14 |   router: { rules: [{ model: 'gpt-4o', steps: [{ type: 'users' }] }] },
      15 | })
      16 |
× chatbot.ts:14:30: does not load: router.rules[0].model: expected a model id with its provider, got "gpt-4o": write "openai:gpt-4o", or with another provider that serves it
      12 |   acess: { models },
      13 |   access: { providers: { allow: 'openai' }, models },
    > 14 |   router: { rules: [{ model: 'gpt-4o', steps: [{ type: 'users' }] }] },
         |                              ^
      15 | })
      16 |
× chatbot.ts:14:56: does not load: router.rules[0].steps[0].type: expected "user" or "ngrok", got "users": did you mean "user"?
      12 |   acess: { models },
      13 |   access: { providers: { allow: 'openai' }, models },
    > 14 |   router: { rules: [{ model: 'gpt-4o', steps: [{ type: 'users' }] }] },
         |                                                        ^
      15 | })
      16 |
× chatbot.ts: does not load: in _shared.ts:3:11: access.models.allow[0]: expected a model, got the number 42: put it in quotes
      1 | type Model = string
      2 | export const models: { allow: Model[] } = {
    > 3 |   allow: [42 as never],
        |           ^
      4 | }
      5 |
× jobs.yaml:5:9: does not load: batch.router.rules[0].steps: expected a list of steps, got nothing: write steps: [{ type: "ngrok" }], for example
      3 |   router:
      4 |     rules:
    > 5 |       - provider: openai
        |         ^
      6 |

× 0 entries from 2 modules: 2 modules do not load
`)
  })

  test('is what README shows of it', async () => {
    const scene = await openScene()
    for (const [file, text] of Object.entries(files)) await scene.put(file, text)
    const { stdout } = await validate(scene)
    const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')
    expect(readme).toContain(`\`\`\`\n${stdout.split('\n').slice(0, 9).join('\n')}\n\`\`\``)
  })

  test('has its place in the document', async () => {
    const scene = await openScene()
    await scene.put('jobs.yaml', files['jobs.yaml'])
    const { stdout } = await validate(scene, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      problems: [
        { file: 'jobs.yaml', line: 5, column: 9, path: 'batch.router.rules[0].steps', frame: expect.any(String) as string },
      ],
    })
  })
})

describe('the value of a provider key in a module', () => {
  const steps = [{ type: 'user', keys: [{ name: 'prod', value: 'sk-canary-0123456789' }] }]
  const pasted = { ...named('Web'), router: { rules: [{ provider: 'openai', steps }] } }

  test.each([
    [78, 'is refused, with the way out', []],
    [0, 'passes with --plain-secrets', ['--plain-secrets']],
  ])('exit %i: %s, and is not shown', async (expected, _title, flags) => {
    const scene = await openScene()
    await scene.put('web.json', pasted)
    const [lines, document] = await Promise.all([validate(scene, ...flags), validate(scene, '--json', ...flags)])
    expect([lines.exitCode, document.exitCode]).toEqual([expected, expected])
    expect(JSON.stringify([lines, document])).not.toContain('canary')
    if (expected === 78) expect(lines.stdout).toContain('{ "$env": "NAME" }')
  })
})

describe('what cannot be validated (exit 78), with nothing on standard output', () => {
  test('a folder that is missing', async () => {
    const scene = await openScene()
    await rm(join(scene.folder, 'configs'), { recursive: true })
    const { exitCode, stdout, stderr } = await validate(scene, '--json')
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' })
    expect(stderr).toMatch(/^aigw-sync: there is no folder .*configs; make it with `aigw-sync init/)
  })

  test('a bad setting', async () => {
    const { exitCode, stdout, stderr } = await validate(await openScene(), '--evaluation-timeout', '1')
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' })
    expect(stderr).toContain('--evaluation-timeout')
  })
})
