import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { connectTo } from '../../src/source/evaluator/connect.ts'
import type { Ending } from '../../src/source/evaluator/connection.ts'
import { helloLine, KIND, packets, PROTOCOL } from '../../src/source/evaluator/wire.ts'
import { open } from '../source/modules/harness.ts'
import { moduleNamed } from '../support/config-folder.ts'
import { PATIENCE } from '../support/patience.ts'
import { descendants, isInstalled, isRunning } from '../support/proc.ts'
import { startProcess, temporaryFolder } from '../support/process.ts'
import { openScene } from '../support/scene.ts'
import { type Unit, useStranger, useUnit } from '../support/unit.ts'

const GOOD = 'export default { pid: process.pid, ppid: process.ppid }'
const LOOP = 'for (;;) {}\nexport default {}'

/** The process that runs modules for a program of the unit, once there is one. */
async function childOf(unit: Unit, index = 0): Promise<number> {
  return vi.waitUntil(async () => {
    const pid = unit.programs[index]?.pid
    return pid === undefined ? undefined : (await descendants(pid))[0]?.pid
  }, PATIENCE)
}

/** Six megabytes of modules that import another. */
function manyUsersOf(helper: string): Readonly<Record<string, string>> {
  const user = `import './${helper}'\nexport default { text: ${JSON.stringify('x'.repeat(300_000))} }`
  return Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`u${n}.ts`, user]))
}

async function untilGone(...pids: readonly (number | undefined)[]): Promise<void> {
  await vi.waitUntil(() => !pids.some((pid) => isRunning(pid ?? 0)), PATIENCE)
}

describe("the evaluator's unit", () => {
  test('runs modules in a process of its own', async () => {
    const unit = await useUnit()
    const { load } = await open({ evaluatorSocket: unit.socket })
    const { 'a.ts': loaded } = await load({ 'a.ts': GOOD })
    const [program] = unit.programs
    expect(loaded).toMatchObject({ ok: true, value: { ppid: program?.pid } })
    expect((await descendants(process.pid)).map(({ pid }) => pid)).toContain(program?.pid)
    expect((await descendants(program?.pid ?? 0)).map(({ environment }) => environment)).toEqual([''])
  })

  test('runs a thousand modules for one connection', async () => {
    const unit = await useUnit()
    const { load } = await open({ evaluatorSocket: unit.socket })
    const paths = Array.from({ length: 1000 }, (_, n) => `m${n}.ts`)
    const loaded = await load(Object.fromEntries(paths.map((path, n) => [path, `export default { n: ${n} }`])))
    expect(paths.map((path) => loaded[path])).toEqual(paths.map((file, n) => ({ ok: true, file, value: { n }, several: false })))
    expect(unit.programs).toHaveLength(1)
  })

  test('passes on what is longer than a packet, in both directions, letter by letter', async () => {
    const unit = await useUnit()
    const { load } = await open({ evaluatorSocket: unit.socket })
    const text = 'ä€𝄞'.repeat(300_000)
    const { 'a.ts': loaded } = await load({ 'a.ts': `export default { text: ${JSON.stringify(text)} }` })
    expect(loaded).toEqual({ ok: true, file: 'a.ts', value: { text }, several: false })
  })

  test.each([
    ['', {}],
    ['also while more waits for it than the pipes hold, ', manyUsersOf('_loop.ts')],
  ])('ends a module that loops, %swhen it is hung up on', async (_title, users) => {
    const unit = await useUnit()
    const { update, loader } = await open({ evaluatorSocket: unit.socket, evaluationTimeoutMs: 300_000 })
    const isLate = update({ 'loop.ts': LOOP, '_loop.ts': LOOP, ...users })
    const child = await childOf(unit)
    await isLate
    await loader.close()
    await untilGone(child, unit.programs[0]?.pid)
  })

  test('ends with its child when who connected is killed', async () => {
    const unit = await useUnit()
    const scene = await openScene()
    await scene.put('loop.ts', LOOP)
    const daemon = scene.start('run', '--evaluator-socket', unit.socket, '--evaluation-timeout', '5m')
    await daemon.until('daemon.ready')
    const child = await childOf(unit)
    await daemon.kill('SIGKILL')
    await untilGone(child, ...unit.programs.map(({ pid }) => pid))
  })

  test('loses nothing of what waits when its program is killed', async () => {
    const unit = await useUnit()
    const { load, events } = await open({ evaluatorSocket: unit.socket })
    await load({ 'first.ts': GOOD }) // what runs first in a child is blamed for its end
    const slow = 'await new Promise((done) => setTimeout(done, 5))\nexport default {}'
    const loading = load(Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`m${n}.ts`, slow])))
    const child = await childOf(unit)
    unit.programs[0]?.kill('SIGKILL')
    const loaded = Object.values(await loading)
    expect(loaded.filter(({ ok }) => ok)).toHaveLength(200)
    expect(unit.programs.length).toBeGreaterThan(1)
    expect(events.filter(({ event }) => event === 'evaluator.unavailable')).toEqual([])
    await untilGone(child)
  })
})

function frame(document: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(document)}\n`)
}

describe.skipIf(!isInstalled('systemd-socket-activate'))('where systemd-socket-activate is installed, the unit', () => {
  test('serves what that accepts', async () => {
    const socket = join(await temporaryFolder(), 'socket')
    const activate = startProcess({
      args: ['evaluator'],
      through: (command) => ['systemd-socket-activate', '--accept', '--inetd', `--listen=${socket}`, ...command],
    })
    await vi.waitUntil(() => existsSync(socket), PATIENCE)
    const { load } = await open({ evaluatorSocket: socket })
    expect((await load({ 'a.ts': GOOD }))['a.ts']).toMatchObject({ ok: true, value: { ppid: expect.any(Number) as number } })
    const [program] = await descendants(activate.child.pid ?? 0)
    expect(program?.commandLine).toContain('evaluator')
  })
})

describe('what comes over the socket is believed no more than a child:', () => {
  const greeting = packets(KIND.greeting, Buffer.from(JSON.stringify({ protocol: PROTOCOL, version: '1.2.3' })))
  const tooLong = Buffer.from([KIND.answers, 255, 255, 255, 255])
  const forged = { id: 7, type: 'value', value: { name: 'forged' }, several: false }

  test.each<[string, Buffer, string]>([
    ['another service', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'is no evaluator of aigw-sync'],
    ['answers before a greeting', packets(KIND.answers, frame({ type: 'ready' })), 'is no evaluator of aigw-sync'],
    ['a greeting that says nothing', packets(KIND.greeting, Buffer.from('{}')), 'is no evaluator of aigw-sync'],
    ['a second greeting', Buffer.concat([greeting, greeting]), 'nonsense came from the evaluator'],
    ['garbage', Buffer.concat([greeting, Buffer.from('\u0000\u001b[31m')]), 'nonsense came from the evaluator'],
    ['a packet that is too long', Buffer.concat([greeting, tooLong]), 'nonsense came from the evaluator'],
    ['an end of no kind', Buffer.concat([greeting, packets(KIND.ending, frame({ signal: '\n' }))]), 'nonsense came from'],
    ['an answer that is no JSON', Buffer.concat([greeting, packets(KIND.answers, Buffer.from('x\n'))]), "evaluator's own pipe"],
    ['an answer to nothing', Buffer.concat([greeting, packets(KIND.answers, frame(forged))]), "evaluator's own pipe"],
    [
      'another version',
      packets(KIND.greeting, Buffer.from(`{"protocol":${PROTOCOL + 1},"version":"9.8.7"}`)),
      `aigw-sync 9.8.7, protocol ${PROTOCOL + 1};`,
    ],
  ])('%s', async (_title, bytes, msg) => {
    const socket = await useStranger((connection) => connection.resume().write(bytes))
    const { load } = await open({ evaluatorSocket: socket })
    expect((await load({ 'a.ts': GOOD }))['a.ts']).toMatchObject({
      ok: false,
      problem: { problem: 'exit', msg: expect.stringContaining(msg) as string },
    })
  })

  test('an answer without an end', async () => {
    const endless = packets(KIND.answers, Buffer.alloc(1024 * 1024, 'x'))
    const socket = await useStranger((connection) => {
      connection.resume().write(greeting)
      const pour = () => void connection.write(endless, (error) => error || pour())
      pour()
    })
    const { load } = await open({ evaluatorSocket: socket })
    const msg = expect.stringContaining("evaluator's own pipe") as string
    expect((await load({ 'a.ts': GOOD }))['a.ts']).toMatchObject({ ok: false, problem: { problem: 'exit', msg } })
  })

  test('one that hangs up', async () => {
    const socket = await useStranger((connection) => connection.destroy())
    const { load } = await open({ evaluatorSocket: socket })
    expect((await load({ 'a.ts': GOOD }))['a.ts']).toMatchObject({
      problem: { problem: 'exit', msg: expect.stringContaining('hung up before it said a word') as string },
    })
  })

  test('one that says nothing', async () => {
    const socket = await useStranger(() => {})
    const { promise, resolve } = Promise.withResolvers<Ending>()
    const remote = { socket, strictPermissions: true, memoryMb: 64, packages: [], greetingMs: 100 }
    connectTo(remote, { answers: () => {}, words: () => {}, ended: resolve })
    expect(await promise).toEqual({ msg: expect.stringContaining('said nothing for 100 ms') as string })
  })
})

describe('its program, to whoever connects,', () => {
  test('says its version, also to one of another', async () => {
    const unit = await useUnit()
    const connection = connect(unit.socket)
    connection.write('aigw-sync-evaluator {"protocol":999,"wants":"what nobody knows yet"}\n{"id":1}\n')
    const [bytes] = (await once(connection, 'data')) as [Buffer]
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')) as { version: string }
    expect(bytes).toEqual(packets(KIND.greeting, Buffer.from(JSON.stringify({ protocol: PROTOCOL, version }))))
    connection.destroy()
    const [program] = unit.programs
    if (program?.exitCode === null) await once(program, 'exit')
    expect(program?.exitCode).toBe(0)
  })

  test.each([
    ['says something else', 'GET / HTTP/1.1\n'],
    ['never ends the line', 'aigw-sync-evaluator '.repeat(5000)],
    ['asks for other folders', helloLine({ protocol: PROTOCOL, memoryMb: 64, packages: ['/etc'] })],
    ['asks for no memory', helloLine({ protocol: PROTOCOL, memoryMb: 0, packages: [] })],
  ])('starts nothing where he %s (exit 64)', async (_title, hello) => {
    const unit = await useUnit()
    const connection = connect(unit.socket).on('error', () => {}) // it may hang up before it has read all
    connection.write(hello)
    await once(connection.resume(), 'close')
    const [program] = unit.programs
    if (program?.exitCode === null) await once(program, 'exit')
    expect(program?.exitCode).toBe(64)
  })

  test('is nothing to run by hand (exit 64)', async () => {
    const running = startProcess({ args: ['evaluator'] })
    expect(await running.ended).toBe(64)
    expect(running.stderr()).toContain('Expected standard input to be a connection of a unix socket')
  })
})

describe('a socket nobody listens at', () => {
  const SYNC = ['--policy', 'sync', '--delete-grace', '0ms', '--delete-max-percent', '100', '--resync-interval', '100ms']

  test('keeps everything as it is, says the way out, and is tried again until somebody does', async () => {
    const socket = join(await temporaryFolder(), 'socket')
    const scene = await openScene()
    for (const name of ['a', 'b', 'c']) await scene.put(`${name}.ts`, moduleNamed(name))
    await (await scene.settled()).kill('SIGTERM')
    const daemon = scene.start('run', ...SYNC, '--evaluator-socket', socket)
    const { msg, level } = await daemon.until('evaluator.unavailable')
    expect(level).toBe('error')
    expect(msg).toContain(`cannot be reached at ${socket} (ENOENT): \`systemctl start aigw-sync-evaluator.socket\``)
    await daemon.until('daemon.ready')
    await scene.put('later.ts', moduleNamed('later'))
    await daemon.until((line) => line.event === 'evaluator.unavailable' && line['attempt'] === 4)
    expect(scene.emulator.state.configurations).toHaveLength(3)
    await useUnit(socket)
    await daemon.until('evaluator.recovered')
    await daemon.until((line) => line.event === 'config.created' && line['key'] === 'later')
    expect(scene.emulator.state.configurations).toHaveLength(4)
    expect([...daemon.told('config.deleted'), ...daemon.told('source.invalid')]).toEqual([])
  })

  test('ends a command that runs once, which says of each module why it is not known', async () => {
    const socket = join(await temporaryFolder(), 'socket')
    const scene = await openScene()
    await scene.put('a.ts', moduleNamed('a'))
    const validating = scene.start('validate', '--evaluator-socket', socket)
    expect(await validating.ended).toBe(78)
    expect(validating.stdout()).toContain(`cannot be reached at ${socket} (ENOENT)`)
    const applying = scene.start('apply', ...SYNC, '--evaluator-socket', socket)
    expect(await applying.ended).toBe(1)
    expect(applying.told('source.invalid')).toMatchObject([{ file: 'a.ts', problem: 'exit' }])
    expect(scene.posts).toEqual([])
  })
})

describe('a socket that others may put theirs in the place of', () => {
  test('is told nothing, unless strictPermissions says so', async () => {
    const folder = join(await temporaryFolder(), 'open')
    await mkdir(folder)
    const unit = await useUnit(join(folder, 'socket'))
    await chmod(folder, 0o777)
    const strict = await open({ evaluatorSocket: unit.socket })
    expect((await strict.load({ 'a.ts': GOOD }))['a.ts']).toMatchObject({
      problem: { msg: expect.stringContaining(`${folder} may be written by everybody: \`chmod go-w ${folder}\``) as string },
    })
    expect(unit.programs).toEqual([])
    const lenient = await open({ evaluatorSocket: unit.socket, strictPermissions: false })
    expect((await lenient.load({ 'a.ts': GOOD }))['a.ts']).toMatchObject({ ok: true })
  })
})
