/** Collects paths at which something happened until it is quiet. */
export interface Hints {
  /** Something happened now. */
  readonly add: (path: string) => void
  /** Heard late of something that happened earlier: does not prolong the wait for a path that was already heard of. */
  readonly repeat: (path: string) => void
  /**
   * The same, where whatever happens at the path is heard of at once if it is heard of at all: nothing new for a path that was heard of
   * shortly before, which has been looked at since, or will be.
   */
  readonly echo: (path: string) => void
  readonly close: () => void
}

/** A stream of events that never pauses is delivered after this many quiet times. */
const PATIENCE = 10

/** How late the echo of an event may come. */
const ECHO_MS = 1_000

/**
 * @param settleMs the quiet time, counted from the last event
 * @param flush called with what came together; events that come meanwhile are for the next time
 */
export function collectHints(settleMs: number, flush: (paths: ReadonlySet<string>) => void): Hints {
  let paths = new Set<string>()
  /** When paths were last heard of, the oldest first. */
  const heard = new Map<string, number>()
  let first = 0
  let last = 0
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const wake = (): void => {
    const now = performance.now()
    const wait = Math.min(last + settleMs, first + settleMs * PATIENCE) - now
    if (wait > 0.5) {
      timer = setTimeout(wake, wait)
      return
    }
    timer = undefined
    const collected = paths
    paths = new Set()
    flush(collected)
  }

  const add = (path: string): void => {
    paths.add(path)
    last = performance.now()
    if (timer !== undefined || closed) return
    first = last
    timer = setTimeout(wake, settleMs)
  }

  const forgetOld = (now: number): void => {
    for (const [path, at] of heard) {
      if (now - at <= ECHO_MS) return
      heard.delete(path)
    }
  }

  return {
    add: (path) => {
      add(path)
      forgetOld(last)
      heard.delete(path) // to stand behind all others
      heard.set(path, last)
    },
    repeat: (path) => {
      if (!paths.has(path)) add(path)
    },
    echo: (path) => {
      forgetOld(performance.now())
      if (!paths.has(path) && !heard.has(path)) add(path)
    },
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}
