import type { Report } from '../../model/events.ts'
import { packageFolders } from './command.ts'
import { dependsOn, isCertain, isOwed, type Job, type Outcome, type Task } from './job.ts'
import { Lane, type LaneOptions } from './lane.ts'
import { Outage } from './outage.ts'
import type { Answer } from './protocol.ts'
import type { Death } from './talk.ts'

export interface EvaluatorEvents {
  settled(job: Job, outcome: Outcome): void
  /** It runs, or waits for something that runs, for longer than others should wait for it; it will settle later. */
  late(job: Job): void
}

/** Given ahead to a child, so that it never waits for us. */
const WINDOW = 32

const RECYCLE_AFTER = 2_000

/** Children that are busy with something slow, beside the one that takes new work. Work waits when there would be more. */
const MAX_ASIDE = 3

/**
 * Runs jobs in a warm child. A job that takes long keeps its child and those that depend on it; all others go on in another
 * child. A job may so run in two of them: it is pure, the first answer counts.
 */
export class Evaluator {
  readonly #options: LaneOptions
  readonly #report: Report
  readonly #events: EvaluatorEvents
  /** Modules that one child serves. */
  readonly #term: number
  readonly #aside = new Set<Lane<Task>>()
  readonly #outage: Outage
  #queue: Task[] = []
  #primary: Lane<Task> | undefined
  #closed = false

  constructor(options: LaneOptions, report: Report, events: EvaluatorEvents) {
    this.#options = options
    this.#term = options.recycleAfter ?? RECYCLE_AFTER
    this.#report = report
    this.#events = events
    this.#outage = new Outage(report)
    this.#primary = this.#open()
  }

  run(jobs: readonly Job[]): void {
    if (this.#closed) return
    if (jobs.some(({ packages }) => packages)) this.#noticePackages()
    for (const job of jobs) this.#queue.push({ ...job, settled: false, retried: false, suspect: false, home: undefined })
    this.#feed()
  }

  /** Forgets the jobs of these files: nothing more is told of them. */
  drop(files: ReadonlySet<string>): void {
    for (const task of this.#tasks()) if (files.has(task.file)) task.settled = true
    this.#feed()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#queue = []
    this.#outage.close()
    const lanes = this.#lanes()
    this.#primary = undefined
    this.#aside.clear()
    await Promise.all(lanes.map((lane) => lane.kill()))
  }

  #open(): Lane<Task> {
    return new Lane<Task>(this.#options, {
      answered: (_lane, task, answer) => this.#answered(task, answer),
      slow: (lane) => this.#slow(lane),
      overdue: (lane) => this.#overdue(lane),
      died: (lane, death) => this.#died(lane, death),
    })
  }

  #lanes(): Lane<Task>[] {
    return this.#primary === undefined ? [...this.#aside] : [this.#primary, ...this.#aside]
  }

  #tasks(): readonly Task[] {
    return [...this.#queue, ...this.#lanes().flatMap(({ pending }) => pending)]
  }

  /** What comes now runs in a child that has run nothing: none keeps what has failed before. */
  renew(): void {
    this.#recycle()
    this.#feed()
  }

  /** A child may read only the package folders that were there when it started. */
  #noticePackages(): void {
    const readable = this.#primary?.packages.join('\n')
    if (readable !== undefined && readable !== packageFolders(this.#options.dir).join('\n')) this.#recycle()
  }

  #recycle(): void {
    if (this.#primary === undefined) return
    this.#retire(this.#primary)
    this.#report({ event: 'evaluator.restarted', reason: 'recycled' })
  }

  /** It ends what it has. */
  #retire(lane: Lane<Task>): void {
    this.#aside.add(lane)
    this.#primary = undefined
  }

  #feed(): void {
    if (this.#closed) return
    this.#tidy()
    if (this.#outage.isWaiting) return this.#queue.forEach((task) => this.#events.late(task))
    while (this.#queue.length > 0) {
      const lane = (this.#primary ??= this.#open())
      if (lane.slow && !this.#stepAside(lane)) return this.#queue.forEach((task) => this.#events.late(task))
      if (lane.given >= this.#term) this.#recycle()
      else if (lane.given > 0 && this.#queue[0]?.suspect === true) this.#retire(lane)
      if (lane !== this.#primary) continue
      if (lane.pending.length >= WINDOW) return
      this.#give(lane, this.#queue.shift())
    }
    if (this.#primary !== undefined && this.#primary.given >= this.#term && this.#primary.pending.length === 0) this.#recycle()
    this.#tidy()
    this.#primary ??= this.#open() // warm before it is needed
  }

  #give(lane: Lane<Task>, task: Task | undefined): void {
    if (task === undefined || task.settled) return
    task.home = lane
    lane.give(task)
  }

  /** Ends children that nobody waits for: those aside with nothing left, and one that hangs in what was dropped. */
  #tidy(): void {
    for (const lane of this.#lanes()) {
      if ((lane === this.#primary && !lane.slow) || lane.pending.some((task) => isOwed(task, lane))) continue
      this.#forget(lane)
      void lane.kill()
    }
  }

  #forget(lane: Lane<Task>): void {
    this.#aside.delete(lane)
    if (this.#primary === lane) this.#primary = undefined
  }

  /** New work goes to another child from now on. @returns false when there are too many already: it has to wait */
  #stepAside(lane: Lane<Task>): boolean {
    if (this.#aside.size >= MAX_ASIDE) return false
    this.#primary = undefined
    this.#aside.add(lane)
    const [current] = lane.pending
    const [stay, go] = partition(this.#queue, (task) => current !== undefined && dependsOn(task, current))
    this.#queue = go
    for (const task of stay) {
      this.#give(lane, task)
      if (!task.settled) this.#events.late(task)
    }
    this.#release(lane)
    return true
  }

  /** Puts back into the queue what only happens to stand behind the slow work of a lane. */
  #release(lane: Lane<Task>): void {
    const [current, ...behind] = lane.pending
    const released = behind.filter((task) => isOwed(task, lane) && current !== undefined && !dependsOn(task, current))
    for (const task of released) task.home = undefined
    this.#queue.unshift(...released)
  }

  #answered(task: Task, answer: Answer): void {
    this.#outage.end()
    this.#settle(task, answer)
    this.#feed()
  }

  #settle(task: Task, outcome: Outcome): void {
    if (task.settled) return
    task.settled = true
    this.#events.settled(task, outcome)
  }

  #slow(lane: Lane<Task>): void {
    const [current] = lane.pending
    for (const task of lane.pending)
      if (isOwed(task, lane) && current !== undefined && dependsOn(task, current)) this.#events.late(task)
    if (lane !== this.#primary || this.#waits(lane)) this.#makeWay(lane)
    this.#feed()
  }

  #waits(lane: Lane<Task>): boolean {
    return lane.pending.length > 1 || this.#queue.length > 0
  }

  #makeWay(lane: Lane<Task>): void {
    if (lane === this.#primary) this.#stepAside(lane)
    else this.#release(lane)
  }

  #overdue(lane: Lane<Task>): void {
    const [current] = lane.pending
    if (current === undefined) return
    if (!lane.ready) {
      void lane.kill()
      return this.#giveUp(lane, { memory: false, msg: 'it is not up in time' })
    }
    const certain = isCertain(lane, current)
    this.#report({ event: 'evaluator.restarted', reason: 'timeout', ...(certain && { file: current.file }) })
    this.#abandon(lane, certain ? { type: 'timeout', during: current.file } : undefined)
  }

  #died(lane: Lane<Task>, death: Death): void {
    const [current] = lane.pending
    if (!lane.ready) return this.#giveUp(lane, death)
    const certain = current !== undefined && isCertain(lane, current)
    const reason = death.memory ? 'memory' : 'exit'
    this.#report({ event: 'evaluator.restarted', reason, ...(certain && { file: current.file }) })
    if (current === undefined) return this.#diedIdle(lane)
    this.#abandon(lane, certain ? { type: 'exit', during: current.file, death } : undefined)
  }

  /** A child that dies before it did anything would do so again: the next work finds out. */
  #diedIdle(lane: Lane<Task>): void {
    this.#forget(lane)
    if (lane.answered > 0) this.#feed()
  }

  /**
   * A child did not come up: what waits goes on waiting, or, where that is not wanted, has one more try and is told why if none
   * comes up then. The next work tries again.
   */
  #giveUp(lane: Lane<Task>, { msg }: Death): void {
    const waiting = [...lane.pending, ...this.#queue].filter(({ settled }) => !settled)
    const isPatient = this.#options.patient === true
    const [failed, again] = partition(waiting, ({ retried }) => retried && !isPatient)
    this.#forget(lane)
    if (isPatient && waiting.length > 0) this.#outage.wait(msg, () => this.#feed())
    for (const task of failed) this.#settle(task, { type: 'unavailable', msg })
    for (const task of again) Object.assign(task, { retried: true, home: undefined })
    this.#queue = again
    if (again.length > 0) this.#feed()
  }

  /** Ends a child with the work it is at; what depends on that shares its fate, if it is certain, and the rest goes on. */
  #abandon(lane: Lane<Task>, fate: Outcome | undefined): void {
    const [current] = lane.pending
    this.#forget(lane)
    void lane.kill()
    for (const task of [...lane.pending, ...this.#queue]) {
      if (fate !== undefined && current !== undefined && dependsOn(task, current)) this.#settle(task, fate)
    }
    const rest = lane.pending.filter((task) => isOwed(task, lane))
    for (const task of rest) task.home = undefined
    this.#queue.unshift(...rest)
    this.#feed()
  }
}

function partition<T>(all: readonly T[], test: (each: T) => boolean): readonly [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []]
  for (const each of all) (test(each) ? yes : no).push(each)
  return [yes, no]
}
