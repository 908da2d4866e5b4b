import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { collectHints } from '../../../src/source/folder/hints.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Flushed paths with the time of the flush, from the start. */
function collect(settleMs = 20) {
  const flushes: [number, string[]][] = []
  const start = performance.now()
  const hints = collectHints(settleMs, (paths) => flushes.push([Math.round(performance.now() - start), [...paths]]))
  return { hints, flushes }
}

test('a single event is passed on when it has been quiet for the settle time', () => {
  const { hints, flushes } = collect()
  hints.add('a')
  vi.advanceTimersByTime(1000)
  expect(flushes).toEqual([[20, ['a']]])
})

test('the quiet time counts from the last event of a burst', () => {
  const { hints, flushes } = collect()
  hints.add('a')
  vi.advanceTimersByTime(15)
  hints.add('b')
  vi.advanceTimersByTime(15)
  hints.add('a')
  vi.advanceTimersByTime(1000)
  expect(flushes).toEqual([[50, ['a', 'b']]])
})

test('a stream that never pauses is passed on after ten quiet times', () => {
  const { hints, flushes } = collect()
  for (let time = 0; time < 450; time += 5) {
    hints.add(`at ${time}`)
    vi.advanceTimersByTime(5)
  }
  expect(flushes.map(([time]) => time)).toEqual([200, 400])
  expect(flushes[0]?.[1]).toHaveLength(40)
})

test('a late echo of something already heard does not prolong the wait', () => {
  const { hints, flushes } = collect()
  hints.add('a')
  vi.advanceTimersByTime(15)
  hints.repeat('a')
  vi.advanceTimersByTime(1000)
  expect(flushes).toEqual([[20, ['a']]])
})

test('an echo of something not heard before counts as an event', () => {
  const { hints, flushes } = collect()
  hints.add('a')
  vi.advanceTimersByTime(15)
  hints.repeat('b')
  vi.advanceTimersByTime(1000)
  expect(flushes).toEqual([[35, ['a', 'b']]])
})

test('nothing is passed on after closing', () => {
  const { hints, flushes } = collect()
  hints.add('a')
  hints.close()
  hints.add('b')
  vi.advanceTimersByTime(1000)
  expect(flushes).toEqual([])
})

test('the echo of something heard shortly before, and passed on since, is nothing new', () => {
  const { hints, flushes } = collect()
  hints.add('a')
  vi.advanceTimersByTime(500)
  hints.echo('a')
  vi.advanceTimersByTime(1000)
  expect(flushes).toEqual([[20, ['a']]])
})

test('the echo of something not heard of, or long ago, counts as an event', () => {
  const { hints, flushes } = collect()
  hints.add('a')
  vi.advanceTimersByTime(1_100)
  hints.echo('a')
  hints.echo('b')
  vi.advanceTimersByTime(1_000)
  expect(flushes).toEqual([
    [20, ['a']],
    [1_120, ['a', 'b']],
  ])
})
