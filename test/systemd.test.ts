/** The units as they are shipped, to systemd's own eyes. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { SETTING_NAMES, variableOf } from '../src/settings/catalogue.ts'
import { isInstalled } from './support/proc.ts'

const units = join(import.meta.dirname, '../systemd')
const UNITS = ['aigw-sync.service', 'aigw-sync-evaluator.socket', 'aigw-sync-evaluator@.service']

const run = promisify(execFile)

describe.skipIf(!isInstalled('systemd-analyze'))('where systemd-analyze is installed', () => {
  test.each(UNITS)('%s is a unit without a fault', async (name) => {
    const { stdout, stderr } = await analyze('verify', join(units, name))
    expect(stdout + stderr).toBe('')
  })

  test.each([
    ['aigw-sync.service', 1.5],
    ['aigw-sync-evaluator@.service', 0.6],
  ])('%s is exposed no more than %d of 10', async (name, most) => {
    const { stdout } = await analyze('security', '--offline=yes', '--no-pager', join(units, name))
    expect(Number(/Overall exposure level for .*: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(most)
  })
})

test('units set variables that there are', async () => {
  const variables = new Set(SETTING_NAMES.map(variableOf))
  const texts = await Promise.all(
    [...UNITS, 'aigw-sync.service.d/evaluator.conf'].map((name) => readFile(join(units, name), 'utf8')),
  )
  const set = texts.flatMap((text) => [...text.matchAll(/^Environment=(AIGW_SYNC_\w+)=/gm)].map(([, name = '']) => name))
  expect(set).toHaveLength(3)
  expect(set.filter((name) => !variables.has(name))).toEqual([])
})

test('the daemon connects where the socket listens, by the group it lets in', async () => {
  const [socket, dropIn] = await Promise.all(
    ['aigw-sync-evaluator.socket', 'aigw-sync.service.d/evaluator.conf'].map((name) => readFile(join(units, name), 'utf8')),
  )
  expect(valueOf(dropIn, 'Environment=AIGW_SYNC_EVALUATOR_SOCKET')).toBe(valueOf(socket, 'ListenStream'))
  expect(valueOf(dropIn, 'SupplementaryGroups')).toBe(valueOf(socket, 'SocketGroup'))
  expect(valueOf(socket, 'SocketMode')).toBe('0660')
})

function valueOf(text: string | undefined, name: string): string | undefined {
  return new RegExp(`^${name}=(.+)$`, 'm').exec(text ?? '')?.[1]
}

function analyze(...args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return run('systemd-analyze', args)
}
