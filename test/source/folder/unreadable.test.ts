import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createScratch, record } from './recorder.ts'

/** Root may read everything. */
const isRoot = process.getuid?.() === 0

test('a file that is not UTF-8 is a problem, told once, until it is', async () => {
  using scratch = createScratch()
  const path = join(scratch.dir, 'a.ts')
  writeFileSync(path, Buffer.from([0x61, 0xff, 0x62]))
  await using recorder = await record(scratch.dir)
  expect(recorder.changes[0]?.problems).toEqual([
    { file: 'a.ts', problem: 'unreadable', msg: 'a.ts is not UTF-8; save it in that encoding.' },
  ])
  await recorder.folder.rescan()
  expect(recorder.problems()).toEqual(['a.ts'])
  writeFileSync(path, 'ab')
  await recorder.until(() => recorder.texts.get('a.ts') === 'ab')
})

test('a file with a problem that goes away is told as removed', async () => {
  using scratch = createScratch()
  writeFileSync(join(scratch.dir, 'a.ts'), Buffer.from([0xff]))
  await using recorder = await record(scratch.dir)
  unlinkSync(join(scratch.dir, 'a.ts'))
  await recorder.until(() => recorder.removed().length > 0)
  expect(recorder.removed()).toEqual(['a.ts'])
})

test('a file of more than a megabyte is a problem, and JSON that is imported of more than four', async () => {
  using scratch = createScratch()
  const megabytes = { 'a.json': 1.05, '_models.json': 4.1, 'b.ts': 10.5, 'fits.yaml': 1, '_fits.json': 4 }
  for (const [path, size] of Object.entries(megabytes))
    writeFileSync(join(scratch.dir, path), Buffer.alloc(size * 1024 * 1024, 0x20))
  await using recorder = await record(scratch.dir)
  expect(recorder.changes[0]?.problems.map(({ msg }) => msg)).toEqual([
    '_models.json has 4.10 MB, and a JSON file that modules import may have at most 4; say it in several files.',
    'a.json has 1.05 MB, and a module or a data file may have at most 1; say it in several files.',
    'b.ts has 10.50 MB, and a module or a data file may have at most 1; say it in several files.',
  ])
  expect([...recorder.texts.keys()]).toEqual(['_fits.json', 'fits.yaml'])
})

test('a pipe in the place of a file is a problem and blocks nothing', async () => {
  using scratch = createScratch()
  execFileSync('mkfifo', [join(scratch.dir, 'a.ts')])
  writeFileSync(join(scratch.dir, 'b.ts'), '1')
  await using recorder = await record(scratch.dir)
  expect(recorder.changes[0]).toMatchObject({
    problems: [{ msg: 'a.ts is neither a file nor a folder.' }],
    upserted: [{ path: 'b.ts' }],
  })
})

describe.skipIf(isRoot)('what may not be read', () => {
  test('is a problem, keeps what was told, and is told again when it may be', async () => {
    using scratch = createScratch()
    const path = join(scratch.dir, 'a.ts')
    writeFileSync(path, '1')
    await using recorder = await record(scratch.dir)
    chmodSync(path, 0o000)
    await recorder.until(() => recorder.problems().length > 0)
    expect(recorder.texts.get('a.ts')).toBe('1')
    const before = recorder.changes.length
    chmodSync(path, 0o600)
    await recorder.until(() => recorder.changes.length > before)
    expect(recorder.changes.at(-1)).toMatchObject({ upserted: [{ path: 'a.ts', text: '1' }], removed: [] })
  })

  test('being a folder makes the whole incomplete, and nothing in it is told as removed', async () => {
    using scratch = createScratch()
    const team = join(scratch.dir, 'team')
    mkdirSync(team)
    writeFileSync(join(team, 'a.ts'), '1')
    await using recorder = await record(scratch.dir)
    chmodSync(team, 0o000)
    await recorder.until(() => recorder.problems().includes('team'))
    await recorder.settled()
    expect(recorder.changes.at(-1)?.complete).toBe(false)
    chmodSync(team, 0o700)
    writeFileSync(join(team, 'b.ts'), '2')
    await recorder.until(() => recorder.texts.has('team/b.ts') && recorder.changes.at(-1)?.complete === true)
    await recorder.settled()
    expect(recorder.removed()).not.toContain('team/a.ts')
  })

  test('being a folder from the start is watched once it may be read', async () => {
    using scratch = createScratch()
    const team = join(scratch.dir, 'team')
    mkdirSync(team)
    writeFileSync(join(team, 'a.ts'), '1')
    chmodSync(team, 0o000)
    await using recorder = await record(scratch.dir)
    expect(recorder.changes[0]).toMatchObject({ complete: false, problems: [{ file: 'team' }] })
    chmodSync(team, 0o700)
    await recorder.until(() => recorder.texts.get('team/a.ts') === '1')
    writeFileSync(join(team, 'a.ts'), '2')
    await recorder.until(() => recorder.texts.get('team/a.ts') === '2')
  })
})
