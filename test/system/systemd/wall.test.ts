/** The evaluator's unit under a real systemd, with the units as they are shipped. See `container.ts` for what it needs. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { moduleNamed } from '../../support/config-folder.ts'
import type { Line } from '../../support/process.ts'
import { bootContainer, type Container, MISSING, titleOf, TREES } from './container.ts'
import { type Observer, observe, PATIENCE } from './observer.ts'

const CONFIGS = '/etc/aigw-sync/configs'

const SOCKET_START = '`systemctl start aigw-sync-evaluator.socket`'

function isMissed({ event, msg }: Line): boolean {
  return event === 'evaluator.unavailable' && msg.includes(SOCKET_START)
}

const INSTALL = `
  cd /opt/aigw-sync/systemd
  systemd-sysusers /opt/aigw-sync/systemd/sysusers.d/aigw-sync.conf
  mkdir -p ${CONFIGS}
  echo any-token | install -m 0600 /dev/stdin /etc/aigw-sync/ai-gateway-api-key
  cp *.service *.socket /etc/systemd/system/
  install -D -m 0644 drop-ins/evaluator.conf -t /etc/systemd/system/aigw-sync.service.d
  [ $(systemctl --version | sed -n '1s/[^0-9]*\\([0-9]*\\).*/\\1/p') -ge 253 ] || install -m 0644 drop-ins/10-systemd-252.conf -t /etc/systemd/system/aigw-sync.service.d
  systemctl daemon-reload
  systemd-run --quiet --unit emulator aigw-sync emulator --port 9999`

const LOCAL = `[Service]
Environment=AIGW_SYNC_API_URL=http://127.0.0.1:9999 AIGW_SYNC_RATE_LIMIT=off AIGW_SYNC_EVALUATION_TIMEOUT=4s
`

const PROBE = `[Service]
ExecStart=
ExecStart=/usr/local/bin/node /opt/aigw-sync/test/system/systemd/probe.mjs
StandardInput=null
StandardOutput=journal
LogLevelMax=debug
`

for (const tree of TREES) {
  describe.skipIf(MISSING)(titleOf(tree, 'unit of the evaluator'), { timeout: 120_000, shuffle: false }, () => {
    let it: Container
    let lines: Observer['lines']
    let told: Observer['told']
    let uidOf: Observer['uidOf']

    beforeAll(async () => {
      it = await bootContainer(tree)
      ;({ lines, told, uidOf } = observe(it))
      await it.put('/etc/systemd/system/aigw-sync.service.d/local.conf', LOCAL)
      await it.put('/etc/systemd/system/aigw-sync-evaluator@probe.service.d/probe.conf', PROBE)
      await it.shell(INSTALL)
      await it.put(`${CONFIGS}/good.ts`, moduleNamed('good'))
      await it.run('systemctl', 'start', 'aigw-sync')
      await told('config.created', 'good')
    }, 120_000)

    afterAll(() => it.stop())

    /** Names of the connections that are served. */
    async function instances(): Promise<readonly string[]> {
      const text = await it.run('systemctl', 'list-units', '--plain', '--no-legend', 'aigw-sync-evaluator@*')
      return text.split('\n').flatMap((line) => line.split(' ')[0] || [])
    }

    test('serves the connection of the daemon as another user', async () => {
      const [unit = ''] = await instances()
      const [own, daemons] = [await uidOf(unit), await uidOf('aigw-sync')]
      expect(own).not.toBe(daemons)
      expect([own, daemons]).not.toContain('0\n')
    })

    test('lets nobody else connect', async () => {
      const client = "require('net').connect('/run/aigw-sync-evaluator.sock').on('error', ({ code }) => console.log(code))"
      const asNobody = ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups'] as const
      expect(await it.run(...asNobody, 'node', '--eval', client)).toBe('EACCES\n')
    })

    test('holds whatever runs in it, also where nothing of Node.js does', async () => {
      await it.run('systemctl', 'start', 'aigw-sync-evaluator@probe.service')
      const probe = ['--unit', 'aigw-sync-evaluator@probe.service', '--output', 'cat']
      const said = await vi.waitUntil(async () => /^\{.*\}$/m.exec(await it.run('journalctl', ...probe))?.[0], PATIENCE)
      expect(JSON.parse(said)).toEqual({
        outcomes: {
          'connect to the emulator': 'EPERM',
          'connect to the unit': 'EPERM',
          listen: 'EPERM',
          'end another process': 'EPERM',
          'become root': 'EPERM',
          'read the token': 'EACCES',
          'read the lockfile': 'EACCES',
          'write a file': 'EFBIG',
          'write shared memory': 'EACCES',
          'see other processes': 'none',
        },
        interfaces: ['lo'],
        capabilities: '0000000000000000',
        seccomp: '2',
        noNewPrivileges: '1',
        credentials: 'none',
      })
    })

    test('ends a module that loops, and nothing of it stays', async () => {
      await endure('loops', 'for (;;) {}', 'timeout', 'did not finish within 4000 ms')
    })

    test('ends a module that takes memory beside the heap, and nothing of it stays', async () => {
      const greedy = 'const all = []\nfor (;;) all.push(Buffer.alloc(16_000_000, 1))'
      await endure('takes', greedy, 'exit', 'it needed more than 256 MB (evaluationMemory)')
    })

    async function endure(name: string, text: string, problem: string, msg: string): Promise<void> {
      await it.put(`${CONFIGS}/${name}.ts`, `${text}\nexport default {}\n`)
      const { problem: found, msg: said } = await told('source.invalid', `${name}.ts`)
      expect({ found, said }).toEqual({ found: problem, said: expect.stringContaining(msg) as string })
      await it.put(`${CONFIGS}/after-${name}.ts`, moduleNamed('after'))
      await told('config.created', `after-${name}`)
      await it.run('rm', `${CONFIGS}/${name}.ts`)
      await vi.waitUntil(async () => (await instances()).length === 1, PATIENCE)
      expect(await it.run('systemctl', '--failed', '--plain', '--no-legend')).toBe('')
    }

    test('ends with the daemon that is killed, and serves the next', async () => {
      const [before] = await instances()
      await it.run('systemctl', 'kill', '--kill-whom', 'main', '--signal', 'SIGKILL', 'aigw-sync')
      await vi.waitUntil(async () => !(await instances()).includes(before ?? ''), PATIENCE)
      await it.run('systemctl', 'restart', 'aigw-sync')
      await vi.waitUntil(async () => (await instances()).length === 1, PATIENCE)
    })

    test('says in the journal what is wrong, and no more', async () => {
      await it.run('node', '--eval', "require('net').connect('/run/aigw-sync-evaluator.sock').end('GET / HTTP/1.1\\n')")
      const journal = async () => it.run('journalctl', '--unit', 'aigw-sync-evaluator@*', '--output', 'json')
      const said = await vi.waitUntil(async () => (await journal()).match(/^.*Expected the one who.*$/m)?.[0], PATIENCE)
      const { _SYSTEMD_UNIT: unit, PRIORITY: priority } = JSON.parse(said) as Readonly<Record<string, string>>
      expect(priority).toBe('3')
      expect(await it.run('journalctl', `UNIT=${unit}`, '--output', 'cat')).not.toContain('Started')
    })

    test('that is stopped keeps everything as it is, and goes on when it is started', async () => {
      await it.run('systemctl', 'stop', 'aigw-sync-evaluator.socket', 'aigw-sync-evaluator@*')
      await it.put(`${CONFIGS}/later.ts`, moduleNamed('later'))
      await vi.waitUntil(async () => (await lines()).some(isMissed), PATIENCE)
      await it.run('systemctl', 'start', 'aigw-sync-evaluator.socket')
      await told('config.created', 'later')
    })

    test('is as safe to systemd as it can be', async () => {
      const shipped = await readFile(join(import.meta.dirname, '../../../systemd/aigw-sync-evaluator@.service'), 'utf8')
      expect(await it.run('cat', '/etc/systemd/system/aigw-sync-evaluator@.service')).toBe(shipped)
      const text = await it.run('systemd-analyze', 'security', '--no-pager', (await instances())[0] ?? '')
      expect(Number(/Overall exposure level for .*: ([\d.]+)/.exec(text)?.[1])).toBeLessThanOrEqual(0.5)
    })
  })
}
