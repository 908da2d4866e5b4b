import { expect, test } from 'vitest'
import type { Job, JobBatch, Task } from '../../../src/source/evaluator/job.ts'
import type { Lane } from '../../../src/source/evaluator/lane.ts'
import { enqueue, isTooSoon } from '../../../src/source/evaluator/order.ts'

function jobs(...files: readonly string[]): Job[] {
  return files.map((file) => ({
    file,
    url: file,
    probe: false,
    lingers: false,
    shared: [],
    modules: [],
    statics: new Set([file]),
    packages: false,
  }))
}

function tasks(batch: JobBatch, ...files: readonly string[]): [Task, Task, Task] {
  const queue: Task[] = []
  enqueue(queue, jobs(...files), batch)
  return queue as [Task, Task, Task]
}

const running = (...pending: readonly Task[]) => ({ pending }) as unknown as Lane<Task>

const filesOf = (queue: readonly Task[]) => queue.map(({ file }) => file)

test('a fresh batch goes first, and more of it behind the rest of it', () => {
  const queue: Task[] = []
  const [old, fresh] = [{ whole: true }, { whole: true }]
  enqueue(queue, jobs('old 1', 'old 2'), old)
  enqueue(queue, jobs('fresh 1'), fresh)
  enqueue(queue, jobs('fresh 2'), fresh)
  enqueue(queue, jobs('old 3'), old)
  expect(filesOf(queue)).toEqual(['fresh 1', 'fresh 2', 'old 1', 'old 2', 'old 3'])
})

test('what is run once more waits for the rest of its batch, for all else, and for room', () => {
  const batch = { whole: true }
  const [task, other, again] = tasks(batch, 'task', 'other', 'again')
  Object.assign(task, { suspect: true })
  Object.assign(again, { suspect: true })
  expect(isTooSoon(task, running(), true)).toBe(false)
  expect(isTooSoon(task, running(), false)).toBe(false)
  expect(isTooSoon(task, running(again), true)).toBe(false)
  expect(isTooSoon(task, running(again), false)).toBe(true)
  expect(isTooSoon(task, running(again, other), true)).toBe(true)
  expect(isTooSoon({ ...task, batch: { whole: false } }, running(), true)).toBe(true)
  expect(isTooSoon(other, running(again, other), false)).toBe(false)
})

test('what is run once more goes behind all of its batch, also what comes later', () => {
  const queue: Task[] = []
  const batch = { whole: false }
  enqueue(queue, jobs('a', 'slow'), batch)
  for (const task of queue) task.suspect = task.file === 'slow'
  enqueue(queue, jobs('b'), batch)
  queue.splice(0, 2) // they ran meanwhile
  enqueue(queue, jobs('c'), batch)
  expect(filesOf(queue)).toEqual(['c', 'slow'])
})
