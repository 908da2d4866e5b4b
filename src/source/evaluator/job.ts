import type { Lane, Work } from './lane.ts'
import type { Answer } from './protocol.ts'
import type { Death } from './talk.ts'

/** One module to be evaluated. */
export interface Job extends Work {
  /** Its path below the folder. */
  readonly file: string
  /** URLs of what surely runs with it, itself included. */
  readonly statics: ReadonlySet<string>
  /** Imports a package somewhere. */
  readonly packages: boolean
}

export type Outcome =
  | Answer
  /** `during`: the file that ran when it happened; the job itself, or something it imports. */
  | { readonly type: 'timeout'; readonly during: string }
  | { readonly type: 'exit'; readonly during: string; readonly death: Death }
  /** No child came up. */
  | { readonly type: 'unavailable'; readonly msg: string }

export interface JobEvents {
  settled(job: Job, outcome: Outcome): void
  /** It runs, or waits for something that runs, for longer than others should wait for it; it will settle later. */
  late(job: Job): void
}

/** What comes piece by piece. */
export interface JobBatch {
  /** There is no more to come. What is to be run once more waits for that. */
  readonly whole: boolean
}

/** A job with the evaluator. */
export type Task = Job & {
  settled: boolean
  /** Its child did not come up. */
  retried: boolean
  /** What it was given with. */
  readonly batch: JobBatch
  /** Its child hung or died, which may have been the doing of one before it: it is to be the first in another. */
  suspect: boolean
  /** The longest that it, or what it waits for, has run without an end. */
  ranMs: number
  /** Who is to answer it; undefined while it is in the queue. */
  home: Lane<Task> | undefined
}

/** Itself included. */
export function dependsOn(task: Task, current: Task): boolean {
  return task.statics.has(current.url)
}

/** Those that depend on it, itself included, and the others. */
export function divide(tasks: readonly Task[], current: Task | undefined): readonly [bound: Task[], free: Task[]] {
  const [bound, free]: [Task[], Task[]] = [[], []]
  for (const task of tasks) (current !== undefined && dependsOn(task, current) ? bound : free).push(task)
  return [bound, free]
}

export function isOwed(task: Task, lane: Lane<Task>): boolean {
  return !task.settled && task.home === lane
}
