import type { Handler, Kept } from './respond.ts'

/** In milliseconds. */
const SHORTEST = 1_000

/** So many times as long as making it took. */
const REST = 20

/**
 * An answer that is made no more than once a second, and in no more than a twentieth of the time; all who ask in between are given the
 * same. What takes long to make cannot be used to keep the daemon from its work.
 */
export function seldom(make: () => Kept | Promise<Kept>): Handler {
  let kept: Promise<Kept> | undefined
  const renew = async (): Promise<Kept> => {
    const start = performance.now()
    try {
      return await make()
    } finally {
      const took = performance.now() - start
      setTimeout(() => (kept = undefined), Math.max(SHORTEST, REST * took)).unref()
    }
  }
  return () => (kept ??= renew())
}
