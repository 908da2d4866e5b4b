import { rm } from 'node:fs/promises'
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
      /^× misspelt\.ts: .*"nam".*did you mean name\?\n× misspelt\.ts: .*"descripton".*did you mean description\?\n/,
    )
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
