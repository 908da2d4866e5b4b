/** A gateway, or something before it, that answers with what is no answer: a person reads why, and all is as declared in the end. */
import { readFile } from 'node:fs/promises'
import { describe, expect, test, vi } from 'vitest'
import { type Asked, type Mischief, type MischiefMaker, openMischief } from '../support/mischief.ts'
import { PATIENCE } from '../support/patience.ts'
import { pour } from '../support/pour.ts'
import type { RunningProcess } from '../support/process.ts'
import { named, openScene } from '../support/scene.ts'

const JSON_TYPE = 'content-type: application/json\r\n'

const whole = (body: string, status = '200 OK') =>
  `HTTP/1.1 ${status}\r\n${JSON_TYPE}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const CHUNKED = `HTTP/1.1 200 OK\r\n${JSON_TYPE}transfer-encoding: chunked\r\n\r\n`

/** By what the log says of it. */
const mischiefs: [told: RegExp, mischief: Mischief][] = [
  // Which of the two bounds it meets first depends on how fast the machine is.
  [
    /the answer is larger than 16777216 bytes|no whole answer within/,
    (socket) => pour(socket, CHUNKED, '1\r\n{\r\n'.repeat(10_000)),
  ],
  [/Headers Overflow/, (socket) => pour(socket, 'HTTP/1.1 200 OK\r\n', 'a: b\r\n'.repeat(1_000))],
  [/more than 32 interim answers/, (socket) => pour(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100))],
  [/no whole answer within 1000 ms/, (socket) => socket.write(`${CHUNKED}1\r\n{\r\n`)],
  [/not JSON by its content type/, (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<h1>Welcome</h1>')],
  [/not valid JSON/, (socket) => socket.write(whole('{"id":"aigac_1'))],
  [/missing, or not as documented/, (socket) => socket.write(whole('{"id":"aigac_1"}'))],
  [/is compressed, which was not asked for/, (socket) => socket.write(whole('{}', '200 OK\r\ncontent-encoding: gzip'))],
  [/does not match the HTTP\/1.1 protocol/, (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\u001b]0;gotcha\u0007\r\n')],
]

const isCreate = ({ method }: Asked) => method === 'POST'
const isList = ({ method, path }: Asked) => method === 'GET' && path.startsWith('/access-key-configurations?')

const SETTINGS = ['--request-timeout', '1s', '--log-level', 'debug', '--policy', 'sync', '--delete-grace', '0ms']

async function openHostileScene() {
  const scene = await openScene()
  const maker = await openMischief(scene.emulator)
  await scene.put('web.json', named('Web'))
  const settled = (...args: string[]) => scene.settled('--api-url', maker.url, ...SETTINGS, ...args)
  return { ...scene, maker, settled }
}

/** What a person sees of it: every line is one, without anything that drives a terminal. */
function expectPlainLines(daemon: RunningProcess): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  expect(daemon.stdout()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  expect(daemon.stderr()).toBe('')
  expect(daemon.told('config.deleted')).toEqual([])
  expect(daemon.told('config.failed')).toEqual([])
}

test('a create that is answered with what is no answer is settled, said to be, and never made twice', async () => {
  const scene = await openHostileScene()
  const daemon = await scene.settled()
  const keys: string[] = []
  for (const [index, [told, mischief]] of mischiefs.entries()) {
    for (const isDone of [false, true]) {
      const key = `e${index}-${isDone ? 'done' : 'lost'}`
      keys.push(key)
      scene.maker.play({ fits: isCreate, mischief, isDone })
      await scene.put(`${key}.json`, named(key))
      const retrying = await daemon.until((line) => line.event === 'config.retrying' && line['key'] === key)
      expect(retrying['error']).toMatch(told)
      const created = await daemon.until((line) => line.event === 'config.created' && line['key'] === key)
      expect(created['settled']).toBe(isDone ? true : undefined)
    }
  }
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expectPlainLines(daemon)
  expect(scene.emulator.state.configurations.map(({ name }) => name).toSorted()).toEqual(['Web', ...keys].toSorted())
  expect(scene.posts).toHaveLength(keys.length + 1)
  expect(Object.keys((await scene.lockfile()).entries).toSorted()).toEqual(['web', ...keys].toSorted())
})

test('a listing that is answered with what is no answer is asked for again, and changes nothing', async () => {
  const scene = await openHostileScene()
  const daemon = await scene.settled('--resync-interval', '100ms')
  const before = await readFile(scene.lockfilePath, 'utf8')
  for (const [told, mischief] of mischiefs) {
    const [retried, listed] = [daemon.told('gateway.retrying').length, daemon.told('gateway.listed').length]
    scene.maker.play({ fits: isList, mischief })
    await daemon.until(() => daemon.told('gateway.retrying').length > retried)
    expect(daemon.told('gateway.retrying').at(-1)?.['error']).toMatch(told)
    await daemon.until(() => daemon.told('gateway.listed').length > listed + 1)
  }
  const memory = await readFile(`/proc/${daemon.child.pid}/status`, 'utf8')
  expect(Number(/^VmHWM:\s+(\d+) kB$/m.exec(memory)?.[1])).toBeLessThan(400_000)
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expectPlainLines(daemon)
  expect(scene.posts).toEqual(['web'])
  expect(await readFile(scene.lockfilePath, 'utf8')).toBe(before)
})

test('answers that are about something else end with one of each, under its own key', async () => {
  const scene = await openHostileScene()
  const daemon = await scene.settled()
  const [web] = scene.emulator.state.configurations
  const wrong = [{ id: web!.id }, { metadata: '{}' }, { id: '../access-keys' }, { id: web!.id, metadata: web!.metadata }]
  scene.emulator.intercept({
    after: ({ method }, reply) => {
      const lie = method === 'POST' || method === 'PATCH' ? wrong.shift() : undefined
      return lie ? { ...reply, body: { ...(reply.body as object), ...lie } } : 'continue'
    },
  })
  for (const key of ['taken', 'bare', 'odd', 'swapped']) {
    await scene.put(`${key}.json`, named(key))
    expect(await daemon.until(({ event, ...line }) => event === 'config.created' && line['key'] === key)).toMatchObject({
      settled: true,
    })
  }
  wrong.push({ id: scene.emulator.state.configurations[0]!.id })
  await scene.put('web.json', named('Edited'))
  expect(await daemon.until('config.updated')).toMatchObject({ key: 'web', id: web!.id })
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expectPlainLines(daemon)
  const told = daemon.told('config.retrying').map(({ key, error }) => `${String(key)}: ${String(error)}`)
  expect(told).toEqual([
    'taken: the answer to a create has the id of something else',
    'bare: the answer does not carry the stamp that was sent',
    "odd: the answer's id is missing, or not as documented",
    'swapped: the answer does not carry the stamp that was sent',
    'web: the answer is about another id than was asked for',
  ])
  const there = scene.emulator.state.configurations.map(({ id, name }) => `${name} ${id}`)
  const recorded = Object.values((await scene.lockfile()).entries).map(({ id, name }) => `${name} ${id}`)
  expect(recorded.toSorted()).toEqual(there.toSorted())
  expect(there).toHaveLength(5)
})

/** A page of one that is new, and says that there is more. */
function endless(maker: MischiefMaker, times: number): void {
  let serial = 0
  const mischief: Mischief = (socket) => {
    const by = { id: 'usr_1', uri: '' }
    const at = { createdAt: '2026-07-01T00:00:00Z', updatedAt: '2026-07-01T00:00:00Z', createdBy: by, lastUpdatedBy: by }
    const one = { id: `aigac_x${serial++}`, uri: '', name: 'x', ...at }
    socket.write(whole(JSON.stringify({ aiGatewayAccessKeyConfigurations: [one], uri: '', nextPageUri: 'more' })))
  }
  maker.play({ fits: isList, mischief, times })
}

describe('a listing that never ends', () => {
  test('is told of while it goes on, given up, and the next one counts', async () => {
    const scene = await openHostileScene()
    const daemon = await scene.settled('--resync-interval', '1s')
    const before = await readFile(scene.lockfilePath, 'utf8')
    endless(scene.maker, 1_000)
    const given = await daemon.until(({ event, error }) => event === 'gateway.retrying' && String(error).includes('does not end'))
    expect(given).toMatchObject({ level: 'warn', error: 'the listing has more than 1000 pages, and does not end' })
    expect(daemon.told('gateway.listing').map(({ pages, items }) => [pages, items])).toEqual([
      [128, 128],
      [256, 256],
      [512, 512],
    ])
    const listed = daemon.told('gateway.listed').length
    await daemon.until(() => daemon.told('gateway.listed').length > listed)
    expect(await daemon.kill('SIGTERM')).toBe(0)
    expectPlainLines(daemon)
    expect(await readFile(scene.lockfilePath, 'utf8')).toBe(before)
    expect(scene.emulator.state.configurations.map(({ name }) => name)).toEqual(['Web'])
  })

  test('at the start is no start, and is tried again', async () => {
    const scene = await openHostileScene()
    endless(scene.maker, 1_000)
    const daemon = scene.start('run', '--api-url', scene.maker.url, ...SETTINGS)
    await daemon.until(({ event, error }) => event === 'gateway.retrying' && String(error).includes('does not end'))
    expect(await daemon.until('config.created')).toMatchObject({ key: 'web' })
    expect(scene.posts).toEqual(['web'])
  })
})

test('what a configuration of others is called, and who changed it, drives no terminal in any command', async () => {
  const scene = await openHostileScene()
  const daemon = await scene.settled()
  expect(await daemon.kill('SIGTERM')).toBe(0)
  const evil = '\u001b[2J\u001b]0;gotcha\u0007\u009b31m\r\nfake line\u2028\u202e'
  scene.emulator.intercept({
    after: ({ method }, reply) => {
      const body = reply.body as { aiGatewayAccessKeyConfigurations?: Record<string, unknown>[] } | undefined
      if (method !== 'GET' || !body?.aiGatewayAccessKeyConfigurations) return 'continue'
      const [web] = body.aiGatewayAccessKeyConfigurations
      const changed = { ...web, name: evil, description: evil, updatedAt: evil, lastUpdatedBy: { id: evil, uri: '' } }
      return {
        ...reply,
        body: { ...body, aiGatewayAccessKeyConfigurations: [changed, { ...changed, id: 'aigac_other', metadata: evil }] },
      }
    },
  })
  for (const [command, ...rest] of [['plan'], ['import'], ['run', '--log-format', 'pretty', '--drift', 'report']]) {
    const started = scene.start(command ?? '', ...rest)
    if (command === 'run') await vi.waitUntil(() => started.stdout().includes('gotcha'), PATIENCE)
    await (command === 'run' ? started.kill('SIGTERM') : started.ended)
    const said = started.stdout() + started.stderr()
    expect(said).toContain('gotcha')
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]|^fake line/m)
  }
})
