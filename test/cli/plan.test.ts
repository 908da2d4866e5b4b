import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { PlanDocument } from '../../src/cli/render/plan-document.ts'
import { call } from '../emulator/client.ts'
import { type RunningProcess, startProcess } from '../support/process.ts'
import { named, openScene, type Scene } from '../support/scene.ts'
import { makeReadOnly, traces } from './traces.ts'

const TOKEN = { AI_GATEWAY_API_KEY: 'emulator' }

function startPlan({ folder, emulator }: Scene, args: readonly string[] = [], env: Record<string, string> = {}): RunningProcess {
  const all = ['plan', '--api-url', emulator.url, '--rate-limit', 'off', ...args]
  return startProcess({ args: all, cwd: folder, env: { ...TOKEN, ...env } })
}

/** The document of a plan that must succeed as far as `exitCode` says. */
async function planned(scene: Scene, exitCode = 0, ...args: readonly string[]): Promise<PlanDocument> {
  const planning = startPlan(scene, ['--json', ...args])
  expect(await planning.ended).toBe(exitCode)
  expect(planning.stderr()).toBe('')
  return JSON.parse(planning.stdout()) as PlanDocument
}

async function applied(scene: Scene, ...args: readonly string[]): Promise<RunningProcess> {
  const applying = scene.start('apply', ...args)
  await applying.ended
  return applying
}

/** A folder, a lockfile and a gateway between which there is something of every kind to do. */
async function busyScene(): Promise<Scene> {
  const scene = await openScene()
  const { put, folder, emulator, lockfile } = scene
  for (const name of ['kept', 'edited', 'moved', 'left', 'lost', 'drifted']) await put(`${name}.json`, named(name))
  expect(await (await applied(scene)).ended).toBe(0)
  await put('edited.json', { ...named('edited'), name: 'Edited', description: 'since' })
  await mkdir(join(folder, 'configs/team'))
  await rename(join(folder, 'configs/moved.json'), join(folder, 'configs/team/moved.json'))
  await rm(join(folder, 'configs/left.json'))
  const { entries } = await lockfile()
  await call(emulator, 'DELETE', `/access-key-configurations/${entries['lost']?.id}`)
  await call(emulator, 'PATCH', `/access-key-configurations/${entries['drifted']?.id}`, { access: null })
  const { body: existing } = await call(emulator, 'POST', '/access-key-configurations', { name: 'Existing' })
  await put('adopted.json', { ...named('Adopted'), adopt: existing.id })
  await put('new.json', { name: 'New' })
  return scene
}

const KINDS: Readonly<Record<string, string>> = {
  'config.created': 'create',
  'config.adopted': 'adopt',
  'config.updated': 'update',
  'config.moved': 'move',
}

const asWrite = ({ kind, key, id }: { kind: string; key: string; id?: string | null }) => `${kind} ${key} ${id ?? ''}`

describe('a plan', () => {
  test('says what applying then does, and afterwards that there is nothing to do', async () => {
    const scene = await busyScene()
    const { changes, summary, forecast } = await planned(scene)
    expect(changes.map(({ kind, key, reason }) => `${kind} ${key}: ${reason}`)).toEqual([
      'adopt adopted: declared',
      'update drifted: drift',
      'update edited: edited',
      'noop kept: unchanged',
      'orphan left: not-declared',
      'create lost: gone',
      'create new: new',
      'move team/moved: same-content',
    ])
    expect(summary.writes).toBe(6)
    const { total } = scene.emulator.requests
    const once = await applied(scene)
    expect(await once.ended).toBe(0)
    expect(scene.emulator.requests.total - total).toBe(forecast.requests)
    const done = once.lines.flatMap(({ event, key, id }) => {
      const kind = KINDS[event]
      return kind === undefined ? [] : [asWrite({ kind, key: String(key), ...(kind !== 'create' && { id: String(id) }) })]
    })
    // What is adopted becomes what is declared after that.
    const adopted = changes.filter(({ kind }) => kind === 'adopt').map(({ key, id }) => ({ kind: 'update', key, id }))
    const foretold = [...changes, ...adopted]
    expect(done.toSorted()).toEqual(
      foretold
        .filter(({ kind }) => !['noop', 'orphan'].includes(kind))
        .map(asWrite)
        .toSorted(),
    )
    expect((await planned(scene, 0, '--exit-code')).summary).toMatchObject({ writes: 0, noop: 7, orphan: 1 })
  })

  test('is a diff for people where nothing else is asked for', async () => {
    const scene = await busyScene()
    const planning = startPlan(scene)
    expect(await planning.ended).toBe(0)
    expect(planning.stdout()).toMatch(
      /^~ update {4}edited {2}aigac_\w+ {2}edited in edited\.json\n {4}name {9}"edited" → "Edited"\n/m,
    )
    expect(planning.stdout()).toContain('reaches every provider and model')
    expect(planning.stdout()).toMatch(
      /\nPlan: 2 to create, 1 to adopt, 2 to update, 1 to move, 1 unchanged, 1 no longer declared and kept\.\n.*\n$/,
    )
    expect(planning.stdout()).not.toContain('\u001b')
  })

  test('can be made while a daemon works on the lockfile', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await scene.settled()
    expect((await planned(scene)).summary.noop).toBe(1)
  })

  test('lets no module drive the terminal', async () => {
    const scene = await openScene()
    await scene.put('web.json', { ...named('Web'), metadata: { note: '\u001b[2J\u009b1m' } })
    const planning = startPlan(scene)
    await planning.ended
    expect(planning.stdout()).toContain('\\u001b[2J\\u009b1m')
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    expect(planning.stdout()).not.toMatch(/[\u001b\u009b]/)
  })

  test('keeps a retry out of the document, and tells it on standard error', async () => {
    const scene = await openScene()
    let failures = 1
    scene.emulator.intercept({ before: () => (failures-- > 0 ? { status: 500 } : 'continue') })
    const planning = startPlan(scene, ['--json'])
    expect(await planning.ended).toBe(0)
    expect(JSON.parse(planning.stdout())).toMatchObject({ ok: true })
    expect(planning.stderr()).toMatch(/^aigw-sync: a request to the gateway failed at attempt 1: .*\n$/)
  })

  test('is silent about it where the log would be', async () => {
    const scene = await openScene()
    let failures = 1
    scene.emulator.intercept({ before: () => (failures-- > 0 ? { status: 500 } : 'continue') })
    await planned(scene, 0, '--log-level', 'error')
    expect(failures).toBeLessThan(1)
  })
})

/** Everything a command could write to, and the requests that were not only for looking. */
async function watched(scene: Scene) {
  const env = { HOME: join(scene.folder, 'home'), TMPDIR: join(scene.folder, 'tmp') }
  for (const folder of Object.values(env)) await mkdir(folder)
  const written: string[] = []
  scene.emulator.requests.subscribe(({ request }) => {
    if (request.method !== 'GET') written.push(request.method)
  })
  return { env, written }
}

function startCommand({ folder, emulator }: Scene, command: string, env: Record<string, string>): RunningProcess {
  return startProcess({ args: [...command.split(' '), '--api-url', emulator.url], cwd: folder, env: { ...TOKEN, ...env } })
}

describe('a plan writes nothing', () => {
  const commands = [
    'plan',
    'plan --json --exit-code',
    'plan --policy sync --drift correct-all',
    'apply --dry-run --policy sync',
    'validate',
    'validate --json',
    'status',
  ]

  test.each(commands)('%s', async (command) => {
    const scene = await busyScene()
    const { env, written } = await watched(scene)
    const before = await traces(scene.folder)
    const looking = startCommand(scene, command, env)
    expect([0, 2]).toContain(await looking.ended)
    expect(await traces(scene.folder)).toEqual(before)
    expect(written).toEqual([])
  })

  test.each(commands)('%s, in a folder where nothing can be written', async (command) => {
    const scene = await busyScene()
    const { env, written } = await watched(scene)
    onTestFinished(await makeReadOnly(scene.folder))
    const before = await traces(scene.folder)
    const looking = startCommand(scene, command, env)
    expect([0, 2]).toContain(await looking.ended)
    expect(await traces(scene.folder)).toEqual(before)
    expect(written).toEqual([])
  })

  test('while applying would be seen by such a look', async () => {
    const scene = await busyScene()
    const { env, written } = await watched(scene)
    const before = new Set(await traces(scene.folder))
    expect(await startCommand(scene, 'apply', env).ended).toBe(0)
    const changed = (await traces(scene.folder)).filter((trace) => !before.has(trace))
    expect(changed.some((trace) => trace.startsWith(env.HOME))).toBe(true)
    expect(changed.some((trace) => trace.startsWith(scene.lockfilePath))).toBe(true)
    expect(written).toContain('POST')
  })
})

describe('a lockfile that cannot be used', () => {
  test.each([
    ['missing', undefined],
    ['damaged', '{ "lockfileVersion": 1,\n<<<<<<< HEAD\n'],
  ])('is left as it is, and the stamps tell: %s', async (lockfile, text) => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await applied(scene)
    if (lockfile === 'missing') await rm(scene.lockfilePath)
    if (text !== undefined) await writeFile(scene.lockfilePath, text)
    const document = await planned(scene, 0)
    expect(document.lockfile).toBe(lockfile)
    expect(document.changes).toMatchObject([{ kind: 'noop', reason: 'unrecorded' }])
    if (text !== undefined) expect(await readFile(scene.lockfilePath, 'utf8')).toBe(text)
  })
})

describe('the exit code', () => {
  test('2 where there is something to do, and it is asked for', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await planned(scene, 2, '--exit-code')
    await planned(scene, 0)
  })

  test('0 where there is only something to record', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await applied(scene)
    await rm(scene.lockfilePath)
    expect((await planned(scene, 0, '--exit-code')).summary).toMatchObject({ unrecorded: 1 })
  })

  test('0 where the policy withholds what there is to do', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await applied(scene)
    await scene.put('web.json', named('Edited'))
    const { summary } = await planned(scene, 0, '--exit-code', '--policy', 'create-only')
    expect(summary).toMatchObject({ update: 1, withheld: 1, writes: 0 })
  })

  test('1 where a module does not load, and the others are planned', async () => {
    const scene = await openScene()
    await scene.put('bad.ts', 'export default {')
    await scene.put('web.json', named('Web'))
    const { problems, changes } = await planned(scene, 1, '--exit-code')
    expect(problems).toMatchObject([{ file: 'bad.ts', problem: 'syntax' }])
    expect(changes).toMatchObject([{ kind: 'create', key: 'web' }])
  })

  test('1 where a key is in conflict', async () => {
    const scene = await openScene()
    await scene.put('a.json', { ...named('A'), key: 'same' })
    await scene.put('b.json', { ...named('B'), key: 'same' })
    const { changes } = await planned(scene, 1)
    expect(changes).toMatchObject([{ kind: 'conflict', key: 'same', reason: 'duplicate-key', sources: ['a.json', 'b.json'] }])
  })

  test.each<[number, string, readonly string[], Record<string, string>, RegExp]>([
    [64, 'an emulator of its own', ['--emulator'], {}, /unknown option '--emulator'/],
    [75, 'a gateway that is down', ['--api-url', 'http://127.0.0.1:1', '--retries', '0'], {}, /the gateway cannot be reached/],
    [77, 'a rejected token', [], { AI_GATEWAY_API_KEY: 'wrong-canary' }, /rejects the token/],
    [78, 'a folder that is missing', ['--dir', 'nowhere'], {}, /there is no folder .*nowhere/],
    [78, 'a bad setting', ['--settle', 'soon'], {}, /--settle: expected a duration/],
    [78, 'a lockfile of a newer version', ['--lockfile', 'newer.json'], {}, /written by a newer aigw-sync/],
    [78, 'a lockfile of another owner', ['--lockfile', 'theirs.json'], {}, /belongs to owner theirs, this one is default/],
  ])('%i for %s, with nothing on standard output', async (exitCode, _title, args, env, said) => {
    const scene = await openScene({ token: 'emulator' })
    await writeFile(join(scene.folder, 'newer.json'), '{ "lockfileVersion": 2 }')
    const theirs = { lockfileVersion: 1, owner: 'theirs', apiUrl: scene.emulator.url, entries: {} }
    await writeFile(join(scene.folder, 'theirs.json'), JSON.stringify(theirs))
    const planning = startPlan(scene, ['--json', ...args], env)
    expect(await planning.ended).toBe(exitCode)
    expect(planning.stderr()).toMatch(said)
    expect(planning.stderr()).not.toContain('canary')
    expect(planning.stdout()).toBe('')
  })

  test('78 without a token, saying what needs none', async () => {
    const { folder } = await openScene()
    const planning = startProcess({ args: ['plan'], cwd: folder })
    expect(await planning.ended).toBe(78)
    expect(planning.stderr()).toMatch(/there is no API token: .*AI_GATEWAY_API_KEY.*validate needs none/)
  })
})
