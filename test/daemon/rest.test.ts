import { setImmediate as turn } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { BUSY_MS, QUIET_MS, Rest } from '../../src/daemon/rest.ts'

const MB = 1_024 * 1_024

const SAVED = { event: 'source.loaded' } as const

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** A heap that a collection brings down to `live`. */
function heap(size: number, live: number) {
  const state = { size, live, collections: 0 }
  const collect = () => {
    state.collections++
    state.size = state.live
  }
  return { state, rest: new Rest({ size: () => state.size, collect }) }
}

/** Events without a rest, for so long. */
function beBusy(rest: Rest, ms: number): void {
  for (let passed = 0; passed < ms; passed += 1_000) {
    rest.hear(SAVED)
    vi.advanceTimersByTime(1_000)
  }
}

describe('at rest', () => {
  test('what a burst left behind is given back once nothing has been told for a while', () => {
    const { state, rest } = heap(200 * MB, 40 * MB)
    rest.hear(SAVED)
    vi.advanceTimersByTime(QUIET_MS - 1)
    expect(state.collections).toBe(0)
    vi.advanceTimersByTime(1)
    expect(state).toMatchObject({ collections: 1, size: 40 * MB })
  })

  test('nothing is collected while there is something to tell, for a while', () => {
    const { state, rest } = heap(200 * MB, 40 * MB)
    beBusy(rest, BUSY_MS - 1_000)
    expect(state.collections).toBe(0)
  })

  test('who never rests is tidied up after as well, where that is worth it', () => {
    const { state, rest } = heap(200 * MB, 40 * MB)
    beBusy(rest, BUSY_MS)
    expect(state).toMatchObject({ collections: 1, size: 40 * MB })
    beBusy(rest, 4 * BUSY_MS)
    expect(state.collections).toBe(1)
    state.size = 60 * MB
    beBusy(rest, BUSY_MS)
    expect(state.collections).toBe(2)
  })

  test('a rest begins the time anew after which work is no longer waited for', () => {
    const { state, rest } = heap(200 * MB, 40 * MB)
    beBusy(rest, BUSY_MS / 2)
    vi.advanceTimersByTime(QUIET_MS)
    expect(state.collections).toBe(1)
    state.size = 200 * MB
    beBusy(rest, BUSY_MS - 1_000)
    expect(state.collections).toBe(1)
  })

  test('a little work is followed by no collection', () => {
    const { state, rest } = heap(200 * MB, 40 * MB)
    rest.hear(SAVED)
    vi.advanceTimersByTime(QUIET_MS)
    state.size += 2 * MB
    rest.hear(SAVED)
    vi.advanceTimersByTime(QUIET_MS)
    expect(state.collections).toBe(1)
  })

  test('of a large heap, more must have come to be worth the pause', () => {
    const { state, rest } = heap(400 * MB, 120 * MB)
    rest.hear(SAVED)
    vi.advanceTimersByTime(QUIET_MS)
    state.size = 145 * MB
    rest.hear(SAVED)
    vi.advanceTimersByTime(QUIET_MS)
    expect(state.collections).toBe(1)
    state.size = 155 * MB
    rest.hear(SAVED)
    vi.advanceTimersByTime(QUIET_MS)
    expect(state.collections).toBe(2)
  })

  test('what was collected in the midst of work is no measure for the rest that follows', () => {
    const { state, rest } = heap(400 * MB, 300 * MB)
    beBusy(rest, BUSY_MS)
    Object.assign(state, { size: 330 * MB, live: 120 * MB })
    vi.advanceTimersByTime(QUIET_MS)
    expect(state).toMatchObject({ collections: 2, size: 120 * MB })
  })

  test('nor is a silence while the daemon was still loading', () => {
    const { state, rest } = heap(300 * MB, 280 * MB)
    rest.hear(SAVED)
    vi.advanceTimersByTime(QUIET_MS)
    Object.assign(state, { size: 330 * MB, live: 120 * MB })
    rest.hear({ event: 'daemon.ready' })
    vi.advanceTimersByTime(QUIET_MS)
    expect(state).toMatchObject({ collections: 2, size: 120 * MB })
  })

  test('V8 really gives up what nobody holds, and nobody else gets its collector', async () => {
    const garbage = new WeakRef(Array.from({ length: 1_000_000 }, (_, index) => ({ index })))
    new Rest().hear(SAVED)
    await turn() // what was made in this turn is held until its end
    vi.advanceTimersByTime(QUIET_MS)
    expect(garbage.deref()).toBeUndefined()
    expect(runInNewContext('typeof gc')).toBe('undefined')
  })

  test('a daemon that rests has no timer', () => {
    const { rest } = heap(200 * MB, 40 * MB)
    rest.hear(SAVED)
    vi.advanceTimersByTime(QUIET_MS)
    expect(vi.getTimerCount()).toBe(0)
  })
})
