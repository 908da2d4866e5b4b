import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openFolder } from '../../../src/source/folder/folder.ts'
import { errorOf } from '../../settings/result.ts'
import { createScratch, record } from './recorder.ts'

/** Only root may give things away. */
const isRoot = process.getuid?.() === 0

const ignore = (): void => {}

describe('a file that somebody else may write', () => {
  test('is a problem with the command that mends it, keeps what was told, and is read again once it is mended', async () => {
    using scratch = createScratch()
    const path = join(scratch.dir, 'a.ts')
    writeFileSync(path, '1')
    writeFileSync(join(scratch.dir, 'b.ts'), '1')
    await using recorder = await record(scratch.dir)
    chmodSync(path, 0o666)
    await recorder.until(() => recorder.problems().length > 0)
    const msg = `a.ts may be written by everybody, so it is not read; mend it with \`chmod go-w ${path}\`.`
    expect(recorder.changes.at(-1)).toMatchObject({ problems: [{ file: 'a.ts', problem: 'unsafe', msg }], complete: true })
    writeFileSync(path, 'evil')
    writeFileSync(join(scratch.dir, 'b.ts'), '2')
    await recorder.until(() => recorder.texts.get('b.ts') === '2')
    await recorder.settled()
    expect(recorder.texts.get('a.ts')).toBe('1')
    writeFileSync(path, '2')
    chmodSync(path, 0o644)
    await recorder.until(() => recorder.texts.get('a.ts') === '2')
    expect(recorder.removed()).toEqual([])
  })

  test('is found and read again by a rescan as well', async () => {
    using scratch = createScratch()
    const path = join(scratch.dir, 'a.ts')
    writeFileSync(path, '1')
    await using recorder = await record(scratch.dir, { watch: false })
    chmodSync(path, 0o664)
    await recorder.folder.rescan()
    expect(recorder.changes.at(-1)).toMatchObject({ problems: [{ file: 'a.ts', problem: 'unsafe' }] })
    chmodSync(path, 0o644)
    await recorder.folder.rescan()
    expect(recorder.changes.at(-1)).toMatchObject({ upserted: [{ path: 'a.ts' }], problems: [] })
  })

  test('is judged by what a link leads to', async () => {
    using scratch = createScratch()
    mkdirSync(join(scratch.dir, '..data'))
    writeFileSync(join(scratch.dir, '..data/a.ts'), '1')
    symlinkSync('..data/a.ts', join(scratch.dir, 'a.ts'))
    chmodSync(join(scratch.dir, '..data/a.ts'), 0o664)
    await using recorder = await record(scratch.dir)
    expect(recorder.changes[0]).toMatchObject({ problems: [{ file: 'a.ts', problem: 'unsafe' }], upserted: [] })
  })

  test.skipIf(!isRoot)('or that belongs to somebody else, is a problem', async () => {
    using scratch = createScratch()
    writeFileSync(join(scratch.dir, 'a.ts'), '1')
    chownSync(join(scratch.dir, 'a.ts'), 12_345, 12_345)
    await using recorder = await record(scratch.dir)
    expect(recorder.changes[0]?.problems[0]?.msg).toMatch(
      /^a\.ts belongs to the user 12345, so it is not read; mend it with `chown /,
    )
  })
})

describe('a folder that somebody else may write', () => {
  test('inside is not looked into; what was told of it stays', async () => {
    using scratch = createScratch()
    const team = join(scratch.dir, 'team')
    mkdirSync(team)
    writeFileSync(join(team, 'a.ts'), '1')
    writeFileSync(join(scratch.dir, 'b.ts'), '1')
    await using recorder = await record(scratch.dir)
    chmodSync(team, 0o777)
    await recorder.until(() => recorder.problems().length > 0)
    const msg = `team may be written by everybody, so it is not read; mend it with \`chmod go-w ${team}\`.`
    expect(recorder.changes.at(-1)).toMatchObject({ problems: [{ file: 'team', problem: 'unsafe', msg }], complete: false })
    writeFileSync(join(team, 'c.ts'), '1')
    writeFileSync(join(scratch.dir, 'b.ts'), '2')
    await recorder.until(() => recorder.texts.get('b.ts') === '2')
    await recorder.settled()
    expect([...recorder.texts.keys()].toSorted()).toEqual(['b.ts', 'team/a.ts'])
    chmodSync(team, 0o755)
    await recorder.until(() => recorder.texts.has('team/c.ts') && recorder.changes.at(-1)?.complete === true)
    await recorder.settled()
    expect(recorder.removed()).not.toContain('team/a.ts')
  })

  test('is not read through a link either', async () => {
    using scratch = createScratch()
    mkdirSync(join(scratch.dir, '..data/open'), { recursive: true })
    writeFileSync(join(scratch.dir, '..data/open/a.ts'), '1')
    symlinkSync('..data/open/a.ts', join(scratch.dir, 'a.ts'))
    chmodSync(join(scratch.dir, '..data/open'), 0o777)
    await using recorder = await record(scratch.dir)
    expect(recorder.changes[0]).toMatchObject({ problems: [{ file: 'a.ts', problem: 'unsafe' }], upserted: [], complete: true })
    expect(recorder.changes[0]?.problems[0]?.msg).toContain('may be written by everybody')
  })

  test('is not opened as the folder of modules, nor below one that is not safe', async () => {
    using scratch = createScratch()
    chmodSync(scratch.dir, 0o775)
    chmodSync(scratch.outside, 0o777)
    const error = errorOf(await openFolder({ dir: scratch.dir, settleMs: 20 }, ignore, ignore))
    expect(error).toMatchObject({ type: 'unsafe', dir: scratch.dir })
    expect(error.msg).toContain(`\`chmod go-w ${scratch.outside}\``)
    expect(error.msg).toContain(`\`chmod go-w ${scratch.dir}\``)
    expect(error.msg).toContain('--strict-permissions false')
  })

  test('is read all the same without strict permissions', async () => {
    using scratch = createScratch()
    writeFileSync(join(scratch.dir, 'a.ts'), '1')
    for (const path of [join(scratch.dir, 'a.ts'), scratch.dir, scratch.outside]) chmodSync(path, 0o777)
    await using recorder = await record(scratch.dir, { strictPermissions: false })
    expect(recorder.changes[0]).toMatchObject({ upserted: [{ path: 'a.ts' }], problems: [] })
  })
})

describe('a folder of modules that becomes unsafe while it is watched', () => {
  test('is not read until it is mended; what was told stays', async () => {
    using scratch = createScratch()
    writeFileSync(join(scratch.dir, 'a.ts'), '1')
    await using recorder = await record(scratch.dir)
    chmodSync(scratch.dir, 0o777)
    await recorder.until(() => recorder.problems().length > 0)
    expect(recorder.changes.at(-1)).toMatchObject({ problems: [{ file: '.', problem: 'unsafe' }], complete: false })
    writeFileSync(join(scratch.dir, 'b.ts'), '1')
    await recorder.settled()
    expect([...recorder.texts.keys()]).toEqual(['a.ts'])
    chmodSync(scratch.dir, 0o755)
    await recorder.until(() => recorder.texts.has('b.ts') && recorder.changes.at(-1)?.complete === true)
    await recorder.settled()
    expect(recorder.removed()).not.toContain('a.ts')
  })

  test('by a parent, of which nothing is heard, is noticed and let go by the next look', async () => {
    using scratch = createScratch()
    await using recorder = await record(scratch.dir)
    chmodSync(scratch.outside, 0o777)
    await recorder.folder.rescan()
    expect(recorder.changes.at(-1)).toMatchObject({ problems: [{ file: '.', problem: 'unsafe' }], complete: false })
    chmodSync(scratch.outside, 0o755)
    await recorder.folder.rescan()
    expect(recorder.changes.at(-1)).toMatchObject({ complete: true, removed: ['.'] })
  })
})
