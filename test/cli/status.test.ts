import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { StatusDocument, StatusEntry } from '../../src/daemon/status/document.ts'
import { askDaemon } from '../../src/daemon/admin/ask.ts'
import { call } from '../emulator/client.ts'
import { valueOf } from '../settings/result.ts'
import { PATIENCE } from '../support/patience.ts'
import { type RunningProcess, startProcess } from '../support/process.ts'
import { named, openScene, type Scene } from '../support/scene.ts'
import { traces } from './traces.ts'

/** Without a token: it needs none. */
function startStatus({ folder, emulator }: Scene, ...args: readonly string[]): RunningProcess {
  return startProcess({ args: ['status', '--api-url', emulator.url, ...args], cwd: folder })
}

async function statusOf(scene: Scene, ...args: readonly string[]): Promise<StatusDocument> {
  const asking = startStatus(scene, '--json', ...args)
  expect({ exitCode: await asking.ended, stderr: asking.stderr() }).toEqual({ exitCode: 0, stderr: '' })
  return JSON.parse(asking.stdout()) as StatusDocument
}

const standing = ({ key, state, reason }: StatusEntry) => `${key} ${state} ${reason}`

/** Waits for what a daemon tells of itself, as `status` asks for it. */
async function untilStanding(scene: Scene, ...expected: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const { body } = valueOf(await askDaemon(scene.lockfilePath, 'GET', '/status'))
      expect((body as StatusDocument).entries.map(standing)).toEqual(expected)
    },
    { ...PATIENCE, interval: 20 },
  )
}

/** A daemon with something in every state. */
async function busyScene(): Promise<Scene & { readonly daemon: RunningProcess }> {
  const scene = await openScene()
  const { put, folder, emulator, lockfile } = scene
  for (const name of ['as-ever', 'closed', 'left', 'used']) await put(`${name}.json`, named(name))
  await put('left.json', { ...named('left'), protect: true })
  emulator.intercept({
    before: ({ method, body }) => {
      const { name } = (body ?? {}) as { readonly name?: string }
      return method === 'POST' && name === 'refused'
        ? { status: 422, body: { errorCode: 'ERR_NGROK_27604', msg: 'no such provider' } }
        : 'continue'
    },
  })
  const daemon = await scene.settled('--policy', 'sync', '--delete-max-percent', '100', '--delete-grace', '50ms')
  const { entries } = await lockfile()
  await call(emulator, 'POST', '/access-keys', { name: 'production\u001b[2J', accessKeyConfigurationId: entries['used']?.id })
  await call(emulator, 'PATCH', `/access-key-configurations/${entries['closed']?.id}`, { access: { models: { allow: [] } } })
  await put('refused.json', named('refused'))
  await rm(join(folder, 'configs/left.json'))
  await rm(join(folder, 'configs/used.json'))
  valueOf(await askDaemon(scene.lockfilePath, 'POST', '/reconcile'))
  await untilStanding(scene, ...BUSY)
  // While a module does not load, nothing is found out about what may be deleted.
  await put('broken.ts', 'export default {')
  await daemon.until('source.invalid')
  return { ...scene, daemon }
}

const BUSY = [
  'as-ever managed null',
  'closed held widening',
  'left orphaned protected',
  'refused failing refused',
  'used pending in-use',
]

describe('a running daemon', () => {
  test('tells how each entry stands', async () => {
    const scene = await busyScene()
    await untilStanding(scene, ...BUSY)
    const status = await statusOf(scene)
    expect(status).toMatchObject({
      running: true,
      pid: scene.daemon.child.pid,
      policy: 'sync',
      summary: { managed: 1, failing: 1, pending: 1, orphaned: 1, held: 1 },
      invalid: ['broken.ts'],
      guards: [],
    })
    expect(Date.parse(status.startedAt ?? '')).toBeLessThanOrEqual(Date.parse(status.readyAt ?? ''))
    expect(Date.parse(status.lastListedAt ?? '')).not.toBeNaN()
    expect(status.entries.find(({ key }) => key === 'used')).toMatchObject({
      accessKeys: [{ name: 'production\u001b[2J' }],
      msg: expect.stringContaining('still refers to it: give it another configuration') as string,
    })
    expect(status.entries.find(({ key }) => key === 'closed')?.fields).toEqual(['access'])
  })

  test('tells people what needs attention, with the way out', async () => {
    const scene = await busyScene()
    await untilStanding(scene, ...BUSY)
    const asking = startStatus(scene)
    expect(await asking.ended).toBe(0)
    const text = asking.stdout()
    expect(text).toMatch(/^Running since \S+ \(pid \d+, aigw-sync \S+\): ready since \S+; the gateway was last listed at \S+\.\n/)
    expect(text).toMatch(/\n× failing {3}refused {2}refused: no such provider.*; it is tried again when its file changes\n/)
    expect(text).toMatch(/\n! held {6}closed {2}aigac_\w+ .* run with --drift correct-all\n/)
    expect(text).toMatch(/\n· orphaned {2}left {2}aigac_\w+ .* since its declaration said protect: true\n/)
    expect(text).toMatch(/\n1 managed, 1 failing, 1 held, 1 pending, 1 orphaned, 1 module not loading\.\n$/)
    expect(text).not.toContain('as-ever')
    expect(text).not.toContain('\u001b')
  })

  test('is found whatever the settings beside the lockfile say', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await scene.settled()
    expect(await statusOf(scene, '--owner', 'somebody-else')).toMatchObject({ running: true, owner: 'default' })
  })

  test('takes the confirmation of deletions that a cap holds up', async () => {
    const scene = await openScene()
    for (const name of ['a', 'b', 'c']) await scene.put(`${name}.json`, named(name))
    const daemon = await scene.settled('--policy', 'sync', '--delete-max', '0', '--delete-grace', '1ms')
    await rm(join(scene.folder, 'configs/a.json'))
    await daemon.until('guard.blocked')
    await untilStanding(scene, 'a orphaned guard', 'b managed null', 'c managed null')
    expect((await statusOf(scene)).guards).toMatchObject([{ guard: 'delete-max', count: 1 }])
    expect(valueOf(await askDaemon(scene.lockfilePath, 'POST', '/deletions', { confirm: 2 }))).toMatchObject({ status: 409 })
    expect(valueOf(await askDaemon(scene.lockfilePath, 'POST', '/deletions', { confirm: 1 }))).toMatchObject({ status: 200 })
    await daemon.until(({ event, key }) => event === 'config.deleted' && key === 'a')
    await untilStanding(scene, 'b managed null', 'c managed null')
  })

  test('is watched: told again whenever it is otherwise, until that is stopped, also while there is none', async () => {
    const scene = await openScene()
    const watching = startStatus(scene, '--watch', '--json')
    const documents = () =>
      watching
        .stdout()
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as StatusDocument)
    const shows = (...expected: readonly string[]) =>
      vi.waitFor(() => expect(documents().at(-1)?.entries.map(standing)).toEqual(expected), { ...PATIENCE, interval: 20 })
    await shows()
    expect(documents()).toMatchObject([{ running: false }])
    await scene.put('a.json', named('a'))
    await scene.settled()
    await shows('a managed null')
    await scene.put('b.json', named('b'))
    await shows('a managed null', 'b managed null')
    expect(await watching.kill('SIGINT')).toBe(0)
    expect(watching.stderr()).toBe('')
  })

  test('lets no name drive the terminal', async () => {
    const scene = await busyScene()
    await scene.put('web.json', { ...named('Web'), key: 'we\u202eb' })
    await untilStanding(scene, ...BUSY, 'we\u202eb managed null')
    for (const args of [['--all'], ['--json']]) {
      const asking = startStatus(scene, ...args)
      expect(await asking.ended).toBe(0)
      for (const name of ['we\\u202eb', 'production\\u001b[2J']) expect(asking.stdout()).toContain(name)
      // oxlint-disable-next-line no-control-regex -- control characters are what this is about
      expect(asking.stdout()).not.toMatch(/[\u001b\u009b\u202e]/)
    }
  })

  test('goes on without a socket where there can be none, and says so', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await mkdir(`${scene.lockfilePath}.sock`)
    const daemon = await scene.settled()
    await daemon.until('admin.failed')
    expect(daemon.told('admin.failed')).toMatchObject([{ level: 'warn' }])
    await daemon.until('config.created')
    expect(await statusOf(scene)).toMatchObject({ running: false, entries: [{ key: 'web', state: 'managed' }] })
    expect(await daemon.kill('SIGTERM')).toBe(0)
  })

  test('removes its socket when it stops in order', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    const daemon = await scene.settled()
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect((await traces(scene.folder)).filter((trace) => trace.includes('.sock'))).toEqual([])
    expect(await statusOf(scene)).toMatchObject({ running: false, pid: null })
  })
})

/** Instead of a text: what `apply` writes. */
const APPLIED = '(applied)'

describe('without a daemon', () => {
  test('what a killed one applied last is told, and the next one is asked again', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    const first = await scene.settled()
    await first.until('config.created')
    await first.kill('SIGKILL')
    const { id } = (await scene.lockfile()).entries['web'] ?? {}
    const status = await statusOf(scene)
    expect(status).toMatchObject({
      running: false,
      summary: { managed: 1 },
      entries: [{ key: 'web', id, name: 'Web', source: 'web.json' }],
    })
    const asking = startStatus(scene, '--all')
    await asking.ended
    expect(asking.stdout()).toMatch(/^No daemon answers for .*\.\n\n✓ managed {3}web {2}aigac_\w+\n\n1 managed\.\n$/)
    await scene.settled()
    expect(await statusOf(scene)).toMatchObject({ running: true, entries: [{ key: 'web', id }] })
  })

  test('and without a lockfile there is nothing to tell but that', async () => {
    const scene = await openScene()
    expect(await statusOf(scene)).toMatchObject({ running: false, entries: [], lockfile: scene.lockfilePath })
    const asking = startStatus(scene)
    expect(await asking.ended).toBe(0)
    expect(asking.stdout()).toContain('there is no such lockfile')
  })

  test.each<[number, string, readonly string[], string, RegExp]>([
    [64, 'an unknown flag', ['--emulator'], '', /unknown option '--emulator'/],
    [78, 'a bad setting', ['--settle', 'soon'], '', /--settle: expected a duration/],
    [78, 'a damaged lockfile', [], '{\n<<<<<<< HEAD\n', /is damaged at line 2; aigw-sync plan tells/],
    [78, 'a lockfile of a newer version', [], '{ "lockfileVersion": 2 }', /written by a newer aigw-sync/],
    [78, 'the lockfile of another gateway', ['--api-url', 'http://127.0.0.1:1'], APPLIED, /belongs to the gateway http/],
    [
      78,
      'the lockfile of another owner',
      ['--owner', 'somebody-else'],
      APPLIED,
      /belongs to owner default, this one is somebody-else/,
    ],
  ])('%i for %s, with nothing on standard output', async (exitCode, _title, args, text, said) => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    if (text === APPLIED) expect(await scene.start('apply').ended).toBe(0)
    else await writeFile(scene.lockfilePath, text)
    const asking = startStatus(scene, '--json', ...args)
    expect(await asking.ended).toBe(exitCode)
    expect(asking.stderr()).toMatch(said)
    expect(asking.stdout()).toBe('')
  })

  test.skipIf(process.getuid?.() === 0)('77 for the daemon of somebody else', async () => {
    const scene = await openScene()
    const server = createServer()
    await once(server.listen(`${scene.lockfilePath}.sock`), 'listening')
    onTestFinished(() => void server.close())
    await chmod(`${scene.lockfilePath}.sock`, 0)
    const asking = startStatus(scene)
    expect(await asking.ended).toBe(77)
    expect(asking.stderr()).toMatch(/belongs to another user/)
  })

  test('75 for a daemon whose answer is none', async () => {
    const scene = await openScene()
    const server = createServer(
      (socket) => void socket.on('error', () => {}).end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'),
    )
    await once(server.listen(`${scene.lockfilePath}.sock`), 'listening')
    onTestFinished(() => void server.close())
    const asking = startStatus(scene)
    expect(await asking.ended).toBe(75)
    expect(asking.stderr()).toMatch(/the daemon cannot be asked: expected its status/)
  })
})

test.each([[[]], [['--json', '--all']]])('it writes nothing: status %j', async (args) => {
  const scene = await openScene()
  await scene.put('web.json', named('Web'))
  const daemon = await scene.settled()
  await daemon.until('config.created')
  await daemon.kill('SIGKILL')
  const env = { HOME: join(scene.folder, 'home'), TMPDIR: join(scene.folder, 'tmp') }
  for (const folder of Object.values(env)) await mkdir(folder)
  const before = await traces(scene.folder)
  const { total } = scene.emulator.requests
  const asking = startProcess({ args: ['status', '--api-url', scene.emulator.url, ...args], cwd: scene.folder, env })
  expect(await asking.ended).toBe(0)
  expect(await traces(scene.folder)).toEqual(before)
  expect(scene.emulator.requests.total).toBe(total)
})
