import type { Rate } from '../model/rate.ts'

/** Asks for leave at a time in milliseconds. @returns 0 when it is given, else how long to wait for it */
export type Limiter = (at: number) => number

/** A rolling window over the requests that were let through; those that were refused do not count. */
export function createLimiter({ requests, windowMs }: Rate): Limiter {
  const passed: number[] = [] // a ring: the time at `next` is the oldest of the last `requests`
  let next = 0
  return (at) => {
    const free = (passed[next] ?? -Infinity) + windowMs
    if (at < free) return free - at
    passed[next] = at
    next = (next + 1) % requests
    return 0
  }
}
