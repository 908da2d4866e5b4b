/** What docs/operations.md says of a bad day, where no other test has it: each with the real daemon. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startProcess } from '../support/process.ts'
import { keyOf, named, openScene } from '../support/scene.ts'
import { mountTinyDisk } from '../support/tiny-disk.ts'
import { serveTls } from '../support/tls.ts'

describe('a clock that is wrong', () => {
  test.each([
    ['back', 'CERT_NOT_YET_VALID', { from: '20980101000000Z', to: '20990101000000Z' }],
    ['ahead', 'CERT_HAS_EXPIRED', { from: '20010101000000Z', to: '20020101000000Z' }],
  ])(
    'by being %s makes the certificate of the gateway one of another time: that is told, with the clock',
    async (_, errorCode, time) => {
      const scene = await openScene()
      const { port, certificate } = await serveTls((_request, response) => response.end(), time)
      const env = { NODE_EXTRA_CA_CERTS: certificate, AI_GATEWAY_API_KEY: scene.emulator.token }
      const args = ['run', '--api-url', `https://127.0.0.1:${port}`]
      const daemon = startProcess({ args, env, cwd: scene.folder })
      const line = await daemon.until('gateway.unreachable')
      expect(line).toMatchObject({ level: 'error', errorCode })
      expect(line.msg).toContain('check the clock of this machine')
      expect(await daemon.kill('SIGTERM')).toBe(0)
    },
  )
})

test('a disk that is full costs no lockfile and stops nobody; a start ends with 75 until there is room', async ({ skip }) => {
  const scene = await openScene()
  const disk = join(scene.folder, 'disk')
  mkdirSync(disk)
  if (!mountTinyDisk(disk)) skip('only root can mount a tiny disk, and not everywhere')
  const lockfile = join(disk, 'lock.json')
  const keysIn = () => Object.keys((JSON.parse(readFileSync(lockfile, 'utf8')) as { entries: object }).entries)
  const args = ['--lockfile', lockfile, '--resync-interval', '100ms', '--log-level', 'debug']
  await scene.put('a.json', named('A'))
  const daemon = await scene.settled(...args)
  fill(join(disk, 'ballast'))
  await scene.put('b.json', named('B'))
  expect(await daemon.until('lockfile.failed')).toMatchObject({ errorCode: 'ENOSPC' })
  expect(keysIn()).toEqual(['a'])
  expect(await daemon.kill('SIGKILL')).toBe('SIGKILL')
  expect(await scene.start('run', ...args).ended).toBe(75)
  rmSync(join(disk, 'ballast'))
  const next = scene.start('run', ...args)
  expect(await next.until('config.linked')).toMatchObject({ key: 'b' })
  await next.until('lockfile.written')
  expect(keysIn()).toEqual(['a', 'b'])
  expect(scene.posts).toEqual(['a', 'b'])
})

test('a host that rebooted in the middle: the old lease is believed for a minute, and what was in flight is settled', async () => {
  const scene = await openScene()
  const { promise: carriedOut, resolve } = Promise.withResolvers<void>()
  scene.emulator.intercept({
    after: ({ method, body }) => {
      if (method !== 'POST' || keyOf(body) !== 'web') return 'continue'
      resolve()
      return 'lose'
    },
  })
  await scene.put('web.json', named('Web'))
  const daemon = scene.start('run')
  await carriedOut
  const lease = `${scene.lockfilePath}.lease`
  const held = readFileSync(lease, 'utf8')
  await daemon.kill('SIGKILL')
  writeFileSync(lease, JSON.stringify({ ...(JSON.parse(held) as object), bootId: 'the life before' }))
  const early = scene.start('run')
  expect(await early.ended).toBe(75)
  const [longAgo, now] = [new Date(Date.now() - 61_000), new Date()]
  utimesSync(lease, now, longAgo)
  const late = scene.start('run')
  expect(await late.until('config.linked')).toMatchObject({ key: 'web' })
  expect(scene.posts).toEqual(['web'])
})

test('a system without a watch to spare is told, with the limit to raise, and the folder is looked through instead', async ({
  skip,
}) => {
  if (spawnSync('unshare', ['-Ur', 'sh', '-c', `${FEW_WATCHES}; true`]).status !== 0) skip('it takes a user namespace of its own')
  const scene = await openScene()
  for (const folder of ['a', 'b', 'c']) await scene.put(`${folder}/one.json`, named(folder))
  const through = (command: readonly string[]) => ['unshare', '-Ur', 'sh', '-c', `${FEW_WATCHES} && exec "$@"`, 'sh', ...command]
  const args = ['run', '--api-url', scene.emulator.url, '--rate-limit', 'off', '--strict-permissions', 'false']
  const daemon = startProcess({ args, env: { AI_GATEWAY_API_KEY: scene.emulator.token }, cwd: scene.folder, through })
  onTestFinished(() => void daemon.kill('SIGTERM'))
  const { msg } = await daemon.until('source.degraded')
  expect(msg).toContain('ENOSPC')
  expect(msg).toContain('sysctl fs.inotify.max_user_watches=524288')
  await daemon.until('daemon.ready')
  for (const folder of ['a', 'b', 'c']) await scene.put(`${folder}/two.json`, named(folder))
  await daemon.until(() => daemon.told('config.created').length === 6)
})

/** One for the folder, and one for a folder in it. */
const FEW_WATCHES = 'echo 2 > /proc/sys/user/max_inotify_watches'

/** Until nothing more goes in. */
function fill(path: string): void {
  const block = Buffer.alloc(4_096)
  for (let size = 16; size > 0; size--) {
    try {
      writeFileSync(path, block, { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return
      throw error
    }
  }
  throw new Error('expected a disk of 64 KiB to be full by now')
}
