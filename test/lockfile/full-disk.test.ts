import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parseLockfile } from '../../src/lockfile/format.ts'
import { openLockfileStore } from '../../src/lockfile/store.ts'
import { mountTinyDisk } from '../support/tiny-disk.ts'
import { aFolder, anEar, anEntry, errorOf, IDENTITY, valueOf } from './samples.ts'

test('a full disk keeps the last good file, and what did not fit is written when there is room', async ({ skip }) => {
  const folder = aFolder()
  if (!mountTinyDisk(folder)) skip('only root can mount a tiny disk, and not everywhere')
  const path = join(folder, 'lock.json')
  const { events, report } = anEar()
  const store = valueOf(await openLockfileStore({ path, ...IDENTITY }, report))
  await store.record('small', anEntry())
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(24 * 1024))
  const large = anEntry({ id: 'aigac_2', name: 'x'.repeat(40 * 1024) })
  expect(errorOf(await store.record('large', large))).toMatchObject({ type: 'unwritable', code: 'ENOSPC' })
  expect(events.at(-1)).toMatchObject({ event: 'lockfile.failed', errorCode: 'ENOSPC' })
  expect(readdirSync(folder).sort()).toEqual(['ballast', 'lock.json'])
  expect(keysIn(path)).toEqual(['small'])
  rmSync(join(folder, 'ballast'))
  expect((await store.flush()).isOk()).toBe(true)
  expect(keysIn(path)).toEqual(['large', 'small'])
})

test('a disk that became read-only keeps the last good file, and what came meanwhile is written when it can be', async ({
  skip,
}) => {
  const folder = aFolder()
  if (!mountTinyDisk(folder)) skip('only root can mount a tiny disk, and not everywhere')
  const path = join(folder, 'lock.json')
  const store = valueOf(await openLockfileStore({ path, ...IDENTITY }, anEar().report))
  await store.record('a', anEntry())
  expect(spawnSync('mount', ['-o', 'remount,ro', folder]).status).toBe(0)
  expect(errorOf(await store.record('b', anEntry({ id: 'aigac_2' })))).toMatchObject({ type: 'unwritable', code: 'EROFS' })
  expect(errorOf(await openLockfileStore({ path, ...IDENTITY, apiUrl: 'http://127.0.0.1' }, anEar().report))).toMatchObject({
    code: 'EROFS',
  })
  expect(keysIn(path)).toEqual(['a'])
  expect(spawnSync('mount', ['-o', 'remount,rw', folder]).status).toBe(0)
  expect((await store.close()).isOk()).toBe(true)
  expect(keysIn(path)).toEqual(['a', 'b'])
  expect(readdirSync(folder)).toEqual(['lock.json'])
})

test.skipIf(process.getuid?.() === 0)('a folder that we may not write keeps the last good file', async () => {
  const folder = aFolder()
  const path = join(folder, 'lock.json')
  const store = valueOf(await openLockfileStore({ path, ...IDENTITY }, anEar().report))
  await store.record('a', anEntry())
  chmodSync(folder, 0o500)
  onTestFinished(() => chmodSync(folder, 0o700))
  expect(errorOf(await store.record('b', anEntry({ id: 'aigac_2' })))).toMatchObject({ code: 'EACCES' })
  expect(keysIn(path)).toEqual(['a'])
  chmodSync(folder, 0o700)
  expect((await store.close()).isOk()).toBe(true)
  expect(keysIn(path)).toEqual(['a', 'b'])
})

function keysIn(path: string): string[] {
  return [...valueOf(parseLockfile(readFileSync(path, 'utf8'))).entries.keys()]
}
