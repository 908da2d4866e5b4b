import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startWatch } from '../../../src/source/folder/watch.ts'
import { createScratch } from './recorder.ts'
import { PATIENCE } from '../../support/patience.ts'

/** Paths heard of until something happens to `marker.ts`, each once. */
async function heardWhile(dir: string, act: () => void): Promise<string[]> {
  const paths = new Set<string>()
  const hear = (path: string): void => void paths.add(path)
  const failed = vi.fn<(error: Error) => void>()
  const watch = await startWatch(dir, { heard: hear, heardLate: hear, heardAgain: hear, failed })
  act()
  writeFileSync(join(dir, 'marker.ts'), '')
  await vi.waitFor(() => expect(paths).toContain('marker.ts'), PATIENCE)
  await watch.close()
  expect(failed).not.toHaveBeenCalled()
  return [...paths].filter((path) => path !== 'marker.ts').toSorted()
}

test('what happens in the folder is heard, by the path below it', async () => {
  using scratch = createScratch()
  mkdirSync(join(scratch.dir, 'team'))
  const heard = await heardWhile(scratch.dir, () => writeFileSync(join(scratch.dir, 'team/a.ts'), '1'))
  expect(heard).toEqual(['team/a.ts'])
})

test('of a save by way of a temporary file only the file is heard', async () => {
  using scratch = createScratch()
  const heard = await heardWhile(scratch.dir, () => {
    writeFileSync(join(scratch.dir, 'a.ts.tmp'), '1')
    renameSync(join(scratch.dir, 'a.ts.tmp'), join(scratch.dir, 'a.ts'))
  })
  expect(heard).toEqual(['a.ts'])
})

test('a link that leads out of the folder is not followed', async () => {
  using scratch = createScratch()
  const elsewhere = join(scratch.outside, 'elsewhere')
  mkdirSync(elsewhere)
  symlinkSync(elsewhere, join(scratch.dir, 'out'))
  const heard = await heardWhile(scratch.dir, () => writeFileSync(join(elsewhere, 'a.ts'), '1'))
  expect(heard).toEqual([])
})

test('what Kubernetes does beside the files is heard as happening to their folder', async () => {
  using scratch = createScratch()
  const heard = await heardWhile(scratch.dir, () => {
    mkdirSync(join(scratch.dir, '..v1'))
    symlinkSync('..v1', join(scratch.dir, '..data'))
  })
  expect(heard).toEqual([''])
})
