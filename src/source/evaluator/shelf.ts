import { divide, type Task } from './job.ts'

/** As many times longer than the longest run so far of one that waits may another run before it gives way. */
const SHARE = 4

interface Running {
  /** For how long its work has been running. */
  readonly runningMs: number
}

/**
 * Slow tasks, each with what depends on it, that wait for a child beside the one that takes new work. Whoever has run least is next, and
 * does not wait for one to end that has had its share: else what takes a second would wait for as long as what never ends may run.
 */
export class Shelf {
  readonly #limitMs: number
  readonly #onTurn: () => void
  #tasks: readonly Task[] = []
  #timer: NodeJS.Timeout | undefined

  /**
   * @param limitMs for one task
   * @param onTurn called when one that runs is to give way
   */
  constructor(limitMs: number, onTurn: () => void) {
    this.#limitMs = limitMs
    this.#onTurn = onTurn
  }

  get tasks(): readonly Task[] {
    return this.#tasks
  }

  get empty(): boolean {
    return this.#next() === undefined
  }

  /** @param ranMs for how long the first of them has run, which the others depend on */
  put(group: readonly Task[], ranMs: number): void {
    const longestMs = Math.max(ranMs, group[0]?.ranMs ?? 0)
    for (const task of group) task.ranMs = longestMs // so that the first of them goes first
    this.#tasks = [...this.#tasks, ...group]
  }

  /** @returns a slow one and what depends on it; nothing when none waits */
  take(): readonly Task[] {
    const next = this.#next()
    const [group, others] = divide(this.#tasks, next)
    this.#tasks = others
    return group
  }

  /** @returns one that gives way now. Where none does, `onTurn` is called as soon as one would */
  giver<Each extends Running>(running: readonly Each[]): Each | undefined {
    clearTimeout(this.#timer)
    const next = this.#next()
    const longest = running.toSorted((a, b) => b.runningMs - a.runningMs)
    if (next === undefined) return undefined
    const untilMs = longest.map(({ runningMs }) => untilTurnMs(next.ranMs, runningMs, this.#limitMs))
    const giver = longest[untilMs.indexOf(0)]
    const soonestMs = Math.min(...untilMs)
    if (giver === undefined && soonestMs < Infinity) this.#timer = setTimeout(this.#onTurn, Math.ceil(soonestMs))
    return giver
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#tasks = []
  }

  #next(): Task | undefined {
    this.#tasks = this.#tasks.filter(({ settled }) => !settled)
    const leastMs = Math.min(...this.#tasks.map(({ ranMs }) => ranMs))
    return this.#tasks.find(({ ranMs }) => ranMs === leastMs)
  }
}

/**
 * When one that has run for `runningMs` gives way to one whose longest run was `ranMs`. What it has done is lost then: if it is to be
 * over in less than its share it is let finish.
 * @returns Infinity: never
 */
export function untilTurnMs(ranMs: number, runningMs: number, limitMs: number): number {
  const shareMs = SHARE * ranMs
  return Math.max(shareMs, runningMs) < limitMs - shareMs ? Math.max(0, shareMs - runningMs) : Infinity
}
