/** The units as they are shipped, to systemd's own eyes. */
import { execFile } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { UNIT } from '../bench/harness/product.ts'
import { EXIT } from '../src/cli/exit-codes.ts'
import { FILE_VARIABLE, SETTING_NAMES, variableOf } from '../src/settings/catalogue.ts'
import { temporaryFolder } from './support/process.ts'
import { isInstalled } from './support/proc.ts'

const units = join(import.meta.dirname, '../systemd')
const UNITS = ['aigw-sync.service', 'aigw-sync@.service', 'aigw-sync-evaluator.socket', 'aigw-sync-evaluator@.service']
const DROP_INS = ['drop-ins/evaluator.conf', 'drop-ins/10-systemd-252.conf']

const run = promisify(execFile)

const ANALYZE = isInstalled('systemd-analyze')

/** What systemd 252, and 253 in part, says of lines that it does not know. */
const IGNORED = /^.*(?:Unknown key.*'(?:OpenFile|RestartSteps|RestartMaxDelaySec)'.*, ignoring\.|ignoring: notify-reload)\n/gm

const SERVICES = ['aigw-sync.service', 'aigw-sync@.service']
const OLD = 'drop-ins/10-systemd-252.conf'
const EVALUATOR = 'drop-ins/evaluator.conf'

describe.skipIf(!ANALYZE)(`the units${ANALYZE ? '' : ' (skipped: systemd-analyze is not installed)'}`, () => {
  test.each(UNITS)('%s is without a fault, but for what this systemd is too old for', async (name) => {
    const { stdout, stderr } = await analyze('verify', join(units, name))
    expect(stdout + ((await versionOf()) < 254 ? stderr.replaceAll(IGNORED, '') : stderr)).toBe('')
  })

  test.each<[string, number, ...string[]]>([
    ...SERVICES.flatMap((name): [string, number, ...string[]][] => [
      [name, 1.2],
      [name, 1.2, EVALUATOR],
      [name, 1.3, OLD], // each process of the unit is believed
      [name, 1.4, OLD, EVALUATOR],
    ]),
    ['aigw-sync-evaluator@.service', 0.6],
  ])('%s is exposed no more than %d of 10, with these drop-ins: %s %s', async (name, most, ...dropIns) => {
    const folder = await temporaryFolder()
    await cp(join(units, name), join(folder, name))
    for (const dropIn of dropIns) await cp(join(units, dropIn), join(folder, `${name}.d`, basename(dropIn)))
    expect(await exposure(join(folder, name))).toBeLessThanOrEqual(most)
  })
})

test('units set variables that there are, also where it is only suggested', async () => {
  const variables = new Set([...SETTING_NAMES.map(variableOf), FILE_VARIABLE])
  const texts = await Promise.all([...UNITS, ...DROP_INS].map(read))
  const set = texts.flatMap((text) => [...text.matchAll(/^#?Environment=(AIGW_SYNC_\w+)=/gm)].map(([, name = '']) => name))
  expect(set.length).toBeGreaterThan(3)
  expect(set.filter((name) => !variables.has(name))).toEqual([])
})

test('a daemon is measured with what the unit says to those who manage memory', async () => {
  const lines = directives(await read('aigw-sync.service')).filter((line) => /^Environment=(?:MI)?MALLOC_/.test(line))
  expect(lines).toEqual(Object.entries(UNIT).map(([name, value]) => `Environment=${name}=${value}`))
})

test('the unit for one of several says what the unit for one says, but for its names', async () => {
  const [one = [], several = []] = (await Promise.all(['aigw-sync.service', 'aigw-sync@.service'].map(read))).map(directives)
  const plain = several.map((line) => line.replaceAll(/(?<=aigw-sync)[-/]%i/g, '').replace(' (%i)', ''))
  const more = plain.filter((line) => !one.includes(line))
  expect(more).toEqual(['Environment=AIGW_SYNC_OWNER=%i', 'User=aigw-sync'])
  expect(plain.filter((line) => !more.includes(line))).toEqual(one)
})

test('what needs a person is not tried again, and nothing else', async () => {
  const text = await read('aigw-sync.service')
  const kept = [EXIT.usage, EXIT.denied, EXIT.config]
  expect(valueOf(text, 'RestartPreventExitStatus')?.split(' ').map(Number)).toEqual(kept)
  expect(valueOf(text, 'Restart')).toBe('on-failure')
})

test('the daemon connects where the socket listens, by the group it lets in', async () => {
  const [socket, dropIn, group] = await Promise.all(
    ['aigw-sync-evaluator.socket', 'drop-ins/evaluator.conf', 'sysusers.d/aigw-sync.conf'].map(read),
  )
  expect(valueOf(dropIn, 'Environment=AIGW_SYNC_EVALUATOR_SOCKET')).toBe(valueOf(socket, 'ListenStream'))
  expect(valueOf(dropIn, 'SupplementaryGroups')).toBe(valueOf(socket, 'SocketGroup'))
  expect(group).toContain(`\ng ${valueOf(socket, 'SocketGroup')} -\n`)
  expect(valueOf(socket, 'SocketMode')).toBe('0660')
})

function read(name: string): Promise<string> {
  return readFile(join(units, name), 'utf8')
}

function directives(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^\w/.test(line))
}

function valueOf(text: string | undefined, name: string): string | undefined {
  return new RegExp(`^${name}=(.+)$`, 'm').exec(text ?? '')?.[1]
}

function analyze(...args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return run('systemd-analyze', args)
}

async function versionOf(): Promise<number> {
  return Number(/\d+/.exec((await analyze('--version')).stdout)?.[0])
}

async function exposure(unit: string): Promise<number> {
  const { stdout } = await analyze('security', '--offline=yes', '--no-pager', unit)
  return Number(/Overall exposure level for .*: ([\d.]+)/.exec(stdout)?.[1])
}
