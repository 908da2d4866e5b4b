import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import { LONGEST_LAG_MS } from '../../src/reconcile/later.ts'
import { ObservedIndex } from '../../src/reconcile/observed-index.ts'
import { entryOf, observedOf } from '../support/states.ts'

const OWNER = 'platform'

function configuration(id: string, key: string | null, updatedAt = '2026-07-01T00:00:00Z'): ObservedConfiguration {
  return { ...observedOf(id, entryOf('web'), key === null ? null : { owner: OWNER, key, nonce: 'n' }), updatedAt }
}

function indexOf(...listing: readonly ObservedConfiguration[]): ObservedIndex {
  const index = new ObservedIndex(OWNER)
  index.replace(listing, new Map())
  return index
}

describe('a listing with the very same items as the last', () => {
  const listing = [configuration('aigac_1', 'a'), configuration('aigac_2', 'b')]

  test('leaves everything in place', () => {
    const index = indexOf(...listing)
    const { keyed } = index
    index.replace([...listing], new Map())
    expect(index.keyed).toBe(keyed)
  })

  test.each<readonly [string, (index: ObservedIndex) => void]>([
    ['added', (index) => index.add(configuration('aigac_3', 'c'))],
    ['removed', (index) => index.remove('aigac_1')],
    ['found missing', (index) => index.lacks('aigac_4')],
    ['replaced', (index) => index.replace([], new Map())],
  ])('is the truth again where something was %s in between', (_what, change) => {
    const index = indexOf(...listing)
    change(index)
    index.replace([...listing], new Map())
    expect([...index.keyed.keys()]).toEqual(['a', 'b'])
    expect([index.byId('aigac_1'), index.byId('aigac_3')]).toEqual([listing[0], undefined])
    expect(index.isMissing('aigac_4')).toBe(false)
  })

  test('is not believed about what was written while it was under way', () => {
    const index = indexOf(...listing)
    const written = configuration('aigac_1', 'other', '2026-07-02T00:00:00Z')
    index.replace([...listing], new Map([['aigac_1', written]]))
    expect(index.byId('aigac_1')).toBe(written)
  })

  test('that shows an older state than was seen is believed after a minute', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const index = indexOf(...listing)
    const later = configuration('aigac_1', 'a', '2026-07-02T00:00:00Z')
    index.add(later)
    for (const expected of [later, later, listing[0]]) {
      index.replace([...listing], new Map())
      expect(index.byId('aigac_1')).toBe(expected)
      vi.advanceTimersByTime(LONGEST_LAG_MS / 2)
    }
  })
})

test('that items come again as the very same objects makes no difference to what is known', () => {
  const id = fc.constantFrom('aigac_1', 'aigac_2', 'aigac_3')
  const some = fc.record({
    id,
    key: fc.constantFrom('a', 'b', null),
    updatedAt: fc.constantFrom('2026-07-01T00:00:00Z', '2026-07-02T00:00:00Z'),
  })
  const item = some.map((each) => configuration(each.id, each.key, each.updatedAt))
  const listing = fc.uniqueArray(item, { selector: (each) => each.id, maxLength: 3 })
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ type: fc.constant('replace' as const), pick: fc.nat(2) }) },
    fc.record({ type: fc.constant('add' as const), item }),
    fc.record({ type: fc.constantFrom('remove' as const, 'lacks' as const), id }),
    fc.record({ type: fc.constant('meanwhile' as const), pick: fc.nat(2), item }),
  )
  fc.assert(
    fc.property(fc.array(listing, { minLength: 3, maxLength: 3 }), fc.array(step, { maxLength: 12 }), (listings, steps) => {
      const [same, copied] = [indexOf(), indexOf()]
      for (const each of steps) {
        if (each.type === 'add') for (const index of [same, copied]) index.add(each.item)
        else if (each.type === 'replace' || each.type === 'meanwhile') {
          const listed = listings[each.pick] ?? []
          const meanwhile = new Map(each.type === 'meanwhile' ? [[each.item.id, each.item]] : [])
          same.replace([...listed], meanwhile)
          copied.replace(structuredClone(listed), meanwhile)
        } else for (const index of [same, copied]) index[each.type](each.id)
        expect(stateOf(same)).toEqual(stateOf(copied))
      }
    }),
  )
})

function stateOf(index: ObservedIndex): unknown {
  const ids = ['aigac_1', 'aigac_2', 'aigac_3']
  return {
    keyed: [...index.keyed],
    unowned: index.unowned('web'),
    byId: ids.map((id) => index.byId(id)),
    missing: ids.map((id) => index.isMissing(id)),
  }
}
