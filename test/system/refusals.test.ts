import { describe, expect, test } from 'vitest'
import { followRequests, keyOf, named, openScene, type Scene } from '../support/scene.ts'

/** Answers POSTs of `key` so, instead of carrying them out, the first `times` times. */
function refuse({ emulator }: Scene, key: string, reply: object, times = Number.POSITIVE_INFINITY): void {
  let left = times
  emulator.intercept({
    before: ({ method, body }) =>
      method === 'POST' && keyOf(body) === key && left-- > 0 ? (reply as { status: number }) : 'continue',
  })
}

const NO_PROVIDER = {
  status: 422,
  body: { errorCode: 'ERR_NGROK_27604', statusCode: 422, msg: 'no such provider', details: { operation_id: 'op_42' } },
}

const BUSY = { errorCode: 'ERR_NGROK_226', statusCode: 429, msg: 'too many requests', details: {} }

test('a permanent refusal is told with the words of the gateway, and is not asked for again until the file changes', async () => {
  const scene = await openScene()
  refuse(scene, 'bad', NO_PROVIDER, 1)
  await scene.put('bad.json', named('Bad'))
  for (const key of ['a', 'b', 'z']) await scene.put(`${key}.json`, named(key))
  const daemon = scene.start('run', '--resync-interval', '100ms', '--log-level', 'debug')
  await daemon.until(() => daemon.told('config.created').length === 3)
  const failed = await daemon.until('config.failed')
  expect(failed).toMatchObject({ key: 'bad', status: 422, errorCode: 'ERR_NGROK_27604', operationId: 'op_42' })
  expect(failed).toMatchObject({ level: 'error', permanent: true, attempt: 1, error: 'no such provider' })
  expect(failed).not.toHaveProperty('delayMs')
  const listed = daemon.told('gateway.listed').length
  await daemon.until(() => daemon.told('gateway.listed').length >= listed + 3) // resyncs change nothing
  expect(scene.posts.toSorted()).toEqual(['a', 'b', 'bad', 'z'])
  await scene.put('bad.json', named('Mended'))
  expect(await daemon.until('config.recovered')).toMatchObject({ key: 'bad' })
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expect(scene.posts.slice(4)).toEqual(['bad'])
  expect(daemon.told('config.failed')).toHaveLength(1)
  expect(Object.keys((await scene.lockfile()).entries)).toEqual(['a', 'b', 'bad', 'z'])
})

test('an entry that fails for the time being waits by itself, and is tried at once when its file changes', async () => {
  const scene = await openScene()
  refuse(scene, 'bad', { status: 503 }, 1)
  await scene.put('bad.json', named('Bad'))
  await scene.put('web.json', named('Web'))
  const daemon = scene.start('run', '--retries', '0')
  const failed = await daemon.until('config.failed')
  expect(failed).toMatchObject({ key: 'bad', permanent: false, delayMs: expect.any(Number) })
  expect(Number(failed['delayMs'])).toBeGreaterThanOrEqual(2_500)
  await scene.put('bad.json', named('Mended'))
  expect(await daemon.until('config.recovered')).toMatchObject({ key: 'bad' })
  expect(scene.emulator.state.configurations.map(({ name }) => name).toSorted()).toEqual(['Mended', 'Web'])
})

test('an entry that no change mends is tried again by itself, and its recovery is told', async () => {
  const scene = await openScene()
  refuse(scene, 'bad', { status: 503 }, 1)
  await scene.put('bad.json', named('Bad'))
  const daemon = scene.start('run', '--retries', '0')
  expect(await daemon.until('config.failed')).toMatchObject({ key: 'bad', permanent: false })
  expect(await daemon.until('config.recovered')).toMatchObject({ key: 'bad' })
  expect(scene.posts).toEqual(['bad', 'bad'])
})

describe('an answer that got lost after the configuration was made', () => {
  test('is settled by listing, not by another POST', async () => {
    const scene = await openScene()
    let lost = 0
    scene.emulator.intercept({ after: ({ method }) => (method === 'POST' && lost++ === 0 ? 'lose' : 'continue') })
    await scene.put('web.json', named('Web'))
    const daemon = scene.start('run')
    expect(await daemon.until('config.created')).toMatchObject({ key: 'web', settled: true })
    expect(scene.posts).toEqual(['web'])
    expect(scene.emulator.state.configurations).toHaveLength(1)
  })
})

describe('a gateway that asks for a pause with Retry-After is left alone for as long', () => {
  test.each([
    ['in seconds', { 'retry-after': '1' }],
    // A date is meant by the clock of the answer, which need not be ours.
    ['as a date', { 'retry-after': 'Mon, 01 Jan 2035 00:00:01 GMT', date: 'Mon, 01 Jan 2035 00:00:00 GMT' }],
  ])('%s', async (_form, headers) => {
    const scene = await openScene()
    refuse(scene, 'busy', { status: 429, headers, body: BUSY }, 1)
    await scene.put('busy.json', named('Busy'))
    const arrivals: { key: string; at: number }[] = []
    scene.emulator.intercept({
      after: ({ method, body }) => {
        if (method === 'POST') arrivals.push({ key: keyOf(body), at: performance.now() })
        return 'continue'
      },
    })
    const daemon = scene.start('run')
    expect(await daemon.until('gateway.throttled')).toMatchObject({ reason: 'asked', delayMs: 1_000 })
    await scene.put('other.json', named('Other'))
    await daemon.until(() => daemon.told('config.created').length === 2)
    expect(daemon.told('config.retrying')).toMatchObject([{ key: 'busy', status: 429, errorCode: 'ERR_NGROK_226' }])
    expect(daemon.told('config.failed')).toEqual([])
    expect(scene.posts.toSorted()).toEqual(['busy', 'busy', 'other'])
    // Never too early, however busy the machine is; a timer's clock may be a millisecond apart from this one.
    const [refused, ...others] = arrivals
    for (const { at } of others) expect(at - refused!.at).toBeGreaterThan(990)
  })
})

test('a file that is dropped overtakes a backlog that waits for the rate budget', async () => {
  const scene = await openScene()
  await Promise.all(Array.from({ length: 60 }, (_, index) => scene.put(`backlog/e${index}.json`, named(`e${index}`))))
  const daemon = scene.start('run', '--rate-limit', '5/1s')
  expect(await daemon.until('gateway.throttled')).toMatchObject({ reason: 'budget' })
  await scene.put('fresh.json', named('Fresh'))
  const created = await daemon.until(({ event, key }) => event === 'config.created' && key === 'fresh')
  const planned = daemon.lines.findIndex(({ event, changes }) => event === 'plan.computed' && isOneCreate(changes))
  const overtaken = daemon.lines.slice(planned, daemon.lines.indexOf(created)).filter(({ event }) => event === 'config.created')
  expect(planned).toBeGreaterThan(0)
  expect(overtaken.length).toBeLessThan(10) // what was in flight, and its companions in the next window; not the other fifty
  expect(daemon.told('gateway.throttled').length).toBeLessThan(10)
  expect(await daemon.kill('SIGTERM')).toBe(0)
  const recorded = Object.values((await scene.lockfile()).entries).map(({ id }) => id)
  expect(recorded.toSorted()).toEqual(scene.emulator.state.configurations.map(({ id }) => id).toSorted())
  expect(recorded.length).toBeLessThan(61)
})

test('a file that is dropped is created at once, though a backlog has spent its part of the rate budget for an hour', async () => {
  const scene = await openScene()
  const { put, start } = scene
  for (let index = 0; index < 60; index++) await put(`old/${index}.json`, named(`Old ${index}`))
  const requests = followRequests(scene)
  const daemon = start('run', '--rate-limit', '20/1h')
  await daemon.until('gateway.throttled')
  await put('new.json', named('New'))
  await daemon.until(({ event, key }) => event === 'config.created' && key === 'new')
  expect(await daemon.kill('SIGTERM')).toBe(0)
  expect(requests.asked).toHaveLength(18 + 1) // of 20 two are kept
})

function isOneCreate(changes: unknown): boolean {
  return (changes as { create?: number }).create === 1
}
