import { writeFileSync } from 'node:fs'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { watchFiles } from '../../src/secrets/watch.ts'
import { secretFolder } from './folder.ts'
import { PATIENCE } from '../support/patience.ts'

/** A watch that was told of some files, and a way to wait for what it hears. */
async function watching(...paths: string[]) {
  const heard: string[] = []
  const failed = vi.fn<(error: Error) => void>()
  const watch = watchFiles({ heard: (path) => heard.push(path), failed })
  onTestFinished(() => watch.close())
  const isNew = await watch.follow(paths)
  const hears = async (path: string) => {
    await vi.waitUntil(() => heard.includes(path), PATIENCE)
    heard.length = 0
  }
  return { watch, heard, hears, failed, isNew }
}

test('a file that is written is heard of', async () => {
  const { put, path } = await secretFolder()
  await put('key', '1')
  const { hears, isNew } = await watching(path('key'))
  expect(isNew).toBe(true)
  await put('key', '2')
  await hears(path('key'))
})

test('a file that is replaced is heard of, again and again', async () => {
  const { put, path } = await secretFolder()
  await put('key', '1')
  const { hears } = await watching(path('key'))
  for (const value of ['2', '3', '4']) {
    await rename(await put('aside', value), path('key'))
    await hears(path('key'))
  }
})

test('a file that comes, and one that goes, is heard of', async () => {
  const { put, path } = await secretFolder()
  const { hears } = await watching(path('key'))
  await put('key', '1')
  await hears(path('key'))
  await rm(path('key'))
  await hears(path('key'))
  await put('key', '2')
  await hears(path('key'))
})

test('files behind a link that is swapped, as Kubernetes does it, are heard of, again and again', async () => {
  const { dir, path } = await secretFolder()
  const swap = async (version: string) => {
    await mkdir(path(`..${version}`))
    await writeFile(path(`..${version}/key`), version)
    await symlink(`..${version}`, path('..data_tmp'))
    await rename(path('..data_tmp'), path('..data'))
  }
  await swap('1')
  await symlink('..data/key', path('key'))
  const { hears } = await watching(path('key'))
  for (const version of ['2', '3', '4']) {
    await swap(version)
    await hears(`${dir}/key`)
  }
})

test('what is written behind a link is heard of', async () => {
  const { put, path } = await secretFolder()
  await mkdir(path('elsewhere'))
  await put('elsewhere/key', '1')
  await symlink('elsewhere/key', path('key'))
  const { hears } = await watching(path('key'))
  await put('elsewhere/key', '2')
  await hears(path('key'))
})

test('other files in the folder are not heard of', async () => {
  const { put, path } = await secretFolder()
  await put('key', '1')
  const { heard, hears } = await watching(path('key'), path('last'))
  await put('other', '1')
  await put('last', '1')
  await vi.waitUntil(() => heard.includes(path('last')), PATIENCE)
  expect(new Set(heard)).toEqual(new Set([path('last')]))
  await put('key', '2')
  await hears(path('key'))
})

test('events of one write are passed on together', async () => {
  const { put, path } = await secretFolder()
  await put('a', '1')
  const { heard } = await watching(path('a'), path('b'))
  for (let round = 0; round < 20; round++) writeFileSync(path('a'), String(round)) // before any of it can be heard of
  await put('b', '1')
  await vi.waitUntil(() => heard.includes(path('b')), PATIENCE)
  expect(heard.filter((each) => each === path('a')).length).toBeLessThan(20)
})

test('other files can be followed instead', async () => {
  const { put, path } = await secretFolder()
  await mkdir(path('other'))
  const { watch, heard, hears } = await watching(path('a'))
  expect(await watch.follow([path('b'), path('other/c')])).toBe(true)
  expect(await watch.follow([path('b'), path('other/c')])).toBe(false)
  await put('a', '1')
  await put('other/c', '1')
  await hears(path('other/c'))
  await put('b', '1')
  await hears(path('b'))
  expect(heard).not.toContain(path('a'))
  expect(await watch.follow([])).toBe(false)
})

test('a folder that is not there is no failure, and is watched once it is there and followed again', async () => {
  const { put, path } = await secretFolder()
  const { watch, hears, failed, isNew } = await watching(path('later/key'))
  expect(isNew).toBe(false)
  await mkdir(path('later'))
  expect(await watch.follow([path('later/key')])).toBe(true)
  await put('later/key', '1')
  await hears(path('later/key'))
  await rm(path('later'), { recursive: true })
  await watch.follow([path('later/key')])
  await mkdir(path('later'))
  expect(await watch.follow([path('later/key')])).toBe(true)
  await put('later/key', '2')
  await hears(path('later/key'))
  expect(failed).not.toHaveBeenCalled()
})

test('nothing is heard once it is closed', async () => {
  const { put, path } = await secretFolder()
  const closed = await watching(path('key'))
  const open = await watching(path('key'))
  await put('key', '1')
  await closed.watch.close()
  await open.hears(path('key'))
  await put('key', '2')
  await open.hears(path('key'))
  expect(closed.heard).toEqual([])
  expect(await closed.watch.follow([path('key')])).toBe(false)
})
