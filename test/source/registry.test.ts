import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Registry } from '../../src/source/registry.ts'
import { entryOf } from '../support/states.ts'

const web = { ...entryOf('web'), source: 'web.ts' }
const other = { ...entryOf('web', { name: 'other' }), source: 'web.json' }

describe('the registry of declarations', () => {
  test('tells which keys a module changed', () => {
    const registry = new Registry()
    expect(registry.declare('web.ts', [web])).toEqual(new Set(['web']))
    expect(registry.declare('web.ts', [{ ...web }])).toEqual(new Set())
    expect(registry.declare('web.ts', [entryOf('web', { name: 'x' })])).toEqual(new Set(['web']))
    expect(registry.declare('web.ts', [entryOf('next')])).toEqual(new Set(['web', 'next']))
    expect([...registry.desired.entries.keys()]).toEqual(['next'])
  })

  test('holds a key that two modules declare, and frees it when one gives way', () => {
    const registry = new Registry()
    registry.declare('web.ts', [web])
    expect(registry.declare('web.json', [other])).toEqual(new Set(['web']))
    expect(registry.desired.entries.size).toBe(0)
    expect(registry.desired.held.get('web')).toEqual({ key: 'web', sources: ['web.json', 'web.ts'], reason: 'duplicate-key' })
    expect(registry.remove('web.ts')).toEqual(new Set(['web']))
    expect(registry.desired.entries.get('web')).toBe(other)
    expect(registry.desired.held.size).toBe(0)
  })

  test('holds a key that one module declares twice', () => {
    const registry = new Registry()
    registry.declare('web.ts', [web, { ...web }])
    expect(registry.desired.held.get('web')?.sources).toEqual(['web.ts'])
  })

  test('keeps what a module declared before it broke', () => {
    const registry = new Registry()
    registry.declare('web.ts', [web])
    registry.break('web.ts')
    expect(registry.desired.entries.get('web')).toBe(web)
    expect(registry.desired.broken).toEqual(new Set(['web.ts']))
    registry.mend('web.ts')
    expect(registry.desired.broken.size).toBe(0)
    registry.break('web.ts')
    registry.declare('web.ts', [web])
    expect(registry.desired.broken.size).toBe(0)
  })

  test('ends in the same state in whatever order modules came and went', () => {
    const files = ['a.ts', 'b.ts', 'c.ts']
    const declarations = fc.array(fc.constantFrom('k1', 'k2', 'k3'), { maxLength: 3 })
    const steps = fc.array(fc.tuple(fc.constantFrom(...files), declarations), { maxLength: 20 })
    fc.assert(
      fc.property(steps, (history) => {
        const grown = new Registry()
        for (const [file, keys] of history) grown.declare(file, entriesIn(file, keys))
        const last = new Map(history)
        const fresh = new Registry()
        for (const [file, keys] of last) fresh.declare(file, entriesIn(file, keys))
        expect(shape(grown)).toEqual(shape(fresh))
      }),
    )
  })
})

function entriesIn(file: string, keys: readonly string[]) {
  return keys.map((key) => ({ ...entryOf(key), source: file }))
}

function shape({ desired }: Registry) {
  const entries = [...desired.entries.values()].map(({ key, source }) => `${key} ${source}`).toSorted()
  return { entries, held: [...desired.held.values()].map(({ key, sources }) => `${key} ${sources.join()}`).toSorted() }
}
