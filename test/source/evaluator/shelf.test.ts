import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Job, Task } from '../../../src/source/evaluator/job.ts'
import { enqueue } from '../../../src/source/evaluator/order.ts'
import { Shelf, untilTurnMs } from '../../../src/source/evaluator/shelf.ts'

const LIMIT = 60_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** @param imported what it depends on */
function taskOf(file: string, ...imported: readonly string[]): Task {
  const empty = { probe: false, lingers: false, shared: [], modules: [], packages: false }
  const job: Job = { ...empty, file, url: file, statics: new Set([file, ...imported]) }
  const queue: Task[] = []
  enqueue(queue, [job], { whole: true })
  return queue[0] as Task
}

const filesOf = (group: readonly Task[]) => group.map(({ file }) => file)

test('who has run least is next, with what depends on it', () => {
  const shelf = new Shelf(LIMIT, () => undefined)
  shelf.put([taskOf('long'), taskOf('waits for long', 'long')], 1_000)
  shelf.put([taskOf('short'), taskOf('waits for short', 'short')], 250)
  shelf.put([taskOf('as short')], 250)
  expect(filesOf(shelf.take())).toEqual(['short', 'waits for short'])
  expect(filesOf(shelf.take())).toEqual(['as short'])
  expect(filesOf(shelf.take())).toEqual(['long', 'waits for long'])
  expect(shelf.empty).toBe(true)
})

test('what depends on a slow one never goes before it, also where that one ran for longer another time', () => {
  const shelf = new Shelf(LIMIT, () => undefined)
  const slow = taskOf('slow')
  shelf.put([slow], 4_000)
  shelf.take()
  shelf.put([slow, taskOf('waits', 'slow')], 1_000)
  expect(filesOf(shelf.take())).toEqual(['slow', 'waits'])
})

test('what was dropped meanwhile does not wait', () => {
  const shelf = new Shelf(LIMIT, () => undefined)
  const dropped = taskOf('dropped')
  shelf.put([dropped], 250)
  dropped.settled = true
  expect(shelf.empty).toBe(true)
  expect(shelf.take()).toEqual([])
  expect(shelf.giver([{ runningMs: 30_000 }])).toBe(undefined)
})

test('the one that runs longest gives way when it had four times as much as who waits, and it is told when that will be', () => {
  const onTurn = vi.fn<() => void>()
  const shelf = new Shelf(LIMIT, onTurn)
  shelf.put([taskOf('waits')], 250)
  const [longest, other] = [{ runningMs: 1_500 }, { runningMs: 1_000 }]
  expect(shelf.giver([other, longest])).toBe(longest)
  expect(vi.getTimerCount()).toBe(0)
  expect(shelf.giver([{ runningMs: 300 }, { runningMs: 0 }])).toBe(undefined)
  vi.advanceTimersByTime(699)
  expect(onTurn).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(onTurn).toHaveBeenCalledTimes(1)
})

test('nothing is told of a shelf that was cleared', () => {
  const onTurn = vi.fn<() => void>()
  const shelf = new Shelf(LIMIT, onTurn)
  shelf.put([taskOf('waits')], 250)
  shelf.giver([{ runningMs: 300 }])
  shelf.clear()
  vi.runAllTimers()
  expect(onTurn).not.toHaveBeenCalled()
})

test.each([
  ['not before it had its share', 250, 900, LIMIT, 100],
  ['as soon as it had', 250, 1_000, LIMIT, 0],
  ['also long after', 250, 58_000, LIMIT, 0],
  ['not if it is over in less than that', 250, 59_000, LIMIT, Infinity],
  ['not if it would be over by then', 8_000, 250, LIMIT, Infinity],
  ['not where there is little time for each', 250, 900, 1_000, Infinity],
])('one that runs gives way %s', (_when, ranMs, runningMs, limitMs, untilMs) => {
  expect(untilTurnMs(ranMs, runningMs, limitMs)).toBe(untilMs)
})

test('what never ends costs less than twice its time limit, however many wait', () => {
  for (const limitMs of [1_000, 3_000, 5_000, 60_000, 300_000]) {
    let [ranMs, spentMs] = [250, 250]
    for (let share = untilTurnMs(ranMs, 0, limitMs); share < Infinity; share = untilTurnMs(ranMs, 0, limitMs)) {
      ranMs = share
      spentMs += share
    }
    expect(spentMs).toBeLessThan(limitMs)
  }
})
