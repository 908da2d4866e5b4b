import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { replaceFile, temporaryPath } from '../../src/lockfile/replace.ts'
import { aFolder } from './samples.ts'

afterEach(() => vi.restoreAllMocks())

test('the file has the new text, is for our user alone, and nothing else is left', async () => {
  const folder = aFolder()
  const path = join(folder, 'a.json')
  writeFileSync(path, 'old', { mode: 0o644 })
  await replaceFile(path, 'new')
  expect(readFileSync(path, 'utf8')).toBe('new')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['a.json'])
})

test('an open reader keeps the old text', async () => {
  const path = join(aFolder(), 'a.json')
  writeFileSync(path, 'old')
  const reader = await open(path)
  await replaceFile(path, 'new')
  expect(await reader.readFile('utf8')).toBe('old')
  await reader.close()
})

test('a text that could not be made durable does not take the name', async () => {
  const folder = aFolder()
  const path = join(folder, 'a.json')
  await replaceFile(path, 'old')
  await failNextSync(path)
  await expect(replaceFile(path, 'new')).rejects.toMatchObject({ code: 'EIO' })
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['a.json'])
})

test('the text is made durable before it takes the name, and the name after', async () => {
  const path = join(aFolder(), 'a.json')
  await replaceFile(path, 'old')
  const prototype = await fileHandlePrototype(path)
  const sync = Reflect.get(prototype, 'sync')
  const seen: string[] = []
  vi.spyOn(prototype, 'sync').mockImplementation(function (this: FileHandle) {
    seen.push(readFileSync(path, 'utf8'))
    return sync.call(this)
  })
  await replaceFile(path, 'new')
  expect(seen).toEqual(['old', 'new'])
})

test('a rename that fails leaves no temporary file', async () => {
  const folder = aFolder()
  mkdirSync(join(folder, 'a.json'))
  await expect(replaceFile(join(folder, 'a.json'), 'new')).rejects.toMatchObject({ code: 'EISDIR' })
  expect(readdirSync(folder)).toEqual(['a.json'])
})

test('a text that is written in part, be it within a character, is written on', async () => {
  const path = join(aFolder(), 'a.json')
  await replaceFile(path, 'old')
  const prototype = await fileHandlePrototype(path)
  const write = Reflect.get(prototype, 'write') as (this: FileHandle, bytes: Buffer) => Promise<{ bytesWritten: number }>
  const inPart = vi.spyOn(prototype, 'write').mockImplementation(function (this: FileHandle, text: unknown) {
    return write.call(this, Buffer.from(String(text)).subarray(0, 4))
  } as never)
  await replaceFile(path, ['für 😀', ' und ', '€'])
  expect(inPart).toHaveBeenCalledTimes(3)
  expect(readFileSync(path, 'utf8')).toBe('für 😀 und €')
})

test('the parts of a text leave no buffers behind', async () => {
  const path = join(aFolder(), 'a.json')
  await replaceFile(path, 'old')
  const part = 'x'.repeat(50_000)
  const before = process.memoryUsage().arrayBuffers
  await replaceFile(path, [part, part, part])
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(part.length)
  expect(readFileSync(path, 'utf8')).toBe(part.repeat(3))
})

test('a link under the temporary name is not written through', async () => {
  const folder = aFolder()
  const path = join(folder, 'a.json')
  writeFileSync(join(folder, 'victim'), 'untouched')
  symlinkSync('victim', temporaryPath(path))
  await replaceFile(path, 'new')
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('untouched')
  expect(readFileSync(path, 'utf8')).toBe('new')
})

test('what cannot be cleared out of the way is told, and the file stays', async () => {
  const path = join(aFolder(), 'a.json')
  await replaceFile(path, 'old')
  mkdirSync(temporaryPath(path))
  await expect(replaceFile(path, 'new')).rejects.toMatchObject({ code: expect.any(String) as string })
  expect(readFileSync(path, 'utf8')).toBe('old')
  rmdirSync(temporaryPath(path))
  await replaceFile(path, 'new')
  expect(existsSync(temporaryPath(path))).toBe(false)
})

/** As a failing disk does: the next fsync of any file is refused. */
async function failNextSync(anyFile: string): Promise<void> {
  const failure = Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' })
  vi.spyOn(await fileHandlePrototype(anyFile), 'sync').mockRejectedValueOnce(failure)
}

async function fileHandlePrototype(anyFile: string): Promise<FileHandle> {
  const handle = await open(anyFile)
  await handle.close()
  return Object.getPrototypeOf(handle) as FileHandle
}
