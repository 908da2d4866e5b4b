/** Work that is put off. */
export interface Later {
  /** Does the work when its time has come, and never in this turn. */
  add(work: () => void): void
  /** Nothing that was put off is done any more, and nothing will be. */
  close(): void
}

export function createLater(delayMs: number): Later {
  const timers = new Set<NodeJS.Timeout>()
  let closed = false
  return {
    add(work) {
      if (closed) return
      const timer = setTimeout(() => {
        timers.delete(timer)
        work()
      }, delayMs)
      timers.add(timer)
    },
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
