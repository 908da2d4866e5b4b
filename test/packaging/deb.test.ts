import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../../packaging/script.ts'
import { debianVersion } from '../../packaging/deb/control.ts'
import { installedSize } from '../../packaging/deb/seal.ts'
import { VERSION } from '../../src/cli/package.ts'
import { NO_MACHINE, visit, type Visit } from '../support/throwaway-machine.ts'

const run = promisify(execFile)

const NO_DPKG = spawnSync('dpkg-deb', ['--version']).status === 0 ? undefined : 'dpkg-deb is not installed'

/** It is written out and read back as a whole, and holds a Node.js. */
const PATIENCE_MS = 120_000

let folder: string
let tree: string
let deb: string
let told: string

const build = (out: string, umask: string, env: NodeJS.ProcessEnv = {}) =>
  // What is compressed is compressed the same way each time; that takes a minute, and says nothing about us.
  run(
    'sh',
    [
      '-c',
      `umask ${umask}; exec "$0" "$@"`,
      process.execPath,
      'packaging/deb.ts',
      '--no-build',
      '--compression',
      'none',
      '--out',
      out,
    ],
    {
      cwd: ROOT,
      env: { ...process.env, ...env },
    },
  )

const onlyFile = async (of: string) => join(of, (await readdir(of))[0] ?? '')

const digest = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')

beforeAll(async () => {
  if (NO_DPKG !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'aigw-sync-deb-'))
  told = (await build(join(folder, 'first'), '022')).stdout
  deb = await onlyFile(join(folder, 'first'))
  tree = join(folder, 'tree')
  await run('dpkg-deb', ['-x', deb, tree])
}, PATIENCE_MS)

afterAll(() => (folder === undefined ? undefined : rm(folder, { recursive: true, force: true })))

describe.skipIf(NO_DPKG)(`the .deb${NO_DPKG === undefined ? '' : ` (skipped: ${NO_DPKG})`}`, () => {
  test('is the same to the byte when it is built again, under another umask, in another place and at another hour', async () => {
    const other = join(folder, 'second')
    await build(other, '077', { TZ: 'Asia/Tokyo', LC_ALL: 'C', TMPDIR: folder })
    expect(await digest(await onlyFile(other))).toBe(await digest(deb))
    await rm(other, { recursive: true })
  })

  test('says its size, its digest and its Node.js when it is built', async () => {
    expect(told).toMatch(/\.deb: \d+\.\d MB, installed \d+\.\d MB\n/)
    expect(told).toContain(`sha256 ${await digest(deb)}\n`)
    expect(told).toContain(`It brings Node.js ${process.versions.node.startsWith('24.') ? process.versions.node : '24.'}`)
  })

  test('docs/install.md states its size on the disk, give or take a tenth', async () => {
    const [, stated] = /^\| \[Debian package\].*\| (\d+) MB,/m.exec(await readFile(join(ROOT, 'docs/install.md'), 'utf8')) ?? []
    expect(Math.abs((await installedSize(tree)) / 1e6 / Number(stated) - 1)).toBeLessThan(0.1)
  })

  test('belongs to root, and nobody else may write anything in it', async () => {
    const { stdout } = await run('dpkg-deb', ['-c', deb])
    const wrong = stdout.split('\n').filter((line) => line !== '' && !/^(?:d|-|l).{7}\S* root\/root /.test(line))
    expect(wrong).toEqual([])
    expect(stdout.split('\n').filter((line) => /^[d-].{4}w|^[d-].{7}w/.test(line))).toEqual([])
  })

  test('has what is needed to run and to read, and nothing that only development needs', async () => {
    const paths = (
      await run('dpkg-deb', ['--fsys-tarfile', deb], { encoding: 'buffer', maxBuffer: 1e9 }).then(({ stdout }) =>
        spawnSync('tar', ['-t'], { input: stdout, encoding: 'utf8', maxBuffer: 1e8 }),
      )
    ).stdout.split('\n')
    expect(paths).toEqual(
      expect.arrayContaining([
        './usr/bin/aigw-sync',
        './usr/lib/aigw-sync/node',
        './usr/lib/aigw-sync/dist/cli.cjs',
        './usr/lib/aigw-sync/dist/index.d.ts',
        './usr/lib/systemd/system/aigw-sync.service',
        './usr/lib/systemd/system/aigw-sync@.service',
        './usr/lib/sysusers.d/aigw-sync.conf',
        './usr/lib/aigw-sync/drop-ins/evaluator.conf',
        './usr/share/man/man1/aigw-sync.1.gz',
        './usr/share/bash-completion/completions/aigw-sync',
        './usr/share/zsh/vendor-completions/_aigw-sync',
        './usr/share/fish/vendor_completions.d/aigw-sync.fish',
        './usr/share/doc/aigw-sync/README.md.gz',
        './usr/share/doc/aigw-sync/changelog.gz',
        './usr/share/doc/aigw-sync/config.example.ts',
        './usr/share/doc/aigw-sync/docs/settings.md',
        './etc/aigw-sync/configs/',
      ]),
    )
    const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { devDependencies: object }
    const packages = new Set(paths.map((path) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]))
    expect(Object.keys(devDependencies).filter((name) => packages.has(name))).toEqual([])
    expect(paths.filter((path) => path.includes('/node_modules/') && /\.(?:md|map|ts|cts|mts|c|h)$/.test(path))).toEqual([])
  })

  test('names every package in it with its licence, those in the bundle as well, and Node.js', async () => {
    const copyright = await readFile(join(tree, 'usr/share/doc/aigw-sync/copyright'), 'utf8')
    const modules = join(tree, 'usr/lib/aigw-sync/node_modules')
    const bundled = await readFile(join(tree, 'usr/lib/aigw-sync/dist/THIRD-PARTY.txt'), 'utf8')
    const names = [
      ...(await readdir(modules)).filter((name) => !name.startsWith('@')),
      ...[...bundled.matchAll(/^## (\S+) [\d.]+$/gm)].map(([, name = '']) => name),
    ]
    const unnamed = names.filter((name) => !new RegExp(`^## ${name} [\\d.]+\\n\\n.*License: (?!unknown)`, 'm').test(copyright))
    expect(unnamed).toEqual([])
    expect(names).toEqual(expect.arrayContaining(['oxc-transform', 'pino']))
    expect(copyright).toContain('Copyright (c) 2026 the authors of aigw-sync')
    expect(copyright).toContain('Node.js is licensed for use as follows')
  })

  test('runs with no Node.js but its own', async () => {
    const program = join(tree, 'usr/lib/aigw-sync')
    const start = (...args: string[]) =>
      run(join(program, 'node'), [join(program, 'bin/aigw-sync.js'), ...args], { cwd: folder, env: { PATH: '', HOME: folder } })
    expect((await start('init')).stdout).toContain('created    configs/example.ts')
    const { stdout } = await start('apply', '--emulator')
    expect(stdout.match(/"event":"config\.created"/g)).toHaveLength(2)
  })

  test('is started by the kernel, not by a shell', async () => {
    const script = await readFile(join(tree, 'usr/bin/aigw-sync'), 'utf8')
    expect(script.split('\n')[0]).toBe('#!/usr/lib/aigw-sync/node')
  })
})

const NO_VISIT = NO_DPKG ?? NO_MACHINE

describe.skipIf(NO_VISIT)(`installed by dpkg${NO_VISIT === undefined ? '' : ` (skipped: ${NO_VISIT})`}`, () => {
  let steps: Visit<keyof typeof STEPS>['steps']
  let left: readonly string[]

  beforeAll(() => {
    ;({ steps, left } = visit(STEPS, { '/scratch/aigw-sync.deb': deb }))
  }, PATIENCE_MS)

  test('it works where there is no other Node.js', () => {
    expect(steps.install).toMatchObject({ code: 0 })
    expect(steps.install.output).not.toMatch(/warning|error/i)
    expect(steps.noNode.output).toBe('')
    expect(steps.version).toEqual({ code: 0, output: `${VERSION}\n` })
    expect(steps.apply.code).toBe(0)
    expect(steps.apply.output.match(/"event":"config\.created"/g)).toHaveLength(2)
  })

  test('it works for a user id that has no account and no home, as a service may have', () => {
    expect(steps.noAccount.code).toBe(0)
    expect(steps.noAccount.output).toContain('"event":"config.created","key":"web"')
  })

  test('every file is as it was packed, and the manual is found', () => {
    expect(steps.verify).toEqual({ code: 0, output: '' })
    expect(steps.manual).toEqual({ code: 0, output: '/usr/share/man/man1/aigw-sync.1.gz\n' })
  })

  test('the folder of modules is there, and safe enough to be read', () => {
    expect(steps.folder.output).toContain('web')
    expect(steps.folder.code).toBe(0)
  })

  test('there is the group that may have modules evaluated, until it is purged', () => {
    expect(steps.group.output).toMatch(/^aigw-sync-clients:x:\d+:\n$/)
    expect(steps.groupAfterPurge).toEqual({ code: 2, output: '' })
  })

  test('the service is neither enabled nor started', () => {
    expect(steps.isEnabled.output).toBe('disabled\n')
    expect(steps.calls.output).toBe('')
  })

  test('an upgrade restarts a service that runs, and no other', () => {
    expect(steps.upgrade).toMatchObject({ code: 0 })
    expect(steps.callsOfUpgrade.output).toBe('daemon-reload\ntry-restart aigw-sync.service aigw-sync@* aigw-sync-*.socket\n')
  })

  test('the units get what is for 252 where that is the systemd, and nowhere else', () => {
    const units = ['aigw-sync.service', 'aigw-sync@.service'].map(
      (name) => `/usr/lib/systemd/system/${name}.d/10-systemd-252.conf\n`,
    )
    expect(steps.dropInsOf252.output).toBe(units.join(''))
    expect(steps.dropInsOf257.output).toBe('')
    expect(steps.dropInsOfRunning252.output).toBe(units.join(''))
  })

  test('another systemd has it decide anew, and restart what runs; the same one changes nothing', () => {
    expect(steps.sameSystemd).toEqual({ code: 0, output: '' })
    expect(steps.newSystemd).toEqual({
      code: 0,
      output: 'daemon-reload\ntry-restart aigw-sync.service aigw-sync@* aigw-sync-*.socket\n',
    })
  })

  test('removing it stops and disables the service, and leaves the state', () => {
    expect(steps.remove).toMatchObject({ code: 0 })
    const [stop, ...others] = steps.callsOfRemove.output.trimEnd().split('\n')
    expect(stop).toBe('stop aigw-sync*')
    expect(others).toContain('--quiet disable aigw-sync.service')
    expect(others.at(-1)).toBe('daemon-reload')
    expect(steps.afterRemove.output.trimEnd().split('\n')).toEqual([
      '/etc/aigw-sync',
      '/var/lib/aigw-sync',
      '/var/lib/private/aigw-sync',
      '/var/lib/private/aigw-sync/aigw-sync.lock.json',
    ])
  })

  test('purging it leaves nothing but what people put there, and says so', () => {
    expect(steps.purge).toMatchObject({ code: 0 })
    expect(steps.purge.output).toContain('/etc/aigw-sync holds files of yours and stays. To remove it: rm -r /etc/aigw-sync')
    expect(left).toEqual(['/etc/aigw-sync', '/etc/aigw-sync/ai-gateway-api-key'])
  })

  test('purged where people put nothing, it leaves nothing', () => {
    const all = visit({ install: 'dpkg -i aigw-sync.deb', purge: 'dpkg -P aigw-sync' }, { '/scratch/aigw-sync.deb': deb })
    expect(all.steps).toMatchObject({ install: { code: 0 }, purge: { code: 0 } })
    expect(all.steps.purge.output).not.toContain('holds files')
    expect(all.left).toEqual([])
  })
})

/** Where systemd does not run, `systemctl` only keeps links: a stand-in tells what it was asked, and has the real one keep them. */
const STAND_IN = `#!/bin/sh
case $* in
  --version) exec cat /scratch/version ;;
  *--property=Version*) exec cat /scratch/running ;;
esac
echo "$*" >>/scratch/calls
case $* in *disable*) SYSTEMD_OFFLINE=1 exec /scratch/systemctl "$@" ;; esac
`

const DROP_INS = 'grep -ls NotifyAccess=all /usr/lib/systemd/system/aigw-sync*.d/*'

/** What dpkg does once another systemd was unpacked. */
const TRIGGER = 'dpkg-trigger --by-package=systemd /usr/lib/systemd/systemd && dpkg --triggers-only --pending >/dev/null'

const STEPS = {
  noNode: 'rm -f /usr/bin/node /usr/local/bin/node; command -v node',
  standIn: `echo 'systemd 252 (252.39-1~deb12u2)' >version; cp /usr/bin/systemctl . && cat >/usr/bin/systemctl <<'end'\n${STAND_IN}end`,
  install: 'dpkg -i aigw-sync.deb',
  calls: 'cat calls 2>/dev/null',
  version: 'aigw-sync --version',
  apply: 'aigw-sync init && aigw-sync apply --emulator',
  verify: 'dpkg --verify aigw-sync',
  manual: 'man --path aigw-sync',
  group: 'getent group aigw-sync-clients',
  isEnabled: './systemctl is-enabled aigw-sync.service',
  folder: `echo '{"name":"Web"}' >/etc/aigw-sync/configs/web.json && aigw-sync validate --dir /etc/aigw-sync/configs; code=$?
    rm /etc/aigw-sync/configs/web.json; exit $code`,
  noAccount: `mkdir -p nobody/configs && echo '{"name":"Web"}' >nobody/configs/web.json && chown -R 61234 nobody && chmod 755 . && cd nobody &&
    env -u HOME setpriv --reuid 61234 --clear-groups aigw-sync apply --emulator`,
  use: `./systemctl enable aigw-sync.service && mkdir -p /var/lib/private/aigw-sync && ln -s private/aigw-sync /var/lib/aigw-sync
    echo '{}' >/var/lib/aigw-sync/aigw-sync.lock.json; echo token >/etc/aigw-sync/ai-gateway-api-key`,
  dropInsOf252: DROP_INS,
  upgrade: 'mkdir -p /run/systemd/system && dpkg -i aigw-sync.deb',
  callsOfUpgrade: 'cat calls && rm calls',
  dropInsOf257: `echo 'systemd 257 (257.13-1~deb13u1)' >version; dpkg -i aigw-sync.deb >/dev/null 2>&1; ${DROP_INS}; rm calls`,
  sameSystemd: `${TRIGGER}; cat calls 2>/dev/null || true`,
  newSystemd: `echo 252.39-1~deb12u2 >running; ${TRIGGER} && cat calls && rm calls`,
  dropInsOfRunning252: DROP_INS,
  remove: 'dpkg -r aigw-sync',
  callsOfRemove: 'cat calls',
  afterRemove: "find /etc /usr /var/lib /run -xdev -name '*aigw-sync*' ! -path '/var/lib/dpkg/*' ! -path '/run/systemd/*' | sort",
  purge: 'dpkg -P aigw-sync; code=$?; rm -r /run/systemd; exit $code',
  groupAfterPurge: 'getent group aigw-sync-clients',
} as const

test.each([
  ['0.1.0', '0.1.0-1'],
  ['1.0.0-beta.2', '1.0.0~beta.2-1'],
])('%s is %s to Debian', (version, expected) => {
  expect(debianVersion(version)).toBe(expected)
})
