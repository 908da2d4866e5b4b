import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { SourceFile } from '../../../src/source/folder/file.ts'
import { lexerReady } from '../../../src/source/modules/imports.ts'
import { Portions } from '../../../src/source/modules/portions.ts'
import { ModuleTable } from '../../../src/source/modules/table.ts'
import { open } from './harness.ts'

beforeAll(() => lexerReady)

/** Many more than one portion holds; each imports some of the others, also where nothing is, also in cycles. */
const COUNT = 300
const imports = fc.array(fc.tuple(fc.nat(COUNT - 1), fc.nat(COUNT)), { maxLength: 60 })

function filesFrom(edges: readonly (readonly [number, number])[]): SourceFile[] {
  const texts = Array.from({ length: COUNT }, () => '')
  for (const [from, to] of edges) texts[from] += `import './f${to}'\n`
  return texts.map((text, index) => ({ path: `f${index}.ts`, text, hash: `hash of ${index}: ${text}` }))
}

test('a portion holds all that its files import, as far as that is new', () => {
  fc.assert(
    fc.property(imports, fc.integer({ min: 1, max: 100 }), (edges, size) => {
      const portions = new Portions(filesFrom(edges), new Map())
      const taken = new Set<string>()
      while (portions.coming.size > 0) {
        const portion = portions.next(size)
        for (const { path } of portion) taken.add(path)
        for (const { target } of portion.flatMap((record) => record.imports)) {
          if (target.kind === 'file') expect(target.candidates.some((path) => portions.coming.has(path))).toBe(false)
        }
      }
      expect(taken.size).toBe(COUNT)
    }),
    { numRuns: 30 },
  )
})

test('files have the versions that they would have if all were taken at once, each told once', () => {
  fc.assert(
    fc.property(imports, (edges) => {
      const files = filesFrom(edges)
      const inPortions = new ModuleTable('/configs')
      const changed = [...inPortions.take({ upserted: files, removed: [] }, new Map())].map((portion) => Array.from(portion))
      expect(changed.length).toBeGreaterThan(1)
      expect(changed.flat().toSorted()).toEqual(files.map(({ path }) => path).toSorted())
      const oneByOne = new ModuleTable('/configs')
      for (const file of files) for (const _ of oneByOne.take({ upserted: [file], removed: [] }, new Map()));
      expect(files.map(({ path }) => urlOf(inPortions, path))).toEqual(files.map(({ path }) => urlOf(oneByOne, path)))
    }),
    { numRuns: 20 },
  )
})

test('what files that are there import, or did, comes at once with all else that is new', () => {
  const table = new ModuleTable('/configs')
  const take = (...files: readonly SourceFile[]) =>
    [...table.take({ upserted: files, removed: [] }, new Map())].map(({ size }) => size)
  const many = filesFrom([])
  take({ path: 'a.ts', text: "import './f299'", hash: 'a' })
  expect(take(...many)).toEqual([COUNT + 1])
})

test('of a file that is not there, the nearest is named, in whatever portion it comes', async () => {
  const { load } = await open()
  const loaded = await load({ 'a.ts': "import './zebre.ts'", ...entries(300), 'zebra.ts': 'export default {}' })
  expect(loaded['a.ts']).toMatchObject({ problem: { msg: expect.stringContaining('did you mean zebra.ts?') as string } })
})

test('a helper that hangs is known by name to the entries of all portions, and given time twice at most', async () => {
  const { load, events } = await open({ evaluationTimeoutMs: 400 })
  const loaded = await load({ ...entries(300, "import './_slow.ts'"), '_slow.ts': 'for (;;) {}' })
  for (let index = 1; index < 300; index += 1) {
    expect(loaded[`e${index}.ts`]).toMatchObject({ problem: { msg: expect.stringContaining('_slow.ts') as string } })
  }
  const timeouts = events.filter((event) => event.event === 'evaluator.restarted' && event.reason === 'timeout')
  expect(timeouts.length).toBeLessThanOrEqual(2)
})

function entries(count: number, text = ''): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`e${index}.ts`, `${text}\nexport default {}`]))
}

function urlOf(table: ModuleTable, path: string): string | undefined {
  const record = table.record(path)
  return record && table.prepared(record).url
}
