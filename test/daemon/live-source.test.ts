import { expect, onTestFinished, test, vi } from 'vitest'
import { LiveSource } from '../../src/daemon/live-source.ts'
import type { SyncEvent } from '../../src/model/events.ts'
import { SOURCE_SETTINGS } from '../source/open-source.ts'
import { createConfigFolder } from '../support/config-folder.ts'
import { PATIENCE } from '../support/patience.ts'
import { descendants, isRunning } from '../support/proc.ts'
import { errorOf, valueOf } from '../settings/result.ts'

vi.mock('../../src/source/evaluator/wall.ts', async (original) => {
  const wall = await original<typeof import('../../src/source/evaluator/wall.ts')>()
  return { ...wall, wallOf: () => ({ ...wall.wallOf(), gaps: ['memory'] }) }
})

const NEVER_MS = 10_000

const web = JSON.stringify({ name: 'Web' })

/** A source over a folder with `web`, and what it tells. */
async function open(settle: number) {
  const folder = createConfigFolder()
  folder.put('web.json', web)
  const settings = { ...SOURCE_SETTINGS, dir: folder.dir, settle }
  const changed: string[] = []
  const events: SyncEvent[] = []
  const source = new LiveSource({ ...settings, watch: true }, (event) => events.push(event))
  onTestFinished(() => source.close())
  const heard: { readonly key: string; readonly resolve: () => void }[] = []
  const listener = (keys: ReadonlySet<string>): void => {
    changed.push(...keys)
    for (const { key, resolve } of heard) if (keys.has(key)) resolve()
  }
  valueOf(await source.open(listener))
  const hears = (key: string) =>
    new Promise<void>((resolve) => (changed.includes(key) ? resolve() : heard.push({ key, resolve })))
  return { ...folder, settings, source, changed, events, hears }
}

test('what the former has not told yet is told when another takes over', async () => {
  const { put, settings, source, changed } = await open(NEVER_MS)
  put('late.json', web)
  const { takeOver } = valueOf(await source.prepare(settings))
  expect(changed).toEqual([])
  takeOver()
  expect(changed).toEqual(['late'])
  expect(new Set(source.desired.entries.keys())).toEqual(new Set(['web', 'late']))
})

test('what changes while another waits to take over is told by the former, and what it leaves by the other', async () => {
  const { put, settings, source, changed, hears } = await open(0)
  const { takeOver } = valueOf(await source.prepare(settings))
  put('before.json', web)
  await hears('before')
  takeOver()
  put('after.json', web)
  await hears('after')
  expect(new Set(changed)).toEqual(new Set(['before', 'after']))
})

test('what only one of them takes for an entry is told, and what both do is not', async () => {
  const { put, settings, source, changed, hears } = await open(0)
  put('closed.json', JSON.stringify({ name: 'Closed', access: { models: { allow: ['openai/gpt-4o'] } } }))
  await hears('closed')
  changed.length = 0
  valueOf(await source.prepare({ ...settings, requireAccess: true })).takeOver()
  expect(changed).toEqual(['web'])
  expect([...source.desired.entries.keys()]).toEqual(['closed'])
  expect([...source.desired.broken]).toEqual(['web.json'])
  valueOf(await source.prepare(settings)).takeOver()
  expect(changed).toEqual(['web', 'web'])
})

test('what the system lacks is told once, however many follow', async () => {
  const { settings, source, events } = await open(0)
  const told = () => events.filter(({ event }) => event === 'evaluator.exposed').length
  expect(told()).toBe(1)
  valueOf(await source.prepare(settings)).takeOver()
  expect(told()).toBe(1)
})

test('closing when another has just taken over ends what any of them started', async () => {
  const { settings, source } = await open(0)
  const { takeOver } = valueOf(await source.prepare(settings))
  const started = await descendants(process.pid)
  expect(started.length).toBeGreaterThan(1)
  takeOver()
  await source.close()
  await vi.waitFor(() => expect(started.filter(({ pid }) => isRunning(pid))).toEqual([]), PATIENCE)
})

test('closing while another is prepared ends that as well', async () => {
  const { settings, source } = await open(0)
  const preparing = source.prepare(settings)
  await source.close()
  expect(errorOf(await preparing)).toBe('closed')
  await vi.waitFor(async () => expect(await descendants(process.pid)).toEqual([]), PATIENCE)
  expect(errorOf(await source.prepare(settings))).toBe('closed')
})
