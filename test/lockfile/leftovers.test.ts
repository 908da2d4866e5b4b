import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeOurselves } from '../../src/lockfile/lease/holder.ts'
import { removeLeftovers } from '../../src/lockfile/leftovers.ts'
import { aFolder } from './samples.ts'

test('what a killed process left is removed, and nothing else', async () => {
  const folder = aFolder()
  const dead = spawnSync(process.execPath, ['-e', '0']).pid
  const ours = JSON.stringify(await describeOurselves())
  const theirs = JSON.stringify({ ...(await describeOurselves()), pid: dead })
  const old = ['lock.json.lease.00ff.claim', '.lock.json.lease.nonce.tmp']
  const dying = ['lock.json.lease.22dd.claim', '.lock.json.lease.dead.tmp']
  const gone = [`.lock.json.${dead}.tmp`, `.lock.json.${process.ppid}.tmp`, `.lock.json.${process.pid}.tmp`, ...old, ...dying]
  const kept = [
    `.other.json.${dead}.tmp`,
    '.lock.json.lease.young.tmp',
    '.lock.json.notes.tmp',
    'lock.json',
    'lock.json.aside-20260723T120000.000Z',
    'lock.json.lease',
    'lock.json.lease.11ee.claim',
    'lock.json.lease.33cc.claim',
  ]
  for (const name of [...gone, ...kept]) writeFileSync(join(folder, name), '')
  for (const name of dying) writeFileSync(join(folder, name), theirs)
  writeFileSync(join(folder, 'lock.json.lease.33cc.claim'), ours)
  mkdirSync(join(folder, '.lock.json.1.tmp'))
  const longAgo = new Date(Date.now() - 61_000)
  for (const name of [...old, 'lock.json.lease', 'lock.json']) utimesSync(join(folder, name), longAgo, longAgo)
  await removeLeftovers(join(folder, 'lock.json'))
  expect(readdirSync(folder).sort()).toEqual([...kept, '.lock.json.1.tmp'].sort())
})
