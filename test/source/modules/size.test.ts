import { beforeAll, expect, test } from 'vitest'
import { Graph } from '../../../src/source/modules/graph.ts'
import { lexerReady } from '../../../src/source/modules/imports.ts'
import { ModuleTable } from '../../../src/source/modules/table.ts'
import { sizeOf } from '../../support/heap.ts'

const MANY = 2_000

beforeAll(() => lexerReady)

test('a version takes no more room than its own characters', () => {
  const graph = new Graph()
  const size = sizeOf((index) => {
    graph.update(new Map([['a.ts', { hash: String(index), edges: [] }]]), [])
    return graph.version('a.ts')
  })
  expect(graph.version('a.ts')).toMatch(/^[\da-f]{16}$/)
  expect(size).toBeLessThan(64) // the whole hash alone takes 80
})

test('all who import a module share its URL', () => {
  const helper = `_${'x'.repeat(1_000)}.ts`
  const files = Array.from({ length: MANY }, (_, index) => ({
    path: `entry-${index}.ts`,
    text: `import './${helper}'\n`,
    hash: String(index),
  }))
  const table = new ModuleTable('/configs')
  Array.from(table.take({ upserted: [{ path: helper, text: '', hash: 'helper' }, ...files], removed: [] }, new Map()))
  const prepared = (path: string) => table.prepared(table.record(path)!)
  const { url } = prepared(helper)
  const sent = (index: number) => {
    const module = prepared(`entry-${index}.ts`)
    JSON.stringify(module) // makes one text of what was put together
    return module
  }
  expect(sizeOf(sent, MANY)).toBeLessThan(1_000)
  expect(prepared('entry-7.ts').links).toEqual([[`./${helper}`, url]])
})
