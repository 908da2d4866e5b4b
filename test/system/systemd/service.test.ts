/**
 * The daemon under a real systemd, as the Debian package installs it there. See `container.ts` for what it needs; `AIGW_SYNC_SYSTEMD_TREE` may
 * name several trees, separated by colons, so that more than one systemd is seen.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { moduleNamed } from '../../support/config-folder.ts'
import { bootContainer, type Container, MISSING, titleOf, TREES } from './container.ts'
import { type Observer, observe, PATIENCE } from './observer.ts'

const CHECKOUT = join(import.meta.dirname, '../../..')
const CONFIGS = '/etc/aigw-sync/configs'
const DROP_INS = '/etc/systemd/system/aigw-sync.service.d'
const TOKEN = 'umask 077; echo first-token >/etc/aigw-sync/ai-gateway-api-key'

const INSTALL = `
  rm /usr/local/bin/aigw-sync
  dpkg --install /mnt/aigw-sync.deb
  ${TOKEN}
  systemd-run --quiet --unit emulator aigw-sync emulator --port 9999 --token first-token`

const SETTINGS = 'AIGW_SYNC_API_URL=http://127.0.0.1:9999 AIGW_SYNC_RATE_LIMIT=off'

const LOCAL = `[Service]
Environment=${SETTINGS}
RestartSec=100ms
WatchdogSec=4s
`

const PROBE = `[Service]
Type=exec
Restart=no
ExecStart=
ExecStart=/usr/local/bin/node /opt/aigw-sync/test/system/systemd/daemon-probe.mjs
`

const CONFUSED = `[Service]
ExecStart=
ExecStart=/usr/bin/env aigw-sync run --polycy sync
`

/** Names of all configurations on the gateway. */
const LIST = `
  const headers = { authorization: 'Bearer ' + process.argv[1] }
  fetch('http://127.0.0.1:9999/access-key-configurations?limit=100', { headers }).then((answer) => answer.text()).then(console.log)`

interface Page {
  readonly aiGatewayAccessKeyConfigurations: readonly { readonly name: string }[]
}

/** What `systemd-analyze verify` says of a line that this systemd does not know. */
const IGNORED = /^.*(?:Unknown key.*, ignoring\.|Failed to parse service type, ignoring: notify-reload)\n/gm

const UNITS = ['aigw-sync.service', 'aigw-sync@any.service']

let folder: string
let deb: string

beforeAll(async () => {
  if (MISSING) return
  folder = await mkdtemp(join(tmpdir(), 'aigw-sync-service-'))
  const args = ['packaging/deb.ts', '--no-build', '--compression', 'none', '--out', folder]
  await promisify(execFile)(process.execPath, args, { cwd: CHECKOUT })
  deb = join(folder, (await readdir(folder))[0] ?? '')
}, 120_000)

afterAll(async () => {
  if (!MISSING) await rm(folder, { recursive: true })
})

// It is the life of one machine, told in order.
for (const tree of TREES) {
  describe.skipIf(MISSING)(titleOf(tree, 'service'), { timeout: 120_000, shuffle: false }, () => {
    let it: Container
    let the: Observer
    let version: number

    beforeAll(async () => {
      it = await bootContainer(tree, { '/mnt/aigw-sync.deb': deb })
      the = observe(it)
      version = Number(/\d+/.exec(await it.run('systemctl', '--version'))?.[0])
      await it.put(`${DROP_INS}/local.conf`, LOCAL)
      await it.shell(INSTALL)
      await it.put(`${CONFIGS}/good.ts`, moduleNamed('good'))
      await it.run('systemctl', 'start', 'aigw-sync')
    }, 120_000)

    afterAll(() => it.stop())

    const show = (name: string) => the.property('aigw-sync', name)

    async function names(token = 'first-token'): Promise<readonly string[]> {
      const { aiGatewayAccessKeyConfigurations: all } = JSON.parse(await it.run('node', '--eval', LIST, token)) as Page
      return all.map(({ name }) => name).toSorted()
    }

    /** Waits for the next life of the daemon, however the one before has ended. */
    async function restarted(before: string): Promise<void> {
      await vi.waitUntil(
        async () => ![before, '0'].includes(await show('MainPID')) && (await show('SubState')) === 'running',
        PATIENCE,
      )
    }

    async function hasState(text: string): Promise<void> {
      await vi.waitUntil(async () => (await show('StatusText')) === text, PATIENCE)
    }

    test('is started once the gateway was asked, and says how it fares', async () => {
      expect(await show('ActiveState')).toBe('active')
      expect((await the.lines()).map(({ event }) => event)).toContain('daemon.ready')
      await hasState('1 entry, as declared')
      expect(await it.run('systemctl', 'status', '--no-pager', 'aigw-sync')).toContain('Status: "1 entry, as declared"')
    })

    test('has what its systemd knows of, and nothing that it does not', async () => {
      const isOld = version < 253
      expect(await show('NotifyAccess')).toBe(isOld ? 'all' : 'main')
      expect(await show('Type')).toBe(isOld ? 'notify' : 'notify-reload')
      const { stdout, stderr } = await it.tell('systemd-analyze', 'verify', ...UNITS)
      expect(stdout + stderr.replaceAll(IGNORED, '')).toBe('')
      expect(new Set(stderr.match(IGNORED)?.map((line) => line.replace(/.*\d+: /, ''))).size).toBe(isOld ? 4 : 0)
      const dropped = ['journalctl', '--boot', '--grep', 'reception only permitted', '--output', 'cat'] as const
      expect(await it.run(...dropped).catch(() => '')).toBe('')
      expect((await the.lines()).filter(({ event }) => event === 'daemon.unnotified')).toEqual([])
    })

    test.each(['aigw-sync.service', 'aigw-sync@any.service'])('is as little exposed as can be: %s', async (unit) => {
      const text = await it.run('systemd-analyze', 'security', '--no-pager', unit)
      const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(text)?.[1])
      expect(exposure).toBeLessThanOrEqual(version < 253 ? 1.3 : 1.2)
    })

    test('creates what is dropped into the folder', async () => {
      await it.put(`${CONFIGS}/team/dropped.ts`, moduleNamed('dropped'))
      await the.told('config.created', 'team/dropped')
      expect(await names()).toEqual(['dropped', 'good'])
    })

    test('is reloaded, and is up again', async () => {
      await it.run('systemctl', 'reload', 'aigw-sync')
      await the.told('daemon.reloading')
      await vi.waitUntil(async () => (await show('ActiveState')) === 'active', PATIENCE)
    })

    test('killed in the middle of its work, starts again by itself, and makes nothing twice', async () => {
      const before = await show('MainPID')
      const many = Array.from({ length: 50 }, (_, n) => `many-${n}`)
      const modules = many.map((name) => `echo 'export default { name: "${name}", access: {} }' >${CONFIGS}/${name}.ts`)
      await it.shell(`${modules.join('\n')}\nsystemctl kill --kill-whom main --signal SIGKILL aigw-sync`)
      await restarted(before)
      expect(await show('NRestarts')).toBe('1')
      await hasState('52 entries, as declared')
      expect(await names()).toEqual([...many, 'dropped', 'good'].toSorted())
      await it.shell(`rm ${CONFIGS}/many-*`)
    })

    test('whose event loop is blocked, is ended by the watchdog, and starts again', async () => {
      const before = await show('MainPID')
      await it.run('systemctl', 'kill', '--kill-whom', 'main', '--signal', 'USR1', 'aigw-sync')
      await it.run('node', '/opt/aigw-sync/test/system/systemd/block.mjs')
      await restarted(before)
      expect(await it.run('journalctl', '--unit', 'aigw-sync', '--output', 'cat')).toMatch(
        /Watchdog timeout[^]*Failed with result 'watchdog'/,
      )
    })

    test('whose token is rejected, fails and is not started again; with another it goes on', async () => {
      await it.shell(`systemctl stop emulator
      systemd-run --quiet --unit other-emulator aigw-sync emulator --port 9999 --token second-token`)
      await vi.waitUntil(() => names('second-token').catch(() => undefined), PATIENCE)
      await expect(it.run('systemctl', 'restart', 'aigw-sync')).rejects.toThrow()
      expect([await show('ActiveState'), await show('ExecMainStatus'), await show('NRestarts')]).toEqual(['failed', '77', '0'])
      // The other emulator is another account, of which the lockfile knows nothing.
      await it.shell(`rm /var/lib/private/aigw-sync/aigw-sync.lock.json
      umask 077; echo second-token >/etc/aigw-sync/ai-gateway-api-key; systemctl restart aigw-sync`)
      await vi.waitUntil(async () => (await names('second-token')).length === 2, PATIENCE)
      await hasState('2 entries, as declared')
      expect(await names('second-token')).toEqual(['dropped', 'good'])
    })

    test.each([
      ['a folder that everybody may write', `chmod 0777 ${CONFIGS}`, '77', `chmod 0755 ${CONFIGS}`],
      [
        'a setting that is none',
        `sed -i '2s/$/ AIGW_SYNC_POLICY=none/' ${DROP_INS}/local.conf`,
        '78',
        `sed -i 's/ AIGW_SYNC_POLICY=none//' ${DROP_INS}/local.conf`,
      ],
      ['a command line that is none', `printf '${CONFUSED}' >${DROP_INS}/confused.conf`, '64', `rm ${DROP_INS}/confused.conf`],
    ])('with %s, fails at once and is not started again', async (_what, spoil, code, mend) => {
      onTestFinished(async () => {
        await it.shell(`${mend}; systemctl daemon-reload; systemctl reset-failed aigw-sync; systemctl start aigw-sync`)
      })
      await it.shell(`${spoil}; systemctl daemon-reload`)
      await expect(it.run('systemctl', 'restart', 'aigw-sync')).rejects.toThrow()
      expect([await show('ActiveState'), await show('ExecMainStatus'), await show('NRestarts')]).toEqual(['failed', code, '0'])
    })

    test('that systemd would not hear, says so at once with the way out, and is not started again', async () => {
      const dropIn = '/usr/lib/systemd/system/aigw-sync.service.d/10-systemd-252.conf'
      const [spoil, mend] =
        version < 253
          ? [`mv ${dropIn} /root`, `mv /root/${basename(dropIn)} ${dropIn}`]
          : [`printf '[Service]\\nOpenFile=\\n' >${DROP_INS}/deaf.conf`, `rm ${DROP_INS}/deaf.conf`]
      onTestFinished(async () => {
        await it.shell(`${mend}; systemctl daemon-reload; systemctl reset-failed aigw-sync; systemctl start aigw-sync`)
      })
      await it.shell(`${spoil}; systemctl daemon-reload`)
      await expect(it.run('systemctl', 'restart', 'aigw-sync')).rejects.toThrow()
      expect([await show('ActiveState'), await show('ExecMainStatus'), await show('NRestarts')]).toEqual(['failed', '78', '0'])
      const failed = (await the.lines()).findLast(({ event }) => event === 'daemon.failed')
      expect(failed?.msg).toContain('systemd would not hear that it is up: aigw-sync.service has NotifyAccess=main')
      expect(failed?.msg).toContain('10-systemd-252.conf')
    })

    test('stops clean, and nothing of it stays', async () => {
      await it.run('systemctl', 'stop', 'aigw-sync')
      expect([await show('Result'), await show('ExecMainStatus')]).toEqual(['success', '0'])
      expect((await the.lines()).at(-1)).toMatchObject({ event: 'daemon.stopped', unfinished: 0 })
      expect(await it.run('pgrep', '--full', 'aigw-sync.*(run|child)').catch(() => '')).toBe('')
      await it.run('systemctl', 'start', 'aigw-sync')
    })

    test('runs beside others, each with a user and state of its own', async () => {
      for (const name of ['team-a', 'team-b']) {
        await it.put(`/etc/aigw-sync/${name}/configs/chat.ts`, moduleNamed(name))
        await it.put(`/etc/systemd/system/aigw-sync@.service.d/local.conf`, LOCAL)
        await it.shell(
          `cp -p /etc/aigw-sync/ai-gateway-api-key /etc/aigw-sync/${name}/; systemctl daemon-reload; systemctl start aigw-sync@${name}`,
        )
      }
      const units = ['aigw-sync', 'aigw-sync@team-a', 'aigw-sync@team-b']
      for (const unit of units.slice(1))
        await vi.waitUntil(async () => (await the.property(unit, 'StatusText')) === '1 entry, as declared', PATIENCE)
      expect(new Set(await Promise.all(units.map(the.uidOf))).size).toBe(3)
      const owners = await it.shell('cat /var/lib/aigw-sync*/aigw-sync.lock.json')
      expect([...owners.matchAll(/"owner": "(.*)"/g)].map(([, owner]) => owner)).toEqual(['team-a', 'team-b', 'default'])
      expect(await names('second-token')).toEqual(['dropped', 'good', 'team-a', 'team-b'])
    })

    test('can do what it must, and nothing else', async () => {
      await it.put('/etc/systemd/system/aigw-sync@probe.service.d/probe.conf', PROBE)
      await it.put('/etc/aigw-sync/probe/configs/chat.ts', moduleNamed('probe'))
      await it.shell(
        'cp -p /etc/aigw-sync/ai-gateway-api-key /etc/aigw-sync/probe/; systemctl daemon-reload; systemctl start aigw-sync@probe',
      )
      const said = await vi.waitUntil(
        async () => /^\{.*\}$/m.exec(await it.run('journalctl', '--unit', 'aigw-sync@probe', '--output', 'cat'))?.[0],
        PATIENCE,
      )
      expect(JSON.parse(said)).toEqual({
        outcomes: {
          'write to its configuration': 'EROFS',
          'write to /usr': 'EROFS',
          'write to the state of others': 'ENOENT',
          "read root's token": 'EACCES',
          'become root': 'EPERM',
          'see other processes': 'none',
          'write its state': 'done',
          'read its token': 'done',
          'count processors': 'done',
          'list interfaces': 'done',
          'reach the gateway': 'done',
        },
        capabilities: '0000000000000000',
        seccomp: '2',
        noNewPrivileges: '1',
        coreLimit: '0',
      })
    })

    test('is gone with its package, drop-ins and all', async () => {
      await it.run('dpkg', '--remove', 'aigw-sync')
      expect(await it.run('find', '/usr/lib/systemd', '-name', 'aigw-sync*')).toBe('')
      expect(await it.run('systemctl', 'list-units', '--plain', '--no-legend', 'aigw-sync*', '--state', 'active')).toBe('')
    })
  })
}
