import { type Handler, type Kept, type Told, written } from './respond.ts'

/** In milliseconds. */
const SHORTEST = 1_000

/** So many times as long as making it took. */
const REST = 20

/**
 * An answer that is made no more than once a second, and in no more than a twentieth of the time; all who ask in between are given the
 * same. What takes long to make cannot be used to keep the daemon from its work.
 */
export function seldom(make: () => Told): Handler {
  let kept: Kept | undefined
  return () => {
    if (kept) return kept
    const start = performance.now()
    const made = written(make())
    const took = performance.now() - start
    kept = made
    setTimeout(() => (kept = undefined), Math.max(SHORTEST, REST * took)).unref()
    return made
  }
}
