import type { Report } from '../../model/events.ts'
import { isCertain, isDoubtful } from './blame.ts'
import { packageFolders } from './command.ts'
import { dependsOn, divide, isOwed, type Job, type JobBatch, type JobEvents, type Outcome, type Task } from './job.ts'
import { isFed, isFull, Lane, type LaneOptions } from './lane.ts'
import { enqueue, isTooSoon } from './order.ts'
import { Outage } from './outage.ts'
import type { Answer } from './protocol.ts'
import { Shelf } from './shelf.ts'
import type { Death } from './talk.ts'

const RECYCLE_AFTER = 2_000

/** Children that are busy with something slow, beside the one that takes new work. What else is slow waits for one of them. */
const MAX_ASIDE = 3

/**
 * Runs jobs in a warm child, the latest batch first. A job that takes long is out of the way of all others that do not depend on it: where
 * others ran before it, which may have left something behind, it is run once more as the first in another child; there it goes on beside
 * the child that takes new work, or is ended and waits for its turn beside it. A job may so run more than once: it is pure, and the first
 * answer counts.
 */
export class Evaluator {
  readonly #options: LaneOptions
  readonly #report: Report
  readonly #events: JobEvents
  /** Modules that one child serves. */
  readonly #term: number
  readonly #aside = new Set<Lane<Task>>()
  readonly #outage: Outage
  readonly #shelf: Shelf
  #queue: Task[] = []
  #primary: Lane<Task> | undefined
  #closed = false

  constructor(options: LaneOptions, report: Report, events: JobEvents) {
    this.#options = options
    this.#term = options.recycleAfter ?? RECYCLE_AFTER
    this.#report = report
    this.#events = events
    this.#outage = new Outage(report)
    this.#shelf = new Shelf(options.evaluationTimeoutMs, () => this.#feed())
    this.#primary = this.#open()
  }

  /** A fresh batch does not wait for what was there before; more of one comes after the rest of it. */
  run(jobs: readonly Job[], batch: JobBatch): void {
    if (this.#closed) return
    if (jobs.some(({ packages }) => packages)) this.#noticePackages()
    enqueue(this.#queue, jobs, batch)
    this.#feed()
  }

  /** Forgets the jobs of these files: nothing more is told of them. */
  drop(files: ReadonlySet<string>): void {
    const tasks = [...this.#queue, ...this.#shelf.tasks, ...this.#lanes().flatMap(({ pending }) => pending)]
    for (const task of tasks) if (files.has(task.file)) task.settled = true
    this.#feed()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#queue = []
    this.#shelf.clear()
    this.#outage.close()
    const lanes = this.#lanes()
    this.#primary = undefined
    this.#aside.clear()
    await Promise.all(lanes.map((lane) => lane.kill()))
  }

  #open(): Lane<Task> {
    return new Lane<Task>(this.#options, {
      answered: (lane, task, answer) => this.#answered(lane, task, answer),
      slow: (lane) => this.#slow(lane),
      overdue: (lane) => this.#overdue(lane),
      died: (lane, death) => this.#died(lane, death),
    })
  }

  #lanes(): Lane<Task>[] {
    return this.#primary === undefined ? [...this.#aside] : [this.#primary, ...this.#aside]
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
    this.#takeFromShelf()
    if (this.#primary !== undefined && isFed(this.#primary)) return
    while (this.#queue.length > 0) {
      const lane = (this.#primary ??= this.#open())
      if (lane.slow) this.#stepAside(lane)
      else if (lane.given >= this.#term) this.#recycle()
      else if (isTooSoon(this.#queue[0], lane, this.#aside.size < MAX_ASIDE)) return
      else if (lane.given > 0 && this.#queue[0]?.suspect === true) this.#retire(lane)
      if (lane !== this.#primary) continue
      if (isFull(lane)) return
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

  /** New work goes to another child from now on. What depends on the slow one waits with it. */
  #stepAside(lane: Lane<Task>): void {
    const [current] = lane.pending
    const [stay, go] = divide(this.#queue, current)
    this.#queue = go
    for (const task of stay) if (!task.settled) this.#events.late(task)
    if (this.#aside.size >= MAX_ASIDE) {
      this.#shelve(lane, stay)
      return this.#takeFromShelf()
    }
    this.#retire(lane)
    for (const task of stay) this.#give(lane, task)
    this.#release(lane)
  }

  /** Ends a child whose slow work has to wait for its turn. */
  #shelve(lane: Lane<Task>, dependents: readonly Task[]): void {
    const [[current], { runningMs }] = [lane.pending, lane]
    const [stay, go] = divide(this.#takeBack(lane), current)
    this.#shelf.put([...stay, ...dependents], runningMs)
    this.#queue.unshift(...go)
  }

  #takeFromShelf(): void {
    while (!this.#shelf.empty) {
      const isFree = this.#aside.size < MAX_ASIDE
      const giver = isFree ? undefined : this.#shelf.giver([...this.#aside])
      if (giver !== undefined) this.#shelve(giver, [])
      else if (isFree) this.#runAside(this.#shelf.take())
      else return
    }
  }

  #runAside(group: readonly Task[]): void {
    const lane = this.#open()
    this.#aside.add(lane)
    for (const task of group) this.#give(lane, task)
  }

  /** Ends a child. @returns what it owes */
  #takeBack(lane: Lane<Task>): readonly Task[] {
    this.#forget(lane)
    void lane.kill()
    const owed = lane.pending.filter((task) => isOwed(task, lane))
    for (const task of owed) task.home = undefined
    return owed
  }

  /** Puts back into the queue what only happens to stand behind the slow work of a lane. */
  #release(lane: Lane<Task>): void {
    const [current, ...behind] = lane.pending
    const released = behind.filter((task) => isOwed(task, lane) && current !== undefined && !dependsOn(task, current))
    for (const task of released) task.home = undefined
    this.#queue.unshift(...released)
  }

  #answered(lane: Lane<Task>, task: Task, answer: Answer): void {
    this.#outage.end()
    if (isDoubtful(answer, lane)) this.#queue.push(Object.assign(task, { suspect: true, home: undefined }))
    else this.#settle(task, answer)
    this.#feed()
  }

  #settle(task: Task, outcome: Outcome): void {
    if (task.settled) return
    task.settled = true
    this.#events.settled(task, outcome)
  }

  #slow(lane: Lane<Task>): void {
    const [current] = lane.pending
    if (current === undefined) return
    if (lane.answered > 0) this.#startOver(lane, current)
    else {
      for (const task of lane.pending) if (isOwed(task, lane) && dependsOn(task, current)) this.#events.late(task)
      if (lane !== this.#primary) this.#release(lane)
      else if (lane.pending.length > 1 || this.#queue.length > 0) this.#stepAside(lane)
    }
    this.#feed()
  }

  /** Others ran before it: it may be what one of them left behind that takes so long. All that waits goes first. */
  #startOver(lane: Lane<Task>, current: Task): void {
    current.suspect = true
    for (const task of this.#putLast(lane)) if (!task.settled) this.#events.late(task)
    this.#report({ event: 'evaluator.restarted', reason: 'recycled' })
  }

  /** Ends a child, of whose work the rest goes on. @returns what it is at and what depends on that, which is behind all else now */
  #putLast(lane: Lane<Task>): readonly Task[] {
    const [current] = lane.pending
    const [last, others] = divide([...this.#takeBack(lane), ...this.#queue], current)
    this.#queue = [...others, ...last]
    return last
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
    const isFailed = ({ retried }: Task): boolean => retried && !isPatient
    const [failed, again] = [waiting.filter(isFailed), waiting.filter((task) => !isFailed(task))]
    this.#forget(lane)
    if (isPatient && waiting.length > 0) this.#outage.wait(msg, () => this.#feed())
    for (const task of failed) this.#settle(task, { type: 'unavailable', msg })
    for (const task of again) Object.assign(task, { retried: true, home: undefined })
    this.#queue = again
    if (again.length > 0) this.#feed()
  }

  /** Ends a child with the work it is at; what depends on that shares its fate, if it is certain. */
  #abandon(lane: Lane<Task>, fate: Outcome | undefined): void {
    const [current] = lane.pending
    for (const task of [...lane.pending, ...this.#queue, ...this.#shelf.tasks]) {
      if (fate !== undefined && current !== undefined && dependsOn(task, current)) this.#settle(task, fate)
    }
    this.#putLast(lane)
    this.#feed()
  }
}
