import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts'
import { valueOf } from '../settings/result.ts'
import { createConfigFolder, moduleNamed, writeFiles } from '../support/config-folder.ts'
import { PATIENCE } from '../support/patience.ts'
import { startProcess } from '../support/process.ts'

/** Starts the daemon as a unit with `OpenFile=` does; a file takes what systemd would. */
const PASSING = 'exec 3>>"$TOLD" && export LISTEN_PID=$$ && exec "$@"'

interface Scene {
  readonly emulator: Emulator
  readonly daemon: ReturnType<typeof startProcess>
  readonly put: (path: string, content: string) => void
  /** Everything that systemd was told so far. */
  readonly told: () => string
  readonly hears: (text: string) => Promise<void>
}

async function startUnder(way: 'descriptor' | 'command', env: Record<string, string> = {}, isUp = true): Promise<Scene> {
  const folder = createConfigFolder()
  writeFiles(folder.dir, { 'chat.ts': moduleNamed('chat') })
  const emulator = valueOf(await startEmulator())
  onTestFinished(() => emulator.close())
  const apiUrl = isUp ? emulator.url : 'http://127.0.0.1:1'
  const file = join(folder.around, 'told')
  const PATH = `${folder.around}:${process.env['PATH']}`
  writeFileSync(join(folder.around, 'systemd-notify'), `#!/bin/sh\nprintf '%s\\n' "$@" >>"${file}"\n`)
  chmodSync(join(folder.around, 'systemd-notify'), 0o755)
  const invited = { descriptor: { LISTEN_FDS: '1', LISTEN_FDNAMES: 'sdnotify' }, command: { NOTIFY_SOCKET: '/nowhere' } }[way]
  const daemon = startProcess({
    args: ['run', '--dir', folder.dir, '--api-url', apiUrl, '--rate-limit', 'off', '--retries', '0'],
    cwd: folder.around,
    env: { PATH, ...invited, ...env, TOLD: file, AI_GATEWAY_API_KEY: emulator.token },
    ...(way === 'descriptor' && { through: (command) => ['/bin/sh', '-c', PASSING, 'sh', ...command] }),
  })
  onTestFinished(async () => void (await daemon.kill('SIGTERM')))
  const told = () => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  return {
    emulator,
    daemon,
    put: folder.put,
    told,
    hears: (text) => vi.waitFor(() => expect(told()).toContain(text), PATIENCE),
  }
}

describe.each(['descriptor', 'command'] as const)('systemd is told by its %s', (way) => {
  test('when the daemon is ready, how it fares, and that it stops', async () => {
    const it = await startUnder(way)
    await it.hears('STATUS=reading the folder and listing the gateway\n')
    await it.hears('READY=1\nSTATUS=1 entry')
    await it.hears('STATUS=1 entry, as declared\n')
    it.put('broken.ts', 'export default')
    await it.hears('STATUS=1 entry; 1 module does not load\n')
    await it.daemon.kill('SIGTERM')
    expect(it.told()).toMatch(/STOPPING=1\nSTATUS=finishing what is in flight\n$/)
  })
})

test('a gateway that is down does not keep a start from being ready, and is told', async () => {
  const it = await startUnder('descriptor', {}, false)
  await it.hears('READY=1\nSTATUS=the gateway is unreachable; 1 entry\n')
  expect(it.daemon.told('daemon.ready')).toEqual([])
})

test('a reload is told by its beginning and its end, with the time', async () => {
  const it = await startUnder('descriptor')
  await it.hears('READY=1')
  it.daemon.child.kill('SIGHUP')
  await vi.waitFor(() => expect(it.told()).toMatch(/^RELOADING=1\nMONOTONIC_USEC=\d{4,}\n(?:STATUS=.*\n)*READY=1\n/m), PATIENCE)
})

test('the watchdog is fed while the daemon lives', async () => {
  const it = await startUnder('descriptor', { WATCHDOG_USEC: '200000' })
  const meals = () => it.told().split('WATCHDOG=1').length
  await vi.waitFor(() => expect(meals()).toBeGreaterThan(3), PATIENCE)
})

test('systemd that cannot be told is told of, once', async () => {
  const it = await startUnder('command', { PATH: '/nowhere' })
  const { msg } = await it.daemon.until('daemon.unnotified')
  expect(msg).toContain('systemd cannot be told how aigw-sync fares: ')
  it.put('other.ts', moduleNamed('other'))
  await it.daemon.until((line) => line.event === 'config.created' && line['key'] === 'other')
  expect(it.daemon.told('daemon.unnotified')).toHaveLength(1)
})
