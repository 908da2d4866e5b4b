/** Since when things have been gone from the folder, by the time of this process: a restart begins anew. */
export class Absences {
  readonly #graceMs: () => number
  readonly #since = new Map<string, number>()
  #lookedAt = -Infinity

  /** @param graceMs always as it is now */
  constructor(graceMs: () => number) {
    this.#graceMs = graceMs
  }

  /**
   * Takes note of what is gone and what is not. What is there again, or may only seem to be gone, is not gone.
   * @param isGone undefined where nothing is known of it any more
   * @returns whether any is gone that was not
   */
  note(ids: Iterable<string>, isGone: (id: string) => boolean | undefined): boolean {
    for (const id of this.#since.keys()) if (isGone(id) === undefined) this.#since.delete(id)
    let isNew = false
    for (const id of ids) {
      if (!isGone(id)) this.#since.delete(id)
      else if (!this.#since.has(id)) {
        this.#since.set(id, performance.now())
        isNew = true
      }
    }
    return isNew
  }

  /** Whether it has been gone for longer than the grace period. */
  isRipe(id: string): boolean {
    const since = this.#since.get(id)
    return since !== undefined && performance.now() - since >= this.#graceMs()
  }

  /** All of it is looked at now: what has been gone for long enough need not be waited for. */
  looked(): void {
    this.#lookedAt = performance.now()
  }

  /**
   * Milliseconds until the next is; 0 for what became so since all of it was looked at, as while there was much to do. Undefined where
   * none is to come.
   */
  nextRipe(): number | undefined {
    const graceMs = this.#graceMs()
    if (graceMs === 0) return undefined // it is ripe as soon as it is gone
    const now = performance.now()
    let next: number | undefined
    for (const since of this.#since.values()) {
      const ripeAt = since + graceMs
      if (ripeAt > this.#lookedAt) next = Math.min(next ?? Infinity, Math.max(ripeAt - now, 0))
    }
    return next
  }
}
