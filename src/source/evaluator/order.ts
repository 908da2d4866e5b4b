import type { Job, JobBatch, Task } from './job.ts'
import type { Lane } from './lane.ts'

const NEW_TASK = { settled: false, retried: false, suspect: false, ranMs: 0, home: undefined } as const

/** Behind what is left of its batch, else before everything. What is run once more goes after all of it. */
export function enqueue(queue: Task[], jobs: readonly Job[], batch: JobBatch): void {
  const tasks = jobs.map((job): Task => Object.assign({ batch }, job, NEW_TASK))
  const place = queue.findLastIndex((task) => task.batch === batch && !task.suspect) + 1
  queue.splice(place, 0, ...tasks)
}

/** Whether it is to be the first in another child, and not yet: all else goes before it, and only so many run at once. */
export function isTooSoon(task: Task | undefined, { pending }: Lane<Task>, hasRoom: boolean): boolean {
  if (task?.suspect !== true) return false
  return !task.batch.whole || pending.some(({ suspect }) => !suspect) || (pending.length > 0 && !hasRoom)
}
