import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { setAside } from '../../src/lockfile/set-aside.ts'
import { aFolder } from './samples.ts'

const NOON = new Date('2026-07-23T12:00:00.000Z')

test('the file moves to a name with the UTC time', async () => {
  const path = join(aFolder(), 'a.json')
  writeFileSync(path, 'old')
  expect(await setAside(path, NOON)).toBe(`${path}.aside-20260723T120000.000Z`)
  expect(existsSync(path)).toBe(false)
  expect(readFileSync(`${path}.aside-20260723T120000.000Z`, 'utf8')).toBe('old')
})

test('one that was set aside at the same time is not overwritten', async () => {
  const path = join(aFolder(), 'a.json')
  for (const text of ['first', 'second', 'third']) {
    writeFileSync(path, text)
    await setAside(path, NOON)
  }
  const texts = ['', '-2', '-3'].map((end) => readFileSync(`${path}.aside-20260723T120000.000Z${end}`, 'utf8'))
  expect(texts).toEqual(['first', 'second', 'third'])
})

test('a file that is not there leaves nothing behind', async () => {
  const folder = aFolder()
  await expect(setAside(join(folder, 'a.json'), NOON)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(readdirSync(folder)).toEqual([])
})
