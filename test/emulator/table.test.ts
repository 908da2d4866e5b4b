import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTable } from '../../src/emulator/table.ts'

interface Row {
  readonly id: string
  readonly even: boolean
}

const row = (number: number): Row => ({ id: String(number).padStart(4, '0'), even: number % 2 === 0 })

test('pages are what sorting everything would give', () => {
  fc.assert(
    fc.property(
      fc.nat(40),
      fc.array(fc.nat(40)),
      fc.integer({ min: 1, max: 12 }),
      fc.option(fc.nat(45)),
      fc.boolean(),
      (size, removed, limit, before, filtered) => {
        const table = createTable<Row>()
        for (let number = 0; number < size; number += 1) table.put(row(number))
        for (const number of removed) table.remove(row(number).id)

        const where = (each: Row): boolean => !filtered || each.even
        const beforeId = before === null ? undefined : row(before).id
        const all = Array.from({ length: size }, (_, number) => row(number))
          .filter(({ id }) => !removed.some((number) => row(number).id === id))
          .toReversed()
        const expected = all.filter(where).filter(({ id }) => beforeId === undefined || id < beforeId)

        expect(table.all()).toEqual(all)
        expect(table.page({ limit, where, ...(beforeId !== undefined && { beforeId }) })).toEqual({
          rows: expected.slice(0, limit),
          more: expected.length > limit,
        })
      },
    ),
  )
})

test('a row with a known id takes the place of the old one', () => {
  const table = createTable<Row>()
  table.put(row(1))
  table.put(row(2))
  table.put({ ...row(1), even: true })
  expect(table.all()).toEqual([row(2), { id: '0001', even: true }])
  expect(table.get('0001')).toEqual({ id: '0001', even: true })
})
