import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLimiter } from '../../src/emulator/rate-limit.ts'

test('in no window do more pass than allowed, and none is refused that would fit', () => {
  const arrivals = fc.array(fc.nat(30), { maxLength: 100 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 50 }), arrivals, (requests, windowMs, gaps) => {
      const limiter = createLimiter({ requests, windowMs })
      const passed: number[] = []
      let at = 0
      for (const gap of gaps) {
        at += gap
        const within = passed.filter((time) => time > at - windowMs)
        const wait = limiter(at)
        expect(wait === 0).toBe(within.length < requests)
        if (wait === 0) passed.push(at)
        else expect(at + wait).toBe((within.at(-requests) ?? Number.NaN) + windowMs)
      }
    }),
  )
})
