import { expect, onTestFinished, test } from 'vitest'
import { type Ahead, heldBack, startAhead } from '../../../src/source/evaluator/ahead.ts'
import { packageFolders } from '../../../src/source/evaluator/command.ts'
import type { Connection, ConnectionEvents } from '../../../src/source/evaluator/connection.ts'
import { createConfigFolder } from '../../support/config-folder.ts'
import { open } from '../modules/harness.ts'

const CONNECTION: Connection = { send: () => {}, end: () => {} }

/** Notes what it is told. */
function listener(told: string[]): ConnectionEvents {
  return {
    answers: (text) => told.push(`answers ${text}`),
    words: (text) => told.push(`words ${text}`),
    ended: (ending) => told.push(`ended ${JSON.stringify(ending)}`),
  }
}

test('what was said before anybody listened is told once somebody does, and in its order with what comes then', async () => {
  let events: ConnectionEvents = listener([])
  const { open: openTo } = heldBack((given) => {
    events = given
    return CONNECTION
  })
  events.answers('1')
  events.words('2')
  const told: string[] = []
  expect(openTo(listener(told))).toBe(CONNECTION)
  expect(told).toEqual([])
  events.answers('3')
  await Promise.resolve()
  events.ended({ code: 0 })
  expect(told).toEqual(['answers 1', 'words 2', 'answers 3', 'ended {"code":0}'])
})

const MEMORY_MB = 64

/** Takes it, and has it ended when the test is over. */
function take(ahead: Ahead, dir: string, memoryMb: number, events: ConnectionEvents): Connection | undefined {
  const connection = ahead.take({ memoryMb, packages: packageFolders(dir) }, events)
  onTestFinished(() => connection?.end())
  return connection
}

test('a child comes up with nobody listening, and belongs to the first who wants one like it', async () => {
  const { dir } = createConfigFolder()
  const ahead = startAhead({ dir, evaluationMemory: MEMORY_MB })
  expect(take(ahead, dir, MEMORY_MB * 2, listener([]))).toBeUndefined()
  const ready = Promise.withResolvers<string>()
  const events = { answers: ready.resolve, words: ready.reject, ended: ready.reject }
  expect(take(ahead, dir, MEMORY_MB, events)?.pid).toBeGreaterThan(0)
  expect(JSON.parse(await ready.promise)).toMatchObject({ type: 'ready' })
  expect(take(ahead, dir, MEMORY_MB, events)).toBeUndefined()
})

test('one that was guessed knows what it is for, and is ended where that is not what is wanted', async () => {
  const { dir } = createConfigFolder()
  const guessed = startAhead({ dir, evaluationMemory: MEMORY_MB })
  expect(guessed.isFor({ dir, evaluationMemory: MEMORY_MB })).toBe(true)
  expect(guessed.isFor({ dir, evaluationMemory: MEMORY_MB * 2 })).toBe(false)
  expect(guessed.isFor({ dir: `${dir}/other`, evaluationMemory: MEMORY_MB })).toBe(false)
  guessed.end()
  const ended = Promise.withResolvers<unknown>()
  take(guessed, dir, MEMORY_MB, { answers: ended.reject, words: ended.reject, ended: ended.resolve })
  expect(await ended.promise).toEqual({ signal: 'SIGKILL' })
})

test('the first that runs modules is the one that was started ahead', async () => {
  const { dir } = createConfigFolder()
  const begun = startAhead({ dir, evaluationMemory: 256 })
  let pid: number | undefined
  const ahead: Ahead = {
    take: (wanted, events) => {
      const connection = begun.take({ ...wanted, packages: packageFolders(dir) }, events)
      pid ??= connection?.pid
      return connection
    },
  }
  const { load } = await open({ ahead })
  expect(await load({ 'a.ts': "export default { pid: process.pid, name: 'A' }" })).toMatchObject({ 'a.ts': { value: { pid } } })
  expect(pid).toBeGreaterThan(0)
})

test('where it does not come up, as in a wall that does not work here, another runs them, and nothing is told', async () => {
  const ahead: Ahead = {
    take: (_wanted, events) => {
      setImmediate(() => events.ended({ code: 1 }))
      return CONNECTION
    },
  }
  let taken = 0
  const once: Ahead = { take: (wanted, events) => (taken++ === 0 ? ahead.take(wanted, events) : undefined) }
  const { load, events } = await open({ ahead: once })
  expect(await load({ 'a.ts': "export default { name: 'A' }" })).toMatchObject({ 'a.ts': { ok: true, value: { name: 'A' } } })
  expect(taken).toBe(2)
  expect(events).toEqual([])
})
