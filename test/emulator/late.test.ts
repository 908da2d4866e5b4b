import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Emulator, EmulatorOptions, Exchange } from '../../src/emulator/emulator.ts'
import { call, emulate } from './client.ts'

const PATH = '/access-key-configurations'

/** The time that passes is the emulator's; latency and clients keep the real one. */
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** An emulator with one configuration, `here`, where every request from now on is late. */
async function lateAgainst(options: EmulatorOptions = {}): Promise<{ emulator: Emulator; id: string; exchanges: Exchange[] }> {
  const emulator = await emulate(options)
  const { body } = await call(emulator, 'POST', PATH, { name: 'here' })
  const exchanges: Exchange[] = []
  emulator.requests.subscribe((exchange) => exchanges.push(exchange))
  emulator.setFaults({ late: 1 })
  return { emulator, id: body.id, exchanges }
}

const namesIn = ({ state }: Emulator): string[] => state.configurations.map(({ name }) => name)

test.each<[string, (id: string) => [string, string, object?], string[]]>([
  ['create', () => ['POST', PATH, { name: 'new' }], ['new', 'here']],
  ['change', (id) => ['PATCH', `${PATH}/${id}`, { name: 'changed' }], ['changed']],
  ['delete', (id) => ['DELETE', `${PATH}/${id}`], []],
])('a late %s is cut without an answer, and carried out a quarter of a second later', async (_name, request, names) => {
  const { emulator, id, exchanges } = await lateAgainst()
  emulator.setLatency(3_600_000) // it is cut before that
  await expect(call(emulator, ...request(id))).rejects.toThrow()
  expect(exchanges).toMatchObject([{ outcome: 'late', reply: undefined, scripted: false }])
  vi.advanceTimersByTime(249)
  expect(namesIn(emulator)).toEqual(['here'])
  vi.advanceTimersByTime(1)
  expect(namesIn(emulator)).toEqual(names)
  vi.advanceTimersByTime(1000)
  expect([namesIn(emulator), exchanges.length]).toEqual([names, 1])
})

test('how late is an option', async () => {
  const { emulator } = await lateAgainst({ lateMs: 5000 })
  await expect(call(emulator, 'POST', PATH, { name: 'new' })).rejects.toThrow()
  vi.advanceTimersByTime(4999)
  expect(namesIn(emulator)).toEqual(['here'])
  vi.advanceTimersByTime(1)
  expect(namesIn(emulator)).toEqual(['new', 'here'])
})

test.each(['GET', 'HEAD'])('a %s is never late: its connection is reset', async (method) => {
  const { emulator, exchanges } = await lateAgainst()
  await expect(call(emulator, method, PATH)).rejects.toThrow()
  expect(exchanges).toMatchObject([{ outcome: 'reset', reply: undefined }])
})

test('what is late counts against the rate limit when it is carried out, and is refused like any other', async () => {
  let now = 0
  const { emulator } = await lateAgainst({ rateLimit: { requests: 1, windowMs: 1000 }, now: () => now })
  await expect(call(emulator, 'POST', PATH, { name: 'too soon' })).rejects.toThrow()
  now = 999
  vi.advanceTimersByTime(250)
  await expect(call(emulator, 'POST', PATH, { name: 'new' })).rejects.toThrow()
  now = 1000
  vi.advanceTimersByTime(250)
  expect(namesIn(emulator)).toEqual(['new', 'here'])
})

test('after closing nothing that was late is carried out', async () => {
  const { emulator } = await lateAgainst()
  await expect(call(emulator, 'POST', PATH, { name: 'new' })).rejects.toThrow()
  await emulator.close()
  vi.advanceTimersByTime(60_000)
  expect(namesIn(emulator)).toEqual(['here'])
})
