import type * as Fs from 'node:fs'
import { openSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { createScratch, record } from './recorder.ts'

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>()
  return { ...fs, openSync: vi.fn<typeof fs.openSync>(fs.openSync) }
})

test('a file that is put into the folder is read once, although more is heard of it later', async () => {
  using scratch = createScratch()
  await using recorder = await record(scratch.dir, { settleMs: 0 })
  const apart = join(scratch.outside, 'apart.ts')
  const names = Array.from({ length: 9 }, (_, index) => `${index}.ts`)
  for (const name of names) {
    writeFileSync(apart, name)
    renameSync(apart, join(scratch.dir, name))
    await recorder.until(() => recorder.texts.has(name)) // by then much was heard again of those before
  }
  const opened = vi.mocked(openSync).mock.calls.map(([path]) => String(path).slice(-4))
  expect(opened.filter((name) => names.includes(name))).toEqual(names)
})
