import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLater } from '../../src/emulator/later.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('work is done once, when its time has come, in the order it came', () => {
  const done: string[] = []
  const later = createLater(250)
  later.add(() => done.push('first'))
  later.add(() => done.push('second'))
  vi.advanceTimersByTime(249)
  expect(done).toEqual([])
  vi.advanceTimersByTime(1000)
  expect(done).toEqual(['first', 'second'])
})

test('work is not done in the turn that adds it, however soon', () => {
  const work = vi.fn<() => void>()
  createLater(0).add(work)
  expect(work).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(work).toHaveBeenCalledOnce()
})

test('closing forgets what was added, and what is added after', () => {
  const work = vi.fn<() => void>()
  const later = createLater(250)
  later.add(work)
  later.close()
  later.add(work)
  expect(vi.getTimerCount()).toBe(0)
  vi.advanceTimersByTime(1000)
  expect(work).not.toHaveBeenCalled()
})
