import { lstatSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UNGUARDED } from '../../../src/source/folder/guard.ts'
import { readSource, stampOf } from '../../../src/source/folder/read.ts'
import { sizeOf } from '../../support/heap.ts'
import { createScratch } from './recorder.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() }))
afterEach(() => void vi.useRealTimers())

const statsOf = (path: string) => lstatSync(path, { bigint: true })

test('a stamp is not trusted until the file is older than the coarsest clock of a file system', () => {
  using scratch = createScratch()
  const path = join(scratch.dir, 'a.ts')
  writeFileSync(path, '1')
  expect(stampOf(statsOf(path)).settled).toBe(false)
  vi.setSystemTime(Date.now() + 3_000)
  expect(stampOf(statsOf(path)).settled).toBe(true)
})

test('a file keeps its stamp until it is written', () => {
  using scratch = createScratch()
  const path = join(scratch.dir, 'a.ts')
  writeFileSync(path, '1')
  const before = stampOf(statsOf(path)).value
  expect(readSource('a.ts', path, UNGUARDED)).toMatchObject({ type: 'file', stamp: { value: before } })
  writeFileSync(path, '22')
  expect(readSource('a.ts', path, UNGUARDED)).toMatchObject({ type: 'file', stamp: { value: expect.not.stringMatching(before) } })
})

test('a stamp is one text, not the tree of its parts', () => {
  using scratch = createScratch()
  const path = join(scratch.dir, 'a.ts')
  writeFileSync(path, '1')
  const stats = statsOf(path)
  expect(sizeOf(() => stampOf(stats).value, 2_000)).toBeLessThan(160) // of the tree 250
})

test('a file that went since it was found is missing', () => {
  using scratch = createScratch()
  expect(readSource('a.ts', join(scratch.dir, 'a.ts'), UNGUARDED)).toEqual({ type: 'missing' })
})
