import { isGone, type World } from '../plan/world.ts'

/** Since when entries have been gone from the folder, by the time of this process: a restart begins anew. */
export class Absences {
  readonly #graceMs: number
  readonly #since = new Map<string, number>()

  constructor(graceMs: number) {
    this.#graceMs = graceMs
  }

  /**
   * Looks at some keys that the lockfile knows. What is there again, or may only seem to be gone, is not gone.
   * @returns whether any is gone that was not
   */
  note(world: World, keys: Iterable<string>): boolean {
    for (const key of this.#since.keys()) if (!world.applied.has(key)) this.#since.delete(key)
    let isNew = false
    for (const key of keys) {
      if (!isGone(world, key)) this.#since.delete(key)
      else if (world.applied.has(key) && !this.#since.has(key)) {
        this.#since.set(key, performance.now())
        isNew = true
      }
    }
    return isNew
  }

  /** Whether it has been gone for longer than the grace period. */
  isRipe(key: string): boolean {
    const since = this.#since.get(key)
    return since !== undefined && performance.now() - since >= this.#graceMs
  }

  /** Milliseconds until the next is. Undefined where none is to come. */
  nextRipe(): number | undefined {
    const now = performance.now()
    let next: number | undefined
    for (const since of this.#since.values()) {
      const left = since + this.#graceMs - now
      if (left > 0) next = Math.min(next ?? Infinity, left)
    }
    return next
  }
}
