import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { moduleNamed, writeFiles } from '../support/config-folder.ts'
import { PATIENCE } from '../support/patience.ts'
import { descendants, isRunning } from '../support/proc.ts'
import { setStage } from '../support/stage.ts'

const LOOP = 'for (;;) {}\nexport default {}\n'
const NEVER = 'await new Promise(() => undefined)\nexport default {}\n'
const GREEDY =
  'const all = []\nfor (;;) all.push(Array.from({ length: 10_000 }, () => String(Math.random())))\nexport default {}\n'

/** So long that it never passes while a test runs. */
const PATIENT = ['--evaluation-timeout', '5m']

describe('a module that runs on and on', () => {
  test.each([
    ['an endless loop', LOOP],
    ['an await that nothing settles', NEVER],
  ])('as %s keeps nobody waiting', async (_title, text) => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat') }, { flags: PATIENT })
    it.drop('team', { 'a.ts': moduleNamed('a'), 'b.ts': text, 'c.ts': moduleNamed('c') })
    await it.tells('config.created team/a', 'config.created team/c', 'evaluated 3')
    it.put('later.ts', moduleNamed('later'))
    await it.tells('config.created later', 'evaluated 1')
    it.put('team/b.ts', moduleNamed('b'))
    await it.tells('config.created team/b', 'evaluated 1')
  })

  test.each([
    ['an endless loop', LOOP],
    ['an await that nothing settles', NEVER],
  ])('as %s ends as a timeout, and what comes later loads', async (_title, text) => {
    const it = await setStage({}, { flags: ['--evaluation-timeout', '1s'] })
    it.drop('team', { 'a.ts': moduleNamed('a'), 'b.ts': text })
    await it.tells('config.created team/a', 'source.invalid team/b.ts timeout', 'evaluated 2')
    expect(it.daemon.told('evaluator.restarted').at(-1)).toMatchObject({ reason: 'timeout', file: 'team/b.ts' })
    expect((await it.line('source.invalid', 'team/b.ts')).msg).toContain('did not finish within 1000 ms (evaluationTimeout)')
    it.put('later.ts', moduleNamed('later'))
    await it.tells('config.created later', 'evaluated 1')
  })

  test('keeps what it had, and new when it loads again', async () => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat') }, { flags: PATIENT })
    it.put('chat.ts', LOOP)
    await it.tells('evaluated 1')
    it.put('chat.ts', moduleNamed('new'))
    await it.tells('config.updated chat', 'evaluated 1')
  })
})

describe('a module that fails is told by itself, and the good one beside it is created:', () => {
  test.each([
    ['it ends the process', 'process.exit(0)\nexport default {}\n', 'exit', 'ended the evaluator: exit code 0'],
    ['it takes all memory', GREEDY, 'exit', 'it needed more than 64 MB (evaluationMemory)'],
    ['it throws', "throw new Error('no')\nexport default {}\n", 'threw', 'Error: no'],
    ['it declares nothing', 'export const name = 1\n', 'invalid', 'expected a default export'],
    ['it declares what is unknown', "export default { name: 'x', acces: {} }\n", 'invalid', 'access'],
  ])('%s', async (_title, text, problem, msg) => {
    const it = await setStage({}, { flags: ['--evaluation-memory', '64', ...PATIENT] })
    it.drop('team', { 'a.ts': moduleNamed('a'), 'b.ts': text, 'c.ts': moduleNamed('c') })
    await it.tells('config.created team/a', 'config.created team/c', `source.invalid team/b.ts ${problem}`, 'evaluated 3')
    expect((await it.line('source.invalid', 'team/b.ts')).msg).toContain(msg)
    it.put('team/b.ts', moduleNamed('b'))
    await it.tells('source.recovered team/b.ts', 'config.created team/b', 'evaluated 1')
  })
})

describe('what declares an entry', () => {
  const access = '"access": { "models": { "allow": [] } }'

  test('is a file of each kind, with one configuration or several by name, or a promise of them', async () => {
    const it = await setStage({
      'ts.ts': `import { defineConfig } from 'aigw-sync'\nexport default defineConfig({ "name": 'ts', ${access} })\n`,
      'mts.mts': `import type { Configuration } from 'aigw-sync'\nexport default { "name": 'mts', ${access} } satisfies Configuration\n`,
      'js.js': `export default { "name": 'js', ${access} }\n`,
      'mjs.mjs': `export default Promise.resolve({ "name": 'mjs', ${access} })\n`,
      'json.json': `{ "name": "json", ${access} }\n`,
      'yaml.yaml': 'name: yaml\naccess: { models: { allow: [] } }\n',
      'yml.yml': 'web: { name: yml web, access: {} }\nbatch: { name: yml batch, access: {} }\n',
      'many.ts': `import { defineConfigs } from 'aigw-sync'\nexport default defineConfigs({ web: { "name": 'web', ${access} }, batch: { "name": 'batch', ${access} } })\n`,
      'keyed.ts': `export default { "key": 'own/key', "name": 'keyed', ${access} }\n`,
      'data.ts': `import data from './_data.json' with { type: 'json' }\nexport default { ...data, ${access} }\n`,
      '_data.json': '{ "name": "from JSON" }\n',
    })
    expect(it.names()).toEqual({
      ts: 'ts',
      mts: 'mts',
      js: 'js',
      mjs: 'mjs',
      json: 'json',
      yaml: 'yaml',
      'yml#web': 'yml web',
      'yml#batch': 'yml batch',
      'many#web': 'web',
      'many#batch': 'batch',
      'own/key': 'keyed',
      data: 'from JSON',
    })
    it.put('_data.json', '{ "name": "changed" }\n')
    await it.tells('config.updated data', 'evaluated 1')
    it.put('json.json', '{ "name": }\n')
    await it.tells('source.invalid json.json syntax')
    expect(await it.line('source.invalid', 'json.json')).toMatchObject({ line: 1, column: 11, keys: ['json'] })
    it.put('yaml.yaml', 'name: [\n')
    await it.tells('source.invalid yaml.yaml syntax')
  })

  test('is no draft, no hidden file, no package, no declaration of types and no file of another tool', async () => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat') })
    const others = ['_draft.ts', '.hidden.ts', '_shared/a.ts', '.git/a.ts', 'node_modules/p/index.ts', 'types.d.ts', 'notes.md']
    const tools = ['tsconfig.json', 'package.json', 'package-lock.json', 'aigw-sync.lock.json', 'aigw-sync.config.ts']
    it.drop('team', Object.fromEntries([...others, ...tools].map((path) => [path, moduleNamed(path)])))
    for (const path of others) it.put(path, moduleNamed(path))
    for (const path of tools) it.put(path, moduleNamed(path))
    await it.tells()
    expect(it.names()).toMatchObject({ chat: 'chat' })
  })

  test('may use a package from a node_modules beside the folder, once it is there', async () => {
    const it = await setStage()
    const text = "import { name } from 'some-package'\nexport default { name, access: { models: { allow: [] } } }\n"
    it.put('chat.ts', text)
    await it.tells('source.invalid chat.ts import', 'evaluated 1')
    writeFiles(join(it.around, 'node_modules/some-package'), {
      'package.json': '{ "name": "some-package", "exports": "./main.js", "type": "module" }',
      'main.js': "export const name = 'packaged'\n",
    })
    it.put('chat.ts', `${text}// again\n`)
    await it.tells('source.recovered chat.ts', 'config.created chat', 'evaluated 1')
    expect(it.names()).toMatchObject({ chat: 'packaged' })
  })
})

function keyed(name: string): string {
  return `export default { key: 'web', name: '${name}', access: { models: { allow: [] } } }\n`
}

describe('a key that two modules declare', () => {
  test('is created for neither, until one gives way', async () => {
    const it = await setStage()
    it.drop('team', { 'a.ts': keyed('a'), 'b.ts': keyed('b') })
    await it.tells('config.conflict web duplicate-key', 'evaluated 2')
    expect(await it.line('config.conflict', 'web')).toMatchObject({ sources: ['team/a.ts', 'team/b.ts'], ids: [] })
    it.remove('team/a.ts')
    await it.tells('config.created web')
    expect(it.names()).toMatchObject({ web: 'b' })
  })

  test('that exists stays as it is, and is free again when the other is gone', async () => {
    const it = await setStage({ 'web.ts': moduleNamed('web') })
    it.put('web.json', '{ "name": "other" }\n')
    await it.tells('config.conflict web duplicate-key')
    it.put('web.ts', moduleNamed('changed'))
    await it.tells('evaluated 1')
    expect(it.names()).toMatchObject({ web: 'web' })
    it.remove('web.json')
    await it.tells('config.updated web')
    expect(it.names()).toMatchObject({ web: 'changed' })
  })
})

describe('a module cannot', () => {
  const written = join(tmpdir(), `aigw-sync-written-by-a-module-${process.pid}`)

  test.each([
    ['read other files', "import { readFileSync } from 'node:fs'\nconst name = readFileSync('/etc/passwd', 'utf8')"],
    [
      'write files',
      `import { writeFileSync } from 'node:fs'\nconst name = String(writeFileSync(${JSON.stringify(written)}, ''))`,
    ],
    ['start processes', "import { execSync } from 'node:child_process'\nconst name = execSync('id').toString()"],
  ])('%s', async (_title, lines) => {
    const it = await setStage()
    it.drop('team', { 'a.ts': `${lines}\nexport default { name }\n`, 'b.ts': moduleNamed('b') })
    await it.tells('source.invalid team/a.ts threw', 'config.created team/b', 'evaluated 2')
    const problem = await it.line('source.invalid', 'team/a.ts')
    expect(problem).toMatchObject({ line: 2, frame: expect.stringContaining('> 2 | const name') as string })
    expect(problem.msg).toContain('config modules run isolated and are not permitted')
    expect(existsSync(written)).toBe(false)
  })

  test('see the environment, or write to the log', async () => {
    const it = await setStage({}, { env: { AIGW_TEST_SECRET: 'hidden' } })
    const line = JSON.stringify({ event: 'config.created', key: 'forged', msg: 'forged' })
    it.put(
      'chat.ts',
      [
        `console.log(${JSON.stringify(line)})`,
        `console.error(${JSON.stringify(line)})`,
        `process.stdout.write(${JSON.stringify(`${line}\n`)})`,
        "const description = ['saw:', ...Object.keys(process.env), ...process.argv.slice(2)].join(' ')",
        "export default { name: 'chat', description, access: { models: { allow: [] } } }\n",
      ].join('\n'),
    )
    await it.tells('config.created chat', 'evaluated 1')
    expect(it.emulator.state.configurations.find(({ name }) => name === 'chat')?.description).toBe('saw:')
    expect(it.daemon.stdout() + it.daemon.stderr()).not.toContain('forged')
  })
})

test('a daemon that is killed leaves no evaluator behind, not even one in an endless loop', async () => {
  const it = await setStage({ 'chat.ts': moduleNamed('chat') }, { flags: PATIENT })
  it.put('loop.ts', LOOP)
  await it.tells('evaluated 1')
  const evaluators = (await descendants(it.daemon.child.pid ?? 0)).map(({ pid }) => pid)
  expect(evaluators.length).toBeGreaterThan(1) // the one that loops, and the one that serves the others
  await it.daemon.kill('SIGKILL')
  await vi.waitUntil(() => !evaluators.some(isRunning), PATIENCE)
})
