import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Emulator } from '../../src/emulator/emulator.ts'
import { PATIENCE } from '../support/patience.ts'
import { type RunningProcess, startProcess, temporaryFolder } from '../support/process.ts'
import { keyOf, named, openScene, type Scene } from '../support/scene.ts'

/** What the gateway takes, and everything that it was asked for with anything else. */
interface Guard {
  readonly take: (token: string) => void
  readonly turnedAway: readonly string[]
}

function guard(emulator: Emulator, first: string): Guard {
  let taken = first
  const turnedAway: string[] = []
  emulator.intercept({
    before: ({ method, headers, body }) => {
      if (headers.authorization === `Bearer ${taken}`) return 'continue'
      turnedAway.push(method === 'POST' ? `POST ${keyOf(body)}` : method)
      return { status: 401, body: { statusCode: 401, msg: `no such token: ${headers.authorization}`, details: {} } }
    },
  })
  return {
    turnedAway,
    take(token) {
      taken = token
    },
  }
}

/** The places in which a token can be replaced while the daemon runs. */
type Place = readonly [title: string, name: string, environment: (folder: string) => Record<string, string>]

const A_FILE: Place = ['a file', 'token', (folder) => ({ AI_GATEWAY_API_KEY_FILE: join(folder, 'token') })]

const PLACES: Place[] = [A_FILE, ['a systemd credential', 'ai-gateway-api-key', (folder) => ({ CREDENTIALS_DIRECTORY: folder })]]

interface Kept {
  readonly scene: Scene
  readonly daemon: RunningProcess
  /** Replaces the token's file. */
  readonly replace: (token: string) => Promise<void>
}

const FIRST = 'ngrok_first_canary_0123456789'
const SECOND = 'ngrok_second_canary_0123456789'

/** A daemon whose token is in a file, with one entry on the gateway. */
async function settle(scene: Scene, [, name, environment]: Place, ...args: string[]): Promise<Kept> {
  const secrets = await temporaryFolder()
  const replace = async (token: string) => {
    await writeFile(join(secrets, 'aside'), `${token}\n`)
    await rename(join(secrets, 'aside'), join(secrets, name))
  }
  await replace(FIRST)
  await scene.put('web.json', named('Web'))
  const command = ['run', '--api-url', scene.emulator.url, '--rate-limit', 'off', '--log-level', 'debug', ...args]
  const daemon = startProcess({ args: command, cwd: scene.folder, env: environment(secrets) })
  await daemon.until('daemon.ready')
  await daemon.until('config.created')
  return { scene, daemon, replace }
}

describe.each(PLACES)('a token from %s', (...place) => {
  test('that is revoked stops all writing, and one that replaces it brings what was dropped meanwhile, once, without a restart', async () => {
    const scene = await openScene()
    const { turnedAway, take } = guard(scene.emulator, FIRST)
    const { daemon, replace } = await settle(scene, place, '--concurrency', '4')
    take(SECOND)
    const keys = Array.from({ length: 40 }, (_, index) => `e${index}`)
    await Promise.all(keys.map((key) => scene.put(`${key}.json`, named(key))))
    expect(await daemon.until('gateway.rejected')).toMatchObject({ level: 'error', status: 401 })
    await daemon.until(({ event, files }) => event === 'source.loaded' && files === 41)
    // Once what was in flight has come back, nothing leaves any more.
    expect(turnedAway.filter((each) => each.startsWith('POST')).length).toBeLessThanOrEqual(4)
    expect(turnedAway.filter((each) => each === 'GET')).toHaveLength(1)
    await replace(SECOND)
    expect(await daemon.until('token.renewed')).toMatchObject({ level: 'info', place: expect.any(String) })
    await daemon.until('gateway.recovered')
    await daemon.until(() => daemon.told('config.created').length === 41)
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect(scene.emulator.state.configurations.map(({ name }) => name).toSorted()).toEqual(['Web', ...keys].toSorted())
    expect(daemon.told('gateway.rejected')).toHaveLength(1)
    expect(daemon.told('gateway.recovered')).toHaveLength(1)
    expect(turnedAway.length).toBeLessThanOrEqual(5)
    expect(daemon.stdout() + daemon.stderr()).not.toMatch(/ngrok_\w+_canary/)
    expect(Object.keys((await scene.lockfile()).entries)).toHaveLength(41)
  })
})

describe('a token that is revoked while there is nothing to do', () => {
  test('is noticed by the next resync, told once, and probed seldom', async () => {
    const scene = await openScene()
    const { turnedAway, take } = guard(scene.emulator, FIRST)
    const { daemon, replace } = await settle(scene, A_FILE, '--resync-interval', '100ms')
    take(SECOND)
    await daemon.until('gateway.rejected')
    expect(turnedAway).toEqual(['GET', 'GET'])
    const listed = daemon.told('gateway.listed').length
    await replace(SECOND)
    await daemon.until('gateway.recovered')
    await daemon.until(() => daemon.told('gateway.listed').length > listed)
    expect(turnedAway).toEqual(['GET', 'GET'])
    expect(daemon.told('gateway.rejected')).toHaveLength(1)
    expect(daemon.told('config.failed')).toEqual([])
  })

  test('does not keep the daemon from stopping', async () => {
    const scene = await openScene()
    const { take } = guard(scene.emulator, FIRST)
    const { daemon } = await settle(scene, A_FILE, '--resync-interval', '100ms')
    take(SECOND)
    await daemon.until('gateway.rejected')
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expect(daemon.events().slice(-2)).toEqual(['daemon.stopping', 'daemon.stopped'])
  })
})

test('a token that is replaced by a broken one stays, and that is said once', async () => {
  const scene = await openScene()
  const { daemon, replace } = await settle(scene, A_FILE)
  await replace('')
  expect(await daemon.until('token.unreadable')).toMatchObject({ level: 'warn', msg: expect.stringContaining('is empty') })
  await scene.put('batch.json', named('Batch'))
  await daemon.until(({ event, key }) => event === 'config.created' && key === 'batch')
  await replace(SECOND)
  await daemon.until('token.renewed')
  expect(daemon.told('token.unreadable')).toHaveLength(1)
})

test('a token that may only read is told, held ever longer, and hammers nobody; with one that may write everything comes', async () => {
  const scene = await openScene()
  let posts = 0
  const { daemon, replace } = await settle(scene, A_FILE, '--concurrency', '1')
  scene.emulator.intercept({
    before: ({ method, headers }) => {
      if (method !== 'POST' || headers.authorization === `Bearer ${SECOND}`) return 'continue'
      posts += 1
      return { status: 403, body: { statusCode: 403, msg: 'read only', details: {} } }
    },
  })
  const keys = Array.from({ length: 20 }, (_, index) => `e${index}`)
  await Promise.all(keys.map((key) => scene.put(`${key}.json`, named(key))))
  expect(await daemon.until('gateway.rejected')).toMatchObject({ scope: 'writing', status: 403 })
  await daemon.until(({ event, files }) => event === 'source.loaded' && files === 21)
  expect(posts).toBeLessThanOrEqual(4)
  await replace(SECOND)
  await daemon.until(() => daemon.told('config.created').length === 21)
  const failed = daemon.told('config.failed')
  await daemon.until(() => daemon.told('config.recovered').length === failed.length)
  expect(failed.length).toBeGreaterThan(1)
  expect(failed.every(({ status }) => status === 403)).toBe(true)
  expect(daemon.told('gateway.rejected')).toHaveLength(1)
  expect(daemon.told('gateway.recovered')).toHaveLength(1)
  expect(scene.emulator.state.configurations).toHaveLength(21)
})

test('apply ends with 77 when its token is revoked on the way, and asks for no more than what was in flight', async () => {
  const scene = await openScene()
  const { turnedAway, take } = guard(scene.emulator, 'emulator')
  scene.emulator.intercept({
    after: ({ method }) => {
      if (method === 'POST') take('another')
      return 'continue'
    },
  })
  await Promise.all(Array.from({ length: 20 }, (_, index) => scene.put(`e${index}.json`, named(`e${index}`))))
  const applied = scene.start('apply', '--concurrency', '2')
  expect(await applied.ended).toBe(77)
  expect(applied.told('gateway.rejected')).toHaveLength(1)
  expect(applied.told('daemon.failed')).toMatchObject([{ status: 401, msg: expect.stringContaining('rejects the token') }])
  expect(turnedAway.length).toBeLessThanOrEqual(3)
})

describe('SIGHUP', () => {
  test('has everything looked at again, and does not end the daemon', async () => {
    const scene = await openScene()
    const { daemon } = await settle(scene, A_FILE)
    for (let round = 1; round <= 2; round++) {
      const listed = daemon.told('gateway.listed').length
      daemon.child.kill('SIGHUP')
      await daemon.until(() => daemon.told('gateway.listed').length > listed)
      await daemon.until(() => daemon.told('daemon.reloading').length === round)
    }
    expect(daemon.told('daemon.reloading')[0]).toMatchObject({ level: 'info', signal: 'SIGHUP' })
    await scene.put('batch.json', named('Batch'))
    await daemon.until(({ event, key }) => event === 'config.created' && key === 'batch')
    expect(await daemon.kill('SIGTERM')).toBe(0)
  })

  test('has the token read anew, also where nobody heard of its change', async () => {
    const scene = await openScene()
    const secrets = await temporaryFolder()
    const point = async (version: string, token: string) => {
      await mkdir(join(secrets, version))
      await writeFile(join(secrets, version, 'token'), token)
      await symlink(version, join(secrets, 'aside'))
      await rename(join(secrets, 'aside'), join(secrets, 'current'))
    }
    await point('v1', FIRST)
    await scene.put('web.json', named('Web'))
    const env = { AI_GATEWAY_API_KEY_FILE: join(secrets, 'current', 'token') }
    const daemon = startProcess({ args: ['run', '--api-url', scene.emulator.url], cwd: scene.folder, env })
    await daemon.until('config.created')
    const { turnedAway } = guard(scene.emulator, SECOND)
    await point('v2', SECOND)
    daemon.child.kill('SIGHUP')
    await daemon.until('token.renewed')
    await scene.put('batch.json', named('Batch'))
    await daemon.until(({ event, key }) => event === 'config.created' && key === 'batch')
    const events = daemon.events()
    expect(events.indexOf('daemon.reloading')).toBeLessThan(events.indexOf('token.renewed'))
    expect(turnedAway).toEqual([])
  })

  test('before it is ready is kept until it is', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const { promise: asked, resolve: tell } = Promise.withResolvers<void>()
    scene.emulator.intercept({
      before: async (): Promise<'continue'> => {
        tell()
        await released
        return 'continue'
      },
    })
    const daemon = scene.start('run', '--log-level', 'debug')
    await asked
    daemon.child.kill('SIGHUP')
    await daemon.until('daemon.reloading')
    release()
    await daemon.until('daemon.ready')
    await vi.waitUntil(() => daemon.told('gateway.listed').length === 2, PATIENCE)
    expect(await daemon.kill('SIGTERM')).toBe(0)
  })
})
