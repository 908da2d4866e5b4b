import { existsSync, lstatSync, mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveTarget } from '../../src/lockfile/target.ts'
import { aFolder } from './samples.ts'

function aRealFolder(): string {
  return realpathSync(aFolder())
}

test('missing folders are made, for our user alone', async () => {
  const folder = aRealFolder()
  expect(await resolveTarget(join(folder, 'a/b/c.json'))).toBe(join(folder, 'a/b/c.json'))
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'a/b')).mode & 0o777).toBe(0o700)
  expect(existsSync(join(folder, 'a/b/c.json'))).toBe(false)
})

test('links are followed to what they mean, there or not, and stay', async () => {
  const folder = aRealFolder()
  mkdirSync(join(folder, 'real'))
  writeFileSync(join(folder, 'real/there.json'), '')
  symlinkSync('real', join(folder, 'folder'))
  symlinkSync('folder/there.json', join(folder, 'one.json'))
  symlinkSync('one.json', join(folder, 'two.json'))
  symlinkSync('missing/not-yet.json', join(folder, 'dangling.json'))
  expect(await resolveTarget(join(folder, 'two.json'))).toBe(join(folder, 'real/there.json'))
  expect(await resolveTarget(join(folder, 'folder/there.json'))).toBe(join(folder, 'real/there.json'))
  expect(await resolveTarget(join(folder, 'dangling.json'))).toBe(join(folder, 'missing/not-yet.json'))
  expect(lstatSync(join(folder, 'two.json')).isSymbolicLink()).toBe(true)
})

test('links that lead in a circle are refused', async () => {
  const folder = aRealFolder()
  symlinkSync('b', join(folder, 'a'))
  symlinkSync('a', join(folder, 'b'))
  await expect(resolveTarget(join(folder, 'a'))).rejects.toMatchObject({ code: 'ELOOP' })
})
