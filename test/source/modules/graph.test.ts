import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph, type Vertex } from '../../../src/source/modules/graph.ts'

const PATHS = ['a', 'b', 'c', 'd', 'e', 'f']

/** An import of `x` may be satisfied by `x`, else by its stand-in. */
const edge = fc
  .tuple(fc.constantFrom(...PATHS), fc.constantFrom(...PATHS))
  .map(([first, second]) => ({ specifier: `./${first}`, candidates: [first, second] }))
const vertex = fc.record({ hash: fc.constantFrom('1', '2', '3'), edges: fc.array(edge, { maxLength: 3 }) })
const step = fc.record({
  upserted: fc.dictionary(fc.constantFrom(...PATHS), vertex, { maxKeys: 3 }),
  removed: fc.uniqueArray(fc.constantFrom(...PATHS), { maxLength: 2 }),
})

/** All that a file reaches, spelled out: the naive version. */
function reach(vertices: ReadonlyMap<string, Vertex>, root: string): string {
  const seen = new Set([root])
  const lines: string[] = []
  for (const path of seen) {
    const { hash, edges } = vertices.get(path)!
    const targets = edges.map(({ specifier, candidates }) => [specifier, candidates.find((each) => vertices.has(each))] as const)
    for (const [, target] of targets) if (target !== undefined) seen.add(target)
    lines.push(JSON.stringify([path, hash, targets]))
  }
  return lines.toSorted().join('\n')
}

function chained(index: number): Vertex {
  return { hash: 'same', edges: [{ specifier: 'next', candidates: [String(index + 1)] }] }
}

describe('versions', () => {
  test('change exactly when something within reach changed, whatever is added, changed and removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const graph = new Graph()
        const vertices = new Map<string, Vertex>()
        for (const { upserted, removed } of steps) {
          const before = new Map([...vertices.keys()].map((path) => [path, reach(vertices, path)]))
          const fresh = new Map(Object.entries(upserted))
          for (const path of removed) vertices.delete(path)
          for (const [path, each] of fresh) vertices.set(path, each)
          const changed = graph.update(fresh, removed)
          const expected = [...vertices.keys()].filter((path) => before.get(path) !== reach(vertices, path))
          expect([...changed].toSorted()).toEqual(expected.toSorted())
          for (const path of PATHS) expect(graph.version(path) !== undefined).toBe(vertices.has(path))
        }
      }),
    )
  })

  test('are the same for the same content, by whatever way it was reached', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const graph = new Graph()
        const vertices = new Map<string, Vertex>()
        for (const { upserted, removed } of steps) {
          for (const path of removed) vertices.delete(path)
          for (const [path, each] of Object.entries(upserted)) vertices.set(path, each)
          graph.update(new Map(Object.entries(upserted)), removed)
        }
        const direct = new Graph()
        direct.update(vertices, [])
        for (const path of PATHS) expect(graph.version(path)).toBe(direct.version(path))
      }),
    )
  })

  test('reach along a chain of 2,000 imports', () => {
    const graph = new Graph()
    graph.update(new Map(Array.from({ length: 2000 }, (_, index) => [String(index), chained(index)])), [])
    expect(graph.update(new Map([['2000', { hash: 'new', edges: [] }]]), []).size).toBe(2001)
  })
})

test('a change looks only at what it reaches', () => {
  const graph = new Graph()
  graph.update(new Map(Array.from({ length: 50 }, (_, index) => [`alone-${index}`, { hash: '1', edges: [] }])), [])
  const watched: Vertex = { hash: '1', edges: [] }
  let reads = 0
  graph.update(
    new Map([
      [
        'watched',
        {
          hash: '1',
          get edges() {
            reads += 1
            return watched.edges
          },
        },
      ],
    ]),
    [],
  )
  reads = 0
  graph.update(new Map([['alone-7', { hash: '2', edges: [] }]]), [])
  expect(reads).toBe(0)
})
