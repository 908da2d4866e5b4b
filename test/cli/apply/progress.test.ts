import { expect, onTestFinished, test, vi } from 'vitest'
import { Progress } from '../../../src/cli/apply/progress.ts'
import type { SyncEvent } from '../../../src/model/events.ts'

const created = (key: string): SyncEvent => ({
  event: 'config.created',
  key,
  id: `aigac_${key}`,
  name: key,
  attempt: 1,
  durationMs: 1,
})

const failed: SyncEvent = { event: 'config.failed', key: 'bad', change: 'create', attempt: 1, permanent: true, msg: 'no' }

/** What a terminal shows in the end: what was erased is gone. */
function follow(isShown = true) {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let text = ''
  const progress = new Progress(isShown, { write: (more) => (text += more) })
  const shown = () => text.split('\r\u001b[2K').at(-1)
  return { progress, shown, written: () => text }
}

test('the last line says how far it has come, and how much failed', () => {
  const { progress, shown } = follow()
  progress.begin(3)
  expect(shown()).toBe('… 0 of 3 done')
  vi.advanceTimersByTime(100)
  progress.count(created('a'))
  expect(shown()).toBe('… 1 of 3 done')
  vi.advanceTimersByTime(100)
  progress.count(failed)
  expect(shown()).toBe('… 1 of 3 done, 1 failed')
})

test('provider keys count as well', () => {
  const { progress, shown } = follow()
  const key = { provider: 'openai', name: 'prod', id: 'aigpk_1' }
  progress.begin(2)
  progress.count({ event: 'provider-key.created', ...key, attempt: 1, durationMs: 1 })
  progress.count({ event: 'provider-key.orphaned', ...key, stays: 'policy' })
  progress.count({ event: 'provider-key.failed', ...key, attempt: 1, permanent: true, msg: 'refused' })
  vi.advanceTimersByTime(100)
  progress.count({ event: 'provider-key.rotated', ...key, reason: 'edited', attempt: 1, durationMs: 1 })
  expect(shown()).toBe('… 2 of 2 done, 1 failed')
})

test('what is written meanwhile stays above it', () => {
  const { progress, shown } = follow()
  const lines: string[] = []
  progress.begin(2)
  progress.above(() => lines.push('a: created'))
  expect(lines).toEqual(['a: created'])
  expect(shown()).toBe('… 0 of 2 done')
})

test('it is not drawn more often than people can read', () => {
  const { progress, written } = follow()
  progress.begin(1_000)
  for (let index = 0; index < 1_000; index++) progress.count(created(`e${index}`))
  expect(written()).toBe('… 0 of 1000 done')
})

test('in the end nothing of it is left', () => {
  const { progress, shown } = follow()
  progress.begin(1)
  progress.count(created('a'))
  progress.end()
  progress.count(created('late'))
  expect(shown()).toBe('')
})

test('where there is no terminal, and where there is nothing to do, there is no such line', () => {
  const piped = follow(false)
  piped.progress.begin(3)
  piped.progress.count(created('a'))
  expect(piped.written()).toBe('')
  const idle = follow()
  idle.progress.begin(0)
  idle.progress.count(created('a'))
  expect(idle.written()).toBe('')
})
