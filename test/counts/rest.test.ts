import { watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startProcess } from '../support/process.ts'
import { followRequests, named, openScene, type Scene } from '../support/scene.ts'
import { traced, tracedCalls, type TracedCall, UNTRACEABLE } from '../support/strace.ts'

const ENTRIES = 120
const WHY_NOT = UNTRACEABLE ? ` (skipped: ${UNTRACEABLE})` : ''

/** The daemon looks whether its folder is still the one it was: what tells here that time has passed. */
const HEARTBEATS = 5

/** Calls that leave something behind, by name or by how a file is opened. */
const LEAVES_SOMETHING =
  /^(?:rename|unlink|mkdir|rmdir|link|symlink|truncate|ftruncate|chmod|fchmod|chown|fchown|fsync|fdatasync|connect)/

interface Traced {
  readonly scene: Scene
  readonly configs: string
  readonly daemon: ReturnType<typeof startProcess>
  /** The calls so far. */
  readonly calls: () => Promise<readonly TracedCall[]>
  /** Resolves when what it counts in the calls from a place on is so many. */
  readonly until: (from: number, counted: (call: TracedCall) => boolean, times: number) => Promise<void>
}

/** A daemon that has created everything, and whose calls are written down. */
async function traceDaemon(): Promise<Traced> {
  const scene = await openScene()
  await Promise.all(Array.from({ length: ENTRIES }, (_, index) => scene.put(`e${index}.json`, named(`entry ${index}`))))
  expect(await scene.start('apply').ended).toBe(0)
  const log = join(scene.folder, 'calls')
  const daemon = startProcess({
    args: ['run', '--api-url', scene.emulator.url, '--rate-limit', 'off', '--resync-interval', '1h'],
    env: { AI_GATEWAY_API_KEY: scene.emulator.token },
    cwd: scene.folder,
    through: (command) => traced(command, { log, calls: ['%file', '%desc', '%net'] }),
  })
  await daemon.until('daemon.ready')
  const calls = async () => tracedCalls(await readFile(log, 'utf8'))
  const until: Traced['until'] = async (from, counted, times) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = async () => {
      if ((await calls()).slice(from).filter(counted).length >= times) resolve()
    }
    const watcher = watch(log, () => void look().catch(reject))
    onTestFinished(() => watcher.close())
    await look()
    await promise
    watcher.close()
  }
  return { scene, configs: join(scene.folder, 'configs'), daemon, calls, until }
}

describe.skipIf(UNTRACEABLE)(`at rest${WHY_NOT}`, () => {
  test('nothing is asked, written or read: the folder itself is looked at now and then, and no file in it', async () => {
    const { scene, configs, calls, until, daemon } = await traceDaemon()
    const isHeartbeat = ({ call, text }: TracedCall) => /^(?:statx|stat|newfstatat)$/.test(call) && text.includes(`"${configs}"`)
    await until((await calls()).length, isHeartbeat, 1)

    const asked = followRequests(scene)
    const [from, told] = [(await calls()).length, daemon.lines.length]
    await until(from, isHeartbeat, HEARTBEATS)
    const all = (await calls()).slice(from)
    asked.stop()

    expect(asked.asked).toEqual([])
    expect(daemon.lines.slice(told)).toEqual([])
    expect(all.filter(({ call, text }) => LEAVES_SOMETHING.test(call) || /O_WRONLY|O_RDWR|O_CREAT/.test(text))).toEqual([])
    expect(all.filter(({ call, text }) => call === 'write' && /^\S+ +write\(\d+<\//.test(text))).toEqual([])
    expect(all.filter(({ text }) => text.includes(`${configs}/`))).toEqual([])
    // Twice the heartbeats, for the timers of connections, and again as much for threads that share the work.
    const wakeups = all.filter(({ call }) => call.startsWith('epoll_')).length
    expect(wakeups).toBeLessThanOrEqual(HEARTBEATS * 12)
  })

  test('a file that is saved is read, and no other', async () => {
    const { scene, configs, calls, until, daemon } = await traceDaemon()
    const from = (await calls()).length
    await scene.put('e7.json', named('edited'))
    await daemon.until('config.updated')
    const isOpening = ({ call, text }: TracedCall) => call.startsWith('open') && text.includes(`${configs}/`)
    await until(from, isOpening, 1)
    const opened = (await calls()).slice(from).filter(isOpening)
    expect(opened.filter(({ text }) => !text.includes(`"${configs}/e7.json"`))).toEqual([])
  })
})
