import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeFolders } from '../../src/lockfile/folders.ts'
import { aFolder } from './samples.ts'

describe('folders are made one below the other', () => {
  test('and the topmost that was missing is told', async () => {
    const folder = aFolder()
    mkdirSync(join(folder, 'a'))
    expect(await makeFolders(join(folder, 'a/b/c/d'), 0o700)).toBe(join(folder, 'a/b'))
    expect(statSync(join(folder, 'a/b/c/d')).isDirectory()).toBe(true)
    expect(['a/b', 'a/b/c', 'a/b/c/d'].map((path) => statSync(join(folder, path)).mode & 0o777)).toEqual([0o700, 0o700, 0o700])
  })

  test('or were there all along', async () => {
    const folder = aFolder()
    symlinkSync('.', join(folder, 'link'))
    expect(await makeFolders(folder, 0o700)).toBeUndefined()
    expect(await makeFolders(join(folder, 'link'), 0o700)).toBeUndefined()
    expect(await makeFolders('/', 0o700)).toBeUndefined()
  })

  test('by several at once', async () => {
    const path = join(aFolder(), 'a/b/c/d/e/f')
    await Promise.all(Array.from({ length: 20 }, () => makeFolders(path, 0o700)))
    expect(existsSync(path)).toBe(true)
  })
})

describe('where they cannot be made, that is an error and never an endless try', () => {
  test.each(['/proc/none', '/proc/none/below/it', '/proc/self/none/below'])('below %s', async (path) => {
    await expect(makeFolders(path, 0o700)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('below a file, in place of one, and in place of a link that leads nowhere', async () => {
    const folder = aFolder()
    writeFileSync(join(folder, 'file'), '')
    symlinkSync('nowhere', join(folder, 'link'))
    await expect(makeFolders(join(folder, 'file/a/b'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' })
    await expect(makeFolders(join(folder, 'file'), 0o700)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(makeFolders(join(folder, 'link/a'), 0o700)).rejects.toMatchObject({
      code: expect.stringMatching(/^E/) as string,
    })
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })
})
