import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIds } from '../../src/emulator/identifiers.ts'

test('identifiers ascend as text, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 200 }), (clock) => {
      let tick = 0
      const newId = createIds(() => 1_780_000_000_000 + (clock[tick] ?? 0))
      const ids = clock.map((_, index) => {
        tick = index
        return newId('aigac')
      })
      expect(ids).toEqual(ids.toSorted())
      expect(new Set(ids).size).toBe(ids.length)
    }),
  )
})

test('they have their prefix and one length', () => {
  const newId = createIds(() => 0)
  expect(newId('aigpk')).toMatch(/^aigpk_[0-9a-z]{21}$/)
})

test('more than a sequence holds fit into one millisecond', () => {
  const newId = createIds(() => 5)
  let last = ''
  for (let index = 0; index < 36 ** 3 + 2; index += 1) {
    const id = newId('op')
    if (id <= last) throw new Error(`${id} does not sort after ${last}`)
    last = id
  }
  expect(last).toMatch(/^op_000000006001/)
})
