import { once } from 'node:events'
import { get, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { EventStream } from '../../../src/daemon/admin/event-stream.ts'
import { publicRoutes } from '../../../src/daemon/admin/routes.ts'
import { openTcp } from '../../../src/daemon/admin/tcp.ts'
import { openLog } from '../../../src/log/log.ts'
import type { SyncEvent } from '../../../src/model/events.ts'
import { closed, stubControls } from './kit.ts'
import { PATIENCE } from '../../support/patience.ts'

function created(number: number, name = 'Web'): SyncEvent {
  return { event: 'config.created', key: `entry-${number}`, id: 'aigac_1', name, attempt: 1, durationMs: 1.2345 }
}

async function open(events = new EventStream()) {
  let url = ''
  const controls = { ...stubControls().controls, events }
  const admin = await openTcp(
    { host: '127.0.0.1', port: 0 },
    publicRoutes(controls),
    (event) => (url = 'url' in event ? (event.url ?? '') : ''),
  )
  if (!admin) throw new Error('expected it to listen')
  onTestFinished(() => admin.close())
  return { admin, events, port: Number(new URL(url).port) }
}

interface Reader {
  readonly response: IncomingMessage
  readonly ended: Promise<void>
  readonly text: () => string
  /** The events so far. */
  readonly lines: () => readonly Record<string, unknown>[]
}

/** Listens as a browser does. */
async function read(port: number): Promise<Reader> {
  const request = get({ port, host: '127.0.0.1', path: '/events', agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  onTestFinished(() => void request.destroy())
  let text = ''
  response.setEncoding('utf8').on('data', (part: string) => (text += part))
  const ended = new Promise<void>((resolve) => response.on('error', () => {}).on('close', resolve))
  const lines = () => [...text.matchAll(/^data: (.*)$/gm)].map(([, line = '']) => JSON.parse(line) as Record<string, unknown>)
  return { response, ended, text: () => text, lines }
}

const withoutTime = (line: string) => line.replace(/"time":"[^"]*"/, '')

const keys = (reader: Reader) => reader.lines().map(({ key }) => key)

describe('those who listen', () => {
  test('are told what was said before, and what is said from then on, in order', async () => {
    const { events, port } = await open()
    events.hear(created(1))
    const reader = await read(port)
    await vi.waitFor(() => expect(keys(reader)).toEqual(['entry-1']), PATIENCE)
    events.hear(created(2))
    await vi.waitFor(() => expect(keys(reader)).toEqual(['entry-1', 'entry-2']), PATIENCE)
    expect(reader.response.headers['content-type']).toBe('text/event-stream')
    expect(reader.text()).toMatch(/^retry: \d+\n\nid: \w+\.1\ndata: .*\n\nid: \w+\.2\ndata: .*\n\n$/)
  })

  test('are told what the log tells', async () => {
    const { events, port } = await open()
    const said: SyncEvent[] = [
      created(1),
      { event: 'gateway.rejected', msg: 'bad\u2028token \u001b[31m\u202e\n\ndata: {}', status: 401 },
      { event: 'lockfile.written', entries: 1, durationMs: 1 },
    ]
    const logged: string[] = []
    const { report } = openLog({ level: 'info', format: 'json', destination: { write: (line) => logged.push(line) } })
    for (const event of said) for (const hear of [report, (each: SyncEvent) => events.hear(each)]) hear(event)
    const reader = await read(port)
    await vi.waitFor(() => expect(reader.lines()).toHaveLength(2), PATIENCE)
    const sent = [...reader.text().matchAll(/^data: (.*)$/gm)].map(([, line = '']) => line)
    expect(sent.map(withoutTime)).toEqual(logged.map((line) => withoutTime(line.trimEnd())))
    expect(reader.text()).not.toMatch(/[\u2028\u202e\u001b]/) // oxlint-disable-line no-control-regex -- that is what is looked for
  })

  test('are told the last two hundred from before', async () => {
    const { events, port } = await open()
    for (let number = 1; number <= 250; number++) events.hear(created(number))
    const reader = await read(port)
    await vi.waitFor(() => expect(keys(reader).at(-1)).toBe('entry-250'), PATIENCE)
    expect(keys(reader)[0]).toBe('entry-51')
    expect(reader.lines()).toHaveLength(200)
  })

  test('are told fewer where those are long', async () => {
    const { events, port } = await open()
    for (let number = 1; number <= 10; number++) events.hear(created(number, 'x'.repeat(100_000)))
    const reader = await read(port)
    await vi.waitFor(() => expect(keys(reader).at(-1)).toBe('entry-10'), PATIENCE)
    expect(keys(reader)).toEqual(['entry-9', 'entry-10'])
  })

  test('are eight at most, and there is room again when one leaves', async () => {
    const { events, port } = await open()
    const readers = await Promise.all(Array.from({ length: 8 }, () => read(port)))
    const late = await read(port)
    expect(late.response.statusCode).toBe(503)
    readers[0]?.response.destroy()
    await vi.waitFor(() => expect(events.readers).toBe(7), PATIENCE)
    expect((await read(port)).response.statusCode).toBe(200)
  })

  test('are told now and then that the daemon lives', async () => {
    const { port } = await open(new EventStream(10))
    const reader = await read(port)
    await vi.waitFor(() => expect(reader.text()).toMatch(/(?:: still here\n\n){2}/), PATIENCE)
  })

  test('and do not take what they are told are cut off, and the others are not', async () => {
    const { events, port } = await open(new EventStream(3_600_000))
    const reader = await read(port)
    const stuck = connect(port, '127.0.0.1')
    const cut = closed(stuck)
    stuck.write('GET /events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n') // and reads nothing
    await vi.waitFor(() => expect(events.readers).toBe(2), PATIENCE)
    let number = 0
    await vi.waitFor(() => {
      events.hear(created(++number, 'x'.repeat(200_000)))
      expect(events.readers).toBe(1)
    }, PATIENCE)
    stuck.resume()
    await cut
    await vi.waitFor(() => expect(reader.lines()).toHaveLength(number), PATIENCE)
  })

  test('and take nothing from one sign of life to the next are cut off', async () => {
    const events = new EventStream(10)
    const timeouts: number[] = []
    const socket = { setTimeout: (ms: number) => void timeouts.push(ms) }
    const stuck = Object.assign(new Writable({ write: () => {} }), { socket })
    const answer = events.open()
    if (!('begin' in answer)) throw new Error('expected a stream')
    answer.begin(stuck as unknown as ServerResponse)
    expect(timeouts).toEqual([0]) // or it would be cut off for having nothing to say
    expect(events.readers).toBe(1)
    await once(stuck, 'close')
    expect(events.readers).toBe(0)
  })

  test('twice on one connection are one, and leave with it', async () => {
    const { events, port } = await open()
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'.repeat(2))
    await once(socket, 'data')
    expect(events.readers).toBe(1)
    socket.destroy()
    await vi.waitFor(() => expect(events.readers).toBe(0), PATIENCE)
    expect((await read(port)).response.statusCode).toBe(200)
    expect(events.readers).toBe(1)
  })

  test('do not keep the daemon from stopping', async () => {
    const { admin, events, port } = await open()
    const readers = await Promise.all([read(port), read(port)])
    await admin.close()
    await Promise.all(readers.map(({ ended }) => ended))
    expect(events.readers).toBe(0)
  })
})
