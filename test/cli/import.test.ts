import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ImportDocument } from '../../src/cli/render/import-document.ts'
import type { PlanDocument } from '../../src/cli/render/plan-document.ts'
import type { ValidateDocument } from '../../src/cli/render/validate-document.ts'
import { encodeMetadata } from '../../src/model/stamp.ts'
import { call } from '../emulator/client.ts'
import { type RunningProcess, startProcess } from '../support/process.ts'
import { named, openScene, type Scene } from '../support/scene.ts'
import { traces } from './traces.ts'

function start({ folder, emulator }: Scene, command: string, ...args: readonly string[]): RunningProcess {
  const all = [command, ...(command === 'validate' ? [] : ['--api-url', emulator.url, '--rate-limit', 'off']), ...args]
  return startProcess({ args: all, cwd: folder, env: { AI_GATEWAY_API_KEY: emulator.token } })
}

async function documentOf<Document>(scene: Scene, exitCode: number, command: string, ...args: readonly string[]) {
  const running = start(scene, command, '--json', ...args)
  expect(await running.ended).toBe(exitCode)
  return JSON.parse(running.stdout()) as Document
}

async function create({ emulator }: Scene, body: object): Promise<string> {
  const { status, body: created } = await call(emulator, 'POST', '/access-key-configurations', body)
  expect(status).toBe(201)
  return (created as { id: string }).id
}

function stamped(key: string, owner = 'default') {
  return { ...named(key), metadata: encodeMetadata({ owner, key, nonce: 'n' }, { team: 'a' }) }
}

async function files({ folder }: Scene): Promise<readonly string[]> {
  const found = await readdir(join(folder, 'configs'), { recursive: true, withFileTypes: true })
  return found
    .filter((each) => !each.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, 'configs/').length))
    .toSorted()
}

/** A gateway on which somebody has worked by hand, and no folder. */
async function grownScene(): Promise<Scene> {
  const scene = await openScene()
  await rm(join(scene.folder, 'configs'), { recursive: true })
  const { body: key } = await call(scene.emulator, 'POST', '/provider-keys', {
    providerId: 'openai',
    name: 'openai-prod',
    value: 'sk-canary-123456789',
  })
  const keys = [{ id: (key as { id: string }).id }]
  await create(scene, {
    ...named('Chatbot (production)'),
    description: "Bob's\n*/ \u2028 `${x}`",
    metadata: '{"team":"support"}',
    router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys }, { type: 'ngrok' }] }] },
  })
  await create(scene, { name: 'Chatbot (production)', metadata: 'free text' })
  await create(scene, stamped('team-a/web'))
  await create(scene, stamped('jobs#nightly'))
  await create(scene, stamped('jobs#weekly'))
  await create(scene, stamped('../up'))
  return scene
}

describe('importing into nothing', () => {
  test('makes a folder in which everything is declared as it is', async () => {
    const scene = await grownScene()
    const importing = start(scene, 'import')
    expect(await importing.ended).toBe(0)
    expect(importing.stderr()).toBe('')
    expect(importing.stdout()).toContain('created    configs/chatbot-production.ts  chatbot-production, to adopt aigac_')
    expect(importing.stdout()).toContain(`See what they come to: aigw-sync plan --api-url ${scene.emulator.url}\n`)
    expect(await files(scene)).toEqual(['chatbot-production-2.ts', 'chatbot-production.ts', 'jobs.ts', 'team-a/web.ts', 'up.ts'])
    expect(await readFile(join(scene.folder, 'configs/chatbot-production.ts'), 'utf8')).toContain('}, // openai-prod\n')
    const { ok, entries } = await documentOf<ValidateDocument>(scene, 0, 'validate')
    expect(ok).toBe(true)
    expect(entries.map(({ key }) => key)).toEqual([
      '../up',
      'chatbot-production',
      'chatbot-production-2',
      'jobs#nightly',
      'jobs#weekly',
      'team-a/web',
    ])
  })

  test('leaves nothing to be written for what was ours', async () => {
    const scene = await grownScene()
    await documentOf(scene, 0, 'import')
    const { changes } = await documentOf<PlanDocument>(scene, 0, 'plan')
    const ours = changes.filter(({ key }) => !key.startsWith('chatbot'))
    expect(ours.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'noop ../up',
      'noop jobs#nightly',
      'noop jobs#weekly',
      'noop team-a/web',
    ])
  })

  test('says what it did in one document', async () => {
    const scene = await grownScene()
    const others = await create(scene, stamped('x', 'platform'))
    const { created, skipped } = await documentOf<ImportDocument>(scene, 0, 'import')
    expect(created.map(({ file, key, adopts }) => [file, key, adopts])).toEqual([
      ['chatbot-production-2.ts', 'chatbot-production-2', true],
      ['chatbot-production.ts', 'chatbot-production', true],
      ['jobs.ts', 'jobs#nightly', false],
      ['jobs.ts', 'jobs#weekly', false],
      ['team-a/web.ts', 'team-a/web', false],
      ['up.ts', '../up', false],
    ])
    expect(new Set(created.map(({ id }) => id)).size).toBe(6)
    expect(skipped).toMatchObject([{ id: others, reason: 'other-owner' }])
  })

  test('only looks at the gateway, and touches nothing but the folder', async () => {
    const scene = await grownScene()
    const methods = new Set<string>()
    scene.emulator.requests.subscribe(({ request }) => void methods.add(request.method))
    const before = scene.emulator.state.configurations
    await documentOf(scene, 0, 'import')
    expect([...methods]).toEqual(['GET'])
    expect(scene.emulator.state.configurations).toEqual(before)
    expect(await readdir(scene.folder)).toEqual(['configs'])
  })
})

describe('importing into a folder', () => {
  test('a second time writes nothing more', async () => {
    const scene = await grownScene()
    await documentOf(scene, 0, 'import')
    const before = await traces(join(scene.folder, 'configs'))
    const again = start(scene, 'import')
    expect(await again.ended).toBe(0)
    expect(again.stdout()).toBe('Nothing to import: what is on the gateway is declared already.\n')
    expect(await traces(join(scene.folder, 'configs'))).toEqual(before)
  })

  test('keeps what is there, and fills in what is missing', async () => {
    const scene = await grownScene()
    await scene.put(
      'jobs.ts',
      "import { defineConfigs } from 'aigw-sync'\nexport default defineConfigs({ nightly: { name: 'N' } })\n",
    )
    await scene.put('team-a/web.yaml', 'name: Mine\n')
    await scene.put('chatbot-production.json', { ...named('Mine'), key: 'mine' })
    const before = await traces(join(scene.folder, 'configs/team-a'))
    const { created } = await documentOf<ImportDocument>(scene, 0, 'import', '--log-level', 'error')
    expect(created.map(({ file, key }) => `${file}: ${key}`)).toEqual([
      'chatbot-production-2.ts: chatbot-production-2',
      'chatbot-production.ts: chatbot-production',
      'jobs-weekly.ts: jobs#weekly',
      'up.ts: ../up',
    ])
    expect(await traces(join(scene.folder, 'configs/team-a'))).toEqual(before)
    expect((await documentOf<ValidateDocument>(scene, 0, 'validate')).entries).toHaveLength(7)
  })

  test('that a daemon watches gives it whole modules', async () => {
    const scene = await openScene()
    const daemon = await scene.settled()
    for (let index = 0; index < 30; index += 1) await create(scene, stamped(`team-${index % 3}/job-${index}`))
    await documentOf(scene, 0, 'import')
    await daemon.until(() => daemon.told('config.linked').length + daemon.told('config.created').length >= 30)
    expect(daemon.told('source.invalid')).toEqual([])
    expect(scene.emulator.state.configurations.every(({ metadata = '' }) => metadata.includes('team-'))).toBe(true)
  })

  test('writes nothing behind a link, where it would appear twice', async () => {
    const scene = await openScene()
    await mkdir(join(scene.folder, 'configs/team-a'))
    await symlink('team-a', join(scene.folder, 'configs/alias'))
    await create(scene, stamped('alias/web'))
    const { created } = await documentOf<ImportDocument>(scene, 0, 'import')
    expect(created).toMatchObject([{ file: 'alias-web.ts', key: 'alias/web' }])
    expect((await documentOf<ValidateDocument>(scene, 0, 'validate')).entries).toMatchObject([{ key: 'alias/web' }])
  })

  test('writes nothing at all where a link leads out of it (exit 1)', async () => {
    const scene = await openScene()
    await mkdir(join(scene.folder, 'outside'))
    await symlink('../outside', join(scene.folder, 'configs/elsewhere'))
    await create(scene, stamped('elsewhere/web'))
    expect(await start(scene, 'import').ended).toBe(1)
    expect(await readdir(join(scene.folder, 'outside'))).toEqual([])
    expect(await readdir(join(scene.folder, 'configs'))).toEqual(['elsewhere'])
  })

  test.each([
    ['a module does not load', 'broken.ts', 'export default {', /broken\.ts does not load/],
    ['a key is declared twice', 'b.json', { ...named('B'), key: 'a' }, /a\.json, b\.json: the key a is declared more than once/],
  ])('in which %s writes nothing (exit 1)', async (_title, file, content, said) => {
    const scene = await openScene()
    await create(scene, named('Web'))
    await scene.put('a.json', named('A'))
    await scene.put(file, content)
    const importing = start(scene, 'import', '--json')
    expect(await importing.ended).toBe(1)
    expect(importing.stderr()).toMatch(said)
    expect(importing.stdout()).toBe('')
    expect(await files(scene)).toEqual(['a.json', file])
  })
})

describe('what cannot be imported', () => {
  test('is told, and the rest is imported (exit 1)', async () => {
    const scene = await openScene()
    const spaced = await create(scene, named(' spaced '))
    const marked = await create(scene, { ...named('Marked'), metadata: '{"aigw-sync":1}' })
    const twice = [await create(scene, stamped('twice')), await create(scene, stamped('twice'))]
    await create(scene, named('Good'))
    const { created, skipped } = await documentOf<ImportDocument>(scene, 1, 'import')
    expect(created.map(({ file }) => file)).toEqual(['good.ts'])
    expect(Object.fromEntries(skipped.map(({ id, reason }) => [id, reason]))).toEqual({
      [spaced]: 'not-declarable',
      [marked]: 'not-declarable',
      [twice[0]!]: 'duplicate-configuration',
      [twice[1]!]: 'duplicate-configuration',
    })
  })

  test('by its id keeps all ids from being imported, and each is told why (exit 1)', async () => {
    const scene = await openScene()
    const good = await create(scene, named('Good'))
    const others = await create(scene, stamped('x', 'platform'))
    const importing = start(scene, 'import', good, others, 'aigac_unknown')
    expect(await importing.ended).toBe(1)
    expect(importing.stdout()).toBe('')
    expect(importing.stderr()).toMatch(
      new RegExp(
        `^aigw-sync: nothing is imported:\n {2}${others}: .*platform\n {2}aigac_unknown: .*no configuration with this id.*\n$`,
      ),
    )
    expect(await files(scene)).toEqual([])
    const { created, skipped } = await documentOf<ImportDocument>(scene, 1, 'import', good, 'aigac_unknown')
    expect({ created, skipped }).toMatchObject({ created: [], skipped: [{ id: 'aigac_unknown', name: null, reason: 'unknown' }] })
    expect((await documentOf<ImportDocument>(scene, 0, 'import', good)).created).toMatchObject([{ id: good }])
  })

  test.each<[number, string, readonly string[], RegExp]>([
    [75, 'a gateway that is down', ['--api-url', 'http://127.0.0.1:1', '--retries', '0'], /the gateway cannot be reached/],
    [78, 'a folder that is none', ['--dir', 'file'], /file/],
    [78, 'a lockfile of a newer version', ['--lockfile', 'newer.json'], /written by a newer aigw-sync/],
    [64, 'a flag that it does not have', ['--emulator'], /unknown option '--emulator'/],
  ])('%i for %s, with nothing on standard output', async (exitCode, _title, args, said) => {
    const scene = await openScene()
    await writeFile(join(scene.folder, 'newer.json'), '{ "lockfileVersion": 2 }')
    await writeFile(join(scene.folder, 'file'), '')
    const importing = start(scene, 'import', '--json', ...args)
    expect(await importing.ended).toBe(exitCode)
    expect(importing.stderr()).toMatch(said)
    expect(importing.stdout()).toBe('')
  })
})

test('hostile names become modules that say just that', async () => {
  const scene = await openScene()
  const names = [
    '../../etc/cron.d/x',
    "'); process.exit(1) //",
    '`${1}`',
    '__proto__',
    'a\\',
    '*/ x',
    'CON',
    '.env',
    '-rf',
    '漢字',
  ]
  for (const name of names) await create(scene, { ...named(name), metadata: JSON.stringify({ ['__proto__']: name, [name]: 1 }) })
  await documentOf(scene, 0, 'import')
  expect((await documentOf<ValidateDocument>(scene, 0, 'validate')).entries.map(({ name }) => name).toSorted()).toEqual(
    names.toSorted(),
  )
  expect((await files(scene)).every((file) => /^[a-zA-Z0-9_-]+\.ts$/.test(file))).toBe(true)
  expect(await readdir(scene.folder)).toEqual(['configs'])
})
