import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { okAsync } from 'neverthrow'
import { expect, onTestFinished, test, vi } from 'vitest'
import { wordsOf } from '../../src/cli/render/status-words.ts'
import { type LifeError, live } from '../../src/daemon/life.ts'
import { CATALOGUE } from '../../src/log/catalogue.ts'
import type { EventName, Failure, SyncEvent } from '../../src/model/events.ts'
import { Secret } from '../../src/model/secret.ts'
import { decodeMetadata } from '../../src/model/stamp.ts'
import type { Settings } from '../../src/settings/settings.ts'
import { loadSettings } from '../../src/settings/load.ts'
import { fixedToken } from '../../src/settings/token-keeper.ts'
import { emulate } from '../emulator/client.ts'
import { valueOf } from '../settings/result.ts'
import { openLine } from '../support/line.ts'
import { CONFIGURATIONS, personAt } from '../support/person.ts'
import { temporaryFolder } from '../support/process.ts'
import { named } from '../support/scene.ts'
import { type Clock, measure, type Size, simulateTime } from '../support/simulated.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const INTERVAL = 5 * MINUTE

/** The whole month takes half a minute: `AIGW_TEST_MONTH=1`. Otherwise it is as much of each as shows growth, if there is any. */
const [DAYS, AWAY] = process.env['AIGW_TEST_MONTH'] ? [30, 7] : [6, 1]

/** A gateway that is down is asked at least so often. */
const LONGEST_PROBE = 30_000

/** Resyncs a day that are asked for: by a reload, and where something has been gone for its grace. */
const HURRIED = 2

const START = '2026-03-01T00:00:00Z'

/** Each declared, and each on the gateway all the time. */
const KEYS = Array.from({ length: 12 }, (_, n) => `team/e${n}`)

async function open(clock: Clock) {
  const folder = await temporaryFolder()
  const emulator = await emulate({ now: () => Date.parse(START) + clock.elapsed() }) // a gateway whose clock is right
  const line = await openLine(emulator)
  const put = async (path: string, content: unknown): Promise<void> => {
    const aside = join(folder, 'aside')
    await writeFile(aside, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 })
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await rename(aside, join(folder, path))
  }
  await put('secret', 'value 0')
  for (const key of KEYS) await put(`configs/${key}.json`, named(`${key} 0`))
  await put('configs/keyed.json', keyed())
  const flags = { policy: 'sync', deleteMaxPercent: '100', apiUrl: line.url, settings: '/dev/null' }
  const { settings } = valueOf(await loadSettings({ flags, env: {}, cwd: folder }))
  const daemon = begin(settings, clock)
  return { folder, emulator, line, put, ...daemon, person: personAt(emulator) }
}

/** With a secret that is a file, beside the folder's modules. */
function keyed(): object {
  const step = { type: 'user', keys: [{ name: 'prod', value: { $file: '../secret' } }] }
  return { ...named('Keyed'), router: { rules: [{ provider: 'openai', steps: [step] }] } }
}

/** The daemon, and counts of what it tells. */
function begin(settings: Settings, clock: Clock) {
  const stopping = new AbortController()
  const stop = { signal: stopping.signal, name: () => 'SIGTERM' }
  const written = { settings, reload: () => {} }
  const reload = {
    listen: (listener: () => void) => (written.reload = listener),
    settings: () => okAsync<Settings, string>(written.settings),
    setLogLevel: () => {},
  }
  const counts = new Map<EventName, number>()
  const listedAt: number[] = []
  const report = (event: SyncEvent): void => {
    counts.set(event.event, (counts.get(event.event) ?? 0) + 1)
    if (event.event === 'gateway.listed') listedAt.push(clock.elapsed())
  }
  const options = { settings, token: fixedToken(new Secret('token', 'the test')), version: '0.0.0', words: wordsOf }
  const ended = live({ ...options, stop, reload, failure: failureOf }, report)
  const told = (event: EventName): number => counts.get(event) ?? 0
  return { counts, told, listedAt, written, ended, signal: stopping.signal, stop: () => stopping.abort() }
}

function failureOf({ type }: LifeError): Failure {
  return { msg: type }
}

type Month = Awaited<ReturnType<typeof open>>

/** Over a connection that ends with it. */
async function editByHand({ emulator }: Month, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' }
  const asked = request(`${emulator.url}${CONFIGURATIONS}/${id}`, { method: 'PATCH', headers, agent: false })
  asked.end(JSON.stringify({ name: 'by hand' }))
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  await once(answer.resume(), 'close')
}

/** Runs an act, and lets time pass until this event was told once more. */
async function awaiting(clock: Clock, { told }: Month, event: EventName, act: () => Promise<unknown> | void): Promise<void> {
  const before = told(event)
  await act()
  await clock.until(event, () => told(event) > before)
}

/** What happens on an ordinary day. */
async function liveThrough(clock: Clock, it: Month, day: number): Promise<void> {
  const { put, person, folder, written } = it
  await awaiting(clock, it, 'config.updated', () => put(`configs/${KEYS[0]}.json`, named(`${KEYS[0]} ${day}`)))
  await awaiting(clock, it, 'config.created', () => put('configs/passing.json', named('Passing')))
  await awaiting(clock, it, 'config.deleted', () => rm(join(folder, 'configs/passing.json')))
  await clock.pass(4 * HOUR)
  await awaiting(clock, it, 'drift.detected', () => editByHand(it, person.one(KEYS[1]!).id))
  await awaiting(clock, it, 'provider-key.rotated', () => put('secret', `value ${day}`))
  await awaiting(clock, it, 'source.invalid', () => put(`configs/${KEYS[2]}.json`, '{'))
  await awaiting(clock, it, 'source.recovered', () => put(`configs/${KEYS[2]}.json`, named(`${KEYS[2]} 0`)))
  written.settings = { ...written.settings, retries: 5 + (day % 2), settle: day % 5 === 0 ? 20 + day : written.settings.settle }
  await awaiting(clock, it, 'daemon.reloaded', () => written.reload())
  await clock.pass(day * DAY - clock.elapsed())
}

test(
  `${DAYS} days, ${AWAY} of them without the gateway, and a wrong clock: no resync is missed, nothing grows, no flood is told`,
  { timeout: 300_000 },
  async () => {
    withoutChance()
    const clock = simulateTime(START)
    const it = await open(clock)
    await clock.until('the first apply', () => it.told('config.created') === KEYS.length + 1)
    const before = await liveUntil(clock, it, { from: 1, to: 3, clockJump: -DAY })
    const away = await sitOut(clock, it, 3 + AWAY)
    const after = await liveUntil(clock, it, { from: 4 + AWAY, to: DAYS, clockJump: 365 * DAY })
    it.stop()
    await clock.until('the end', () => it.told('daemon.stopped') === 1)
    expect((await it.ended).isOk()).toBe(true)

    const gaps = it.listedAt.slice(1).map((at, n) => at - it.listedAt[n]!)
    const [longest, ...others] = gaps.toSorted((a, b) => b - a)
    expect(longest).toBeGreaterThan(AWAY * DAY - INTERVAL)
    expect(longest).toBeLessThan(AWAY * DAY + INTERVAL + LONGEST_PROBE)
    expect(others[0]).toBeLessThanOrEqual(INTERVAL)
    const days = DAYS - AWAY
    const hurried = gaps.filter((gap) => gap < INTERVAL).length
    expect(hurried).toBeLessThanOrEqual(HURRIED * days + 4)
    expect(it.listedAt.length - hurried).toBeGreaterThanOrEqual(days * 288 - HURRIED * days)
    for (const collection of [CONFIGURATIONS, '/provider-keys']) {
      const asked = it.emulator.requests.count('GET', collection)
      expect(Math.abs(asked - it.listedAt.length)).toBeLessThanOrEqual(2) // a probe, and a page whose answer was cut
    }

    expect(away.told).toEqual({
      'source.loaded': AWAY,
      'plan.computed': AWAY,
      'gateway.unreachable': 1,
      'gateway.waiting': AWAY * 24 - 1,
      ...away.few,
    })
    expect(Object.values(away.few).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(10)
    expect(away.recoveredAfter).toBeLessThanOrEqual(LONGEST_PROBE)
    expect(away.appliedAfter).toBeLessThanOrEqual(1_000)

    const declared = [...KEYS, 'keyed', ...Array.from({ length: AWAY }, (_, n) => `team/away${n + 1}`)]
    expect(keysOn(it).toSorted()).toEqual(declared.toSorted())
    const troubles: readonly EventName[] = [
      'config.failed',
      'config.conflict',
      'provider-key.failed',
      'gateway.rejected',
      'lockfile.failed',
    ]
    expect(troubles.map((event) => it.told(event))).toEqual([0, 0, 0, 0, 0])
    const daily: readonly EventName[] = [
      'drift.detected',
      'provider-key.rotated',
      'config.deleted',
      'source.recovered',
      'daemon.reloaded',
    ]
    expect(daily.map((event) => it.told(event))).toEqual(daily.map(() => days))

    expectSame(before)
    expectSame(after)
    const [first, last] = [before[0]!, after.at(-1)!]
    expect(last).toMatchObject({
      timers: first.timers,
      handles: first.handles,
      controllers: first.controllers,
      listeners: first.listeners,
    })
    expect(last.heapMb - first.heapMb).toBeLessThan(4)
  },
)

/** What is held is the same at the end of each day, but for a few elements that the machinery of the test has now and not then. */
function expectSame(sizes: readonly Size[]): void {
  const [first, ...others] = sizes
  expect(others.length).toBeGreaterThan(0)
  for (const size of others) {
    expect({ ...size, ...NOT_EXACT }).toEqual({ ...first, ...NOT_EXACT })
    expect(Math.abs(size.mapped + size.inSets - first!.mapped - first!.inSets)).toBeLessThan(FEW)
  }
}

const NOT_EXACT = { heapMb: 0, mapped: 0, inSets: 0 }

/** A day has 288 resyncs and some dozen events: one element for each would be many more. */
const FEW = 16

function keysOn({ emulator }: Month): readonly string[] {
  return emulator.state.configurations.map(({ metadata }) => decodeMetadata(metadata).stamp?.key ?? '')
}

/** @returns how large it was at the end of the second day, and of the last ones */
async function liveUntil(
  clock: Clock,
  it: Month,
  { from, to, clockJump }: { readonly from: number; readonly to: number; readonly clockJump: number },
): Promise<readonly Size[]> {
  const sizes: Size[] = []
  for (let day = from; day <= to; day++) {
    if (day === from + 1) vi.setSystemTime(Date.now() + clockJump)
    await liveThrough(clock, it, day)
    if (day === from + 1 || day >= to - 1) sizes.push(await measureAtRest(clock, it))
  }
  return sizes
}

/** Between two resyncs, with no connection that happens to be kept. */
async function measureAtRest(clock: Clock, it: Month): Promise<Size> {
  const listed = it.listedAt.length
  await clock.until('the next resync', () => it.listedAt.length > listed)
  await clock.pass(MINUTE)
  it.line.drop()
  await clock.until('the end of connections', () => !process.getActiveResourcesInfo().includes('TCPSocketWrap'))
  await clock.pass(1_000)
  return measure([it.signal])
}

/** A file is dropped each day, and nobody answers. */
async function sitOut(clock: Clock, it: Month, until: number) {
  const created = it.told('config.created')
  const before = new Map(it.counts)
  it.line.cut()
  for (let day = 1; day <= AWAY; day++) {
    await it.put(`configs/team/away${day}.json`, named(`away${day}`))
    await clock.pass((until - AWAY + day) * DAY - clock.elapsed())
  }
  const all = [...it.counts].map(([event, count]) => [event, count - (before.get(event) ?? 0)] as const)
  const told = all.filter(([event, count]) => count > 0 && CATALOGUE[event].level !== 'debug')
  const few = told.filter(([event]) => event === 'gateway.retrying' || event === 'config.retrying')
  const mendedAt = clock.elapsed()
  it.line.mend()
  await clock.until('the recovery', () => it.told('gateway.recovered') === 1)
  const recoveredAfter = clock.elapsed() - mendedAt
  await clock.until('what was dropped meanwhile', () => it.told('config.created') === created + AWAY)
  const appliedAfter = clock.elapsed() - mendedAt - recoveredAfter
  return { told: Object.fromEntries(told), few: Object.fromEntries(few), recoveredAfter, appliedAfter }
}

/** Waits are of the length that they have on average. A spy would remember each call, which looks like growth. */
function withoutChance(): void {
  const { random } = Math
  Math.random = () => 0.5
  onTestFinished(() => void (Math.random = random))
}
