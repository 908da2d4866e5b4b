import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Line, type Place } from '../../src/gateway/line.ts'

test('a line behaves as an array from which one may leave in the middle', () => {
  const action = fc.oneof(fc.constant('join' as const), fc.constant('shift' as const), fc.nat(20))
  fc.assert(
    fc.property(fc.array(action, { maxLength: 100 }), (actions) => {
      const line = new Line<number>()
      const places: Place<number>[] = []
      let model: number[] = []
      for (const act of actions) {
        if (act === 'join') {
          places.push(line.join(places.length))
          model.push(places.length - 1)
        } else if (act === 'shift') expect(line.shift()).toBe(model.shift())
        else {
          const place = places[act]
          if (place) expect(line.leave(place)).toBe(model.includes(place.value))
          model = model.filter((value) => value !== place?.value)
        }
        expect(line.isEmpty).toBe(model.length === 0)
      }
      while (!line.isEmpty) expect(line.shift()).toBe(model.shift())
      expect(model).toEqual([])
    }),
  )
})
