import { expect, test, vi } from 'vitest'
import { childCommand } from '../../../src/source/evaluator/command.ts'
import type { Connection, ConnectionEvents, Ending } from '../../../src/source/evaluator/connection.ts'
import { startChild } from '../../../src/source/evaluator/process.ts'
import { startProven, type Walls } from '../../../src/source/evaluator/start-proven.ts'
import { buildWall, confirmLikely, likelyPrefix, PLACES, wallOf } from '../../../src/source/evaluator/wall.ts'

interface Started extends ConnectionEvents {
  readonly prefix: readonly string[]
  readonly sent: string[]
  ends: number
}

function open(tried: readonly string[]) {
  const started: Started[] = []
  const start = (prefix: readonly string[], events: ConnectionEvents): Connection => {
    const one: Started = { ...events, prefix, sent: [], ends: 0 }
    started.push(one)
    return { pid: started.length, send: (text) => one.sent.push(text), end: () => (one.ends += 1) }
  }
  const walls = { likely: () => ['likely'], tried: vi.fn<Walls['tried']>(() => tried), confirm: vi.fn<Walls['confirm']>() }
  const told: (string | Ending)[] = []
  const events = { answers: tell, words: tell, ended: tell }
  function tell(what: string | Ending): void {
    told.push(what)
  }
  return { started, walls, told, connection: startProven(start, events, walls) }
}

test('a child that comes up behind the likely wall proves it, and none is tried out', () => {
  const { started, walls, told, connection } = open(['other'])
  connection.send('request')
  started[0]?.words('warning')
  started[0]?.answers('ready')
  started[0]?.ended({ code: 1 })
  expect(started).toMatchObject([{ prefix: ['likely'], sent: ['request'] }])
  expect(told).toEqual(['warning', 'ready', { code: 1 }])
  expect(walls.confirm).toHaveBeenCalledOnce()
  expect(walls.tried).not.toHaveBeenCalled()
})

test('one that ends before it comes up is started once more, behind the wall that works, and gets what was sent', () => {
  const { started, walls, told, connection } = open(['other'])
  connection.send('a')
  connection.send('b')
  started[0]?.words('unshare: not permitted')
  started[0]?.ended({ code: 1 })
  connection.send('c')
  expect(connection.pid).toBe(2)
  started[1]?.answers('ready')
  expect(started[1]).toMatchObject({ prefix: ['other'], sent: ['ab', 'c'] })
  expect(told).toEqual(['ready'])
  started[1]?.ended({ code: 2 })
  expect(told).toEqual(['ready', { code: 2 }])
  expect(walls.confirm).not.toHaveBeenCalled()
})

test('where the likely wall is the one that works, its ending is told, with its last words', () => {
  const { started, told } = open(['likely'])
  started[0]?.words('out of memory')
  started[0]?.ended({ code: 9 })
  expect(started).toHaveLength(1)
  expect(told).toEqual(['out of memory', { code: 9 }])
})

test('one that was ended is not started again', () => {
  const { started, told, connection } = open(['other'])
  connection.end()
  started[0]?.ended({ signal: 'SIGKILL' })
  expect(started).toMatchObject([{ ends: 1 }])
  expect(told).toEqual([{ signal: 'SIGKILL' }])
})

test('a real child comes up although what should stand before it ends at once', async () => {
  const walls: Walls = { likely: () => ['/bin/false'], tried: () => [], confirm: () => {} }
  const up = Promise.withResolvers<string>()
  const connection = startProven(startReal, { answers: up.resolve, words: () => {}, ended: () => {} }, walls)
  expect(await up.promise).toContain('"type":"ready"')
  connection.end()
})

test('of the likely wall is known what trying it out would find', () => {
  const found = buildWall({ places: PLACES, networkDenied: Number.parseInt(process.versions.node, 10) >= 26 })
  const isLikely = found.prefix.join(' ') === likelyPrefix().join(' ')
  if (isLikely) confirmLikely()
  expect(wallOf()).toEqual(found)
})

function startReal(prefix: readonly string[], events: ConnectionEvents): Connection {
  return startChild(childCommand(64, [], prefix), events)
}
