import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createScratch, record } from './recorder.ts'

const CONTROLS = 'has a character in its name that drives terminals, splits lines or turns the direction of writing; rename it.'
const NOT_UTF8 = 'has a name that is not UTF-8; rename it.'

/** A path below the folder whose last name is made of bytes, as latin1 has them. */
function bytes(dir: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(name, 'latin1')])
}

describe('a file is a problem that is told with what is wrong in its name written out,', () => {
  test.each([
    ['a new line', 'a\nb.ts', String.raw`a\nb.ts`],
    ['an escape', '\u001b[31mred.yaml', String.raw`\u001b[31mred.yaml`],
    ['a control of eight bits', 'a\u009bb.json', String.raw`a\u009bb.json`],
    ['an override of direction', 'a\u202est.b.ts', String.raw`a\u202est.b.ts`],
    ['a line separator', 'a\u2028.ts', String.raw`a\u2028.ts`],
  ])('where that has %s', async (_title, name, shown) => {
    using scratch = createScratch()
    writeFileSync(join(scratch.dir, name), '1')
    writeFileSync(join(scratch.dir, 'good.ts'), '2')
    await using recorder = await record(scratch.dir)
    expect(recorder.changes[0]).toMatchObject({
      complete: true,
      problems: [{ file: shown, problem: 'unreadable', msg: `${shown} ${CONTROLS}` }],
      upserted: [{ path: 'good.ts' }],
    })
  })

  test('where that is not UTF-8, also when two would look the same', async () => {
    using scratch = createScratch()
    for (const name of ['caf\xe9.ts', 'caf\xe8.ts', 'notes\xe9.md']) writeFileSync(bytes(scratch.dir, name), '1')
    await using recorder = await record(scratch.dir)
    expect(recorder.changes[0]?.problems.map(({ msg }) => msg)).toEqual([
      String.raw`caf\xe8.ts ${NOT_UTF8}`,
      String.raw`caf\xe9.ts ${NOT_UTF8}`,
    ])
  })

  test('and not where the sign for such bytes is meant', async () => {
    using scratch = createScratch()
    writeFileSync(join(scratch.dir, 'a\ufffd.ts'), '1')
    writeFileSync(bytes(scratch.dir, 'a\xff.ts'), '2')
    await using recorder = await record(scratch.dir)
    expect([...recorder.texts]).toEqual([['a\ufffd.ts', '1']])
    expect(recorder.problems()).toEqual([String.raw`a\xff.ts`])
  })
})

test.each([
  ['not UTF-8', 'b\xfc\xdf', String.raw`b\xfc\xdf`, NOT_UTF8],
  ['an escape', 'b\u001b', String.raw`b\u001b`, CONTROLS],
  ['that of a probe of editors', '4913', '4913', 'is a folder with the name of a file by which editors try'],
])('a folder whose name is %s is told, and that nothing is known of what it holds', async (_title, name, shown, why) => {
  using scratch = createScratch()
  mkdirSync(bytes(scratch.dir, name))
  writeFileSync(Buffer.concat([bytes(scratch.dir, name), Buffer.from('/a.ts')]), '1')
  await using recorder = await record(scratch.dir)
  expect(recorder.changes[0]).toMatchObject({
    complete: false,
    problems: [{ file: shown, problem: 'unreadable', msg: expect.stringContaining(`${shown} ${why}`) as string }],
    upserted: [],
  })
  renameSync(bytes(scratch.dir, name), join(scratch.dir, 'team'))
  await recorder.until(() => recorder.texts.has('team/a.ts') && recorder.changes.at(-1)?.complete === true)
})

test('a file that is named so while the folder is watched is told once, and that it is gone', async () => {
  using scratch = createScratch()
  await using recorder = await record(scratch.dir)
  mkdirSync(join(scratch.dir, 'team'))
  for (const name of ['a\x1b.ts', 'caf\xe9.ts']) {
    const shown = name === 'a\x1b.ts' ? String.raw`team/a\u001b.ts` : String.raw`team/caf\xe9.ts`
    writeFileSync(bytes(join(scratch.dir, 'team'), name), '1')
    await recorder.until(() => recorder.problems().includes(shown))
    writeFileSync(join(scratch.dir, 'team', 'other.ts'), name)
    await recorder.until(() => recorder.texts.get('team/other.ts') === name)
    await recorder.settled()
    expect(recorder.problems().filter((path) => path === shown)).toHaveLength(1)
    expect(recorder.removed()).toEqual([])
  }
  for (const name of ['a\x1b.ts', 'caf\xe9.ts']) rmSync(bytes(join(scratch.dir, 'team'), name))
  await recorder.until(() => recorder.removed().length === 2)
})

test('a probe of an editor that comes and goes is told to nobody', async () => {
  using scratch = createScratch()
  writeFileSync(join(scratch.dir, '4913'), '')
  await using recorder = await record(scratch.dir)
  expect(recorder.problems()).toEqual([])
  expect(recorder.changes[0]?.complete).toBe(true)
})

test('names that differ only in case, or in how their letters are put together, are files of their own', async () => {
  using scratch = createScratch()
  const names = ['chat.ts', 'Chat.ts', 'caf\u00e9.ts', 'cafe\u0301.ts', 'a\u200bb.ts', 'ab.ts']
  for (const name of names) writeFileSync(join(scratch.dir, name), name)
  await using recorder = await record(scratch.dir)
  expect(recorder.texts).toEqual(new Map(names.map((name) => [name, name])))
})

test('whatever bytes names are made of, each source file is told once, as itself or as a problem', async () => {
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 20 })
    .map((units) => units.map((unit) => (unit === 0 || unit === 0x2f ? 0x61 : unit)))
    .map((units) => Buffer.concat([Buffer.from('n'), units, Buffer.from('.ts')]))
    .filter((each) => !each.toString('latin1').endsWith('.d.ts')) // types, which are no source
  const names = fc.uniqueArray(name, { maxLength: 12, selector: (each) => each.toString('latin1') })
  await fc.assert(
    fc.asyncProperty(names, async (each) => {
      using scratch = createScratch()
      for (const one of each) writeFileSync(Buffer.concat([Buffer.from(`${scratch.dir}/`), one]), '1')
      await using recorder = await record(scratch.dir, { watch: false })
      const told = [...recorder.texts.keys(), ...recorder.problems()]
      expect(new Set(told).size).toBe(each.length)
      // oxlint-disable-next-line no-control-regex -- control characters are what this is about
      for (const one of told) expect(one).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/)
    }),
    { numRuns: 40 },
  )
})
