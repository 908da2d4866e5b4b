import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TracedMap } from '../../src/model/traced-map.ts'

const key = fc.constantFrom('a', 'b', 'c', '__proto__')
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('set', 'delete'), key }) },
  { weight: 1, arbitrary: fc.constant({ does: 'clear', key: '' }) },
)
const steps = fc.array(step, { maxLength: 8 })

function take(map: Map<string, number>, { does, key: name }: { readonly does: string; readonly key: string }): void {
  if (does === 'set') map.set(name, map.size)
  else if (does === 'delete') map.delete(name)
  else map.clear()
}

describe('a traced map', () => {
  test('is a map like any other', () => {
    fc.assert(
      fc.property(steps, steps, (first, then) => {
        const plain = new Map<string, number>()
        for (const each of first) take(plain, each)
        const traced = new TracedMap(plain)
        for (const each of then) for (const map of [plain, traced]) take(map, each)
        expect([...traced]).toEqual([...plain])
      }),
    )
  })

  test('tells which keys came or went since a mark, and no others', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const map = new TracedMap<number>()
        for (const each of before) take(map, each)
        const [mark, had] = [map.mark, new Set(map.keys())]
        for (const each of after) take(map, each)
        const told = new Set(map.since(mark))
        expect([...told]).toEqual(expect.arrayContaining([...had.symmetricDifference(new Set(map.keys()))]))
        const touched = new Set(after.flatMap(({ does, key: name }) => (does === 'clear' ? [...had, ...told] : [name])))
        expect([...touched]).toEqual(expect.arrayContaining([...told]))
      }),
    )
  })

  test('says nothing of a key that gets another value', () => {
    const map = new TracedMap([['a', 1]])
    const { mark } = map
    map.set('a', 2)
    expect([map.since(mark), map.get('a')]).toEqual([[], 2])
  })

  test('says that it does not remember what is too long ago, and remembers what came after that', () => {
    const map = new TracedMap<number>()
    const old = map.mark
    for (let times = 0; times < 5_000; times++) {
      const { mark } = map
      map.set('a', times)
      expect(map.since(mark) ?? ['a']).toEqual(['a'])
      map.delete('a')
    }
    const { mark } = map
    map.set('b', 1)
    expect([map.since(old), map.since(mark)]).toEqual([undefined, ['b']])
  })
})
