import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type FolderError, openFolder } from '../../../src/source/folder/folder.ts'
import { createScratch, record } from './recorder.ts'

const isRoot = process.getuid?.() === 0

async function refusalOf(dir: string): Promise<FolderError | undefined> {
  const opened = await openFolder({ dir, settleMs: 20 }, ignore, ignore)
  return opened.isErr() ? opened.error : undefined
}

function ignore(): void {}

describe('opening', () => {
  test('tells everything there is first, by path', async () => {
    using scratch = createScratch()
    mkdirSync(join(scratch.dir, 'team-a/deep'), { recursive: true })
    for (const path of ['z.ts', 'a.json', 'team-a/deep/b.yaml', 'README.md']) writeFileSync(join(scratch.dir, path), path)
    await using recorder = await record(scratch.dir)
    expect(recorder.changes).toHaveLength(1)
    const [start] = recorder.changes
    expect(start).toMatchObject({ cause: 'start', complete: true, removed: [], problems: [] })
    expect(start?.upserted.map(({ path }) => path)).toEqual(['a.json', 'team-a/deep/b.yaml', 'z.ts'])
  })

  test('an empty folder is told as such', async () => {
    using scratch = createScratch()
    await using recorder = await record(scratch.dir)
    expect(recorder.changes).toEqual([{ cause: 'start', complete: true, upserted: [], removed: [], problems: [] }])
  })

  test('gives text without a byte order mark and the hash of the bytes', async () => {
    using scratch = createScratch()
    const bytes = Buffer.from('\uFEFFhé')
    writeFileSync(join(scratch.dir, 'a.ts'), bytes)
    await using recorder = await record(scratch.dir)
    expect(recorder.changes[0]?.upserted).toEqual([
      { path: 'a.ts', text: 'hé', hash: createHash('sha256').update(bytes).digest('hex') },
    ])
  })

  test('what is written while the watch is set up is told', async () => {
    using scratch = createScratch()
    const told: string[] = []
    const opened = await openFolder(
      { dir: scratch.dir, settleMs: 20 },
      ({ cause, upserted }) => {
        if (cause === 'start') writeFileSync(join(scratch.dir, 'meanwhile.ts'), '1')
        told.push(...upserted.map(({ path }) => path))
      },
      ignore,
    )
    expect(told).toEqual(['meanwhile.ts'])
    if (opened.isOk()) await opened.value.close()
  })

  test('without watching, looks once and again when asked', async () => {
    using scratch = createScratch()
    writeFileSync(join(scratch.dir, 'a.ts'), '1')
    writeFileSync(join(scratch.dir, 'b.ts'), '1')
    await using recorder = await record(scratch.dir, { watch: false })
    rmSync(join(scratch.dir, 'a.ts'))
    writeFileSync(join(scratch.dir, 'b.ts'), '2')
    await recorder.folder.rescan()
    expect(Object.fromEntries(recorder.texts)).toEqual({ 'b.ts': '2' })
    expect(recorder.changes.map(({ cause }) => cause)).toEqual(['start', 'scan', 'change'])
  })
})

describe('a folder that cannot be used is an error, not an exception', () => {
  test('because it is missing', async () => {
    using scratch = createScratch()
    const dir = join(scratch.dir, 'nowhere')
    expect(await refusalOf(dir)).toEqual({
      type: 'missing',
      dir,
      msg: `There is no folder ${dir}. Create it, or name another with --dir.`,
    })
  })

  test('because it is a file', async () => {
    using scratch = createScratch()
    writeFileSync(join(scratch.dir, 'file'), '')
    expect(await refusalOf(join(scratch.dir, 'file'))).toMatchObject({ type: 'not-a-folder' })
  })

  test.skipIf(isRoot)('because it may not be listed', async () => {
    using scratch = createScratch()
    chmodSync(scratch.dir, 0o000)
    const error = await refusalOf(scratch.dir)
    chmodSync(scratch.dir, 0o700)
    expect(error).toMatchObject({ type: 'unreadable', msg: expect.stringContaining('EACCES') })
  })
})

describe('rescanning', () => {
  test('tells nothing when nothing differs', async () => {
    using scratch = createScratch()
    writeFileSync(join(scratch.dir, 'a.ts'), '1')
    await using recorder = await record(scratch.dir)
    await recorder.folder.rescan()
    await recorder.folder.rescan()
    expect(recorder.changes).toHaveLength(1)
  })
})

describe('closing', () => {
  test('silences the listener, whatever is on its way', async () => {
    using scratch = createScratch()
    writeFileSync(join(scratch.dir, 'a.ts'), '1')
    const recorder = await record(scratch.dir)
    rmSync(join(scratch.dir, 'a.ts'))
    const rescan = recorder.folder.rescan()
    writeFileSync(join(scratch.dir, 'b.ts'), '1')
    await recorder.folder.close()
    await rescan
    await recorder.folder.rescan()
    expect(recorder.changes).toHaveLength(1)
  })

  test('leaves nothing that keeps the process alive', () => {
    using scratch = createScratch()
    writeFileSync(join(scratch.dir, 'a.ts'), '1')
    const program = `
      import { rmSync } from 'node:fs'
      import { openFolder } from ${JSON.stringify(new URL('../../../src/source/folder/folder.ts', import.meta.url).href)}
      const dir = ${JSON.stringify(scratch.dir)}
      const opened = await openFolder({ dir, settleMs: 20 }, (change) => console.log(change.cause), () => {})
      rmSync(dir + '/a.ts')
      void opened.value.rescan()
      await opened.value.close()
      console.log('closed')`
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8', timeout: 20_000 })
    expect(child).toMatchObject({ status: 0, stdout: 'start\nclosed\n' })
  })
})
