import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseLockfile } from '../../src/lockfile/format.ts'
import { acquireLease } from '../../src/lockfile/lease/lease.ts'
import { openLockfileStore } from '../../src/lockfile/store.ts'
import { type Injection, killsAt, tracedCalls, UNTRACEABLE, type Watch } from '../support/strace.ts'
import { type Course, filesOf, record } from './faults.ts'
import { aFolder, anEar, anEntry, IDENTITY, valueOf } from './samples.ts'

interface Start {
  /** A new lockfile path in the state from which the process starts. */
  readonly path: () => string
  /** What is in that lockfile. */
  readonly before: readonly string[]
}

/** What the process does at the least: it takes the lease (10), reads (8), replaces the lockfile (9 each), gives up the lease (6). */
const LEAST_KILLS = 33

describe.skipIf(UNTRACEABLE)(`killed at any system call on its files${UNTRACEABLE ? ` (skipped: ${UNTRACEABLE})` : ''}`, () => {
  test('a first start leaves what it recorded, and the next one takes over', { timeout: 300_000 }, async () => {
    const kills = await killEverywhere({ path: () => join(aFolder(), 'lock.json'), before: [] }, ['a', 'b'])
    expect(kills).toBeGreaterThanOrEqual(LEAST_KILLS)
  })

  test('a start after a killed one leaves what both recorded, and the next one takes over', { timeout: 300_000 }, async () => {
    const kills = await killEverywhere({ path: await aKilledOnesPath(), before: ['z'] }, ['a'])
    expect(kills).toBeGreaterThanOrEqual(LEAST_KILLS)
  })
})

/** Paths with the lockfile and the lease of one that was killed when it had written `z`. */
async function aKilledOnesPath(): Promise<() => string> {
  const path = join(aFolder(), 'lock.json')
  const files = [filesOf(path).folder]
  expect((await record(path, ['z'], { files, inject: [{ call: 'fsync', when: 1, signal: 'SIGKILL' }] })).ending).toBe('SIGKILL')
  expect(readdirSync(dirname(path)).sort()).toEqual(['lock.json', 'lock.json.lease'])
  return () => {
    const folder = aFolder()
    cpSync(dirname(path), folder, { recursive: true })
    return join(folder, 'lock.json')
  }
}

/** @returns at how many calls */
async function killEverywhere(start: Start, keys: readonly string[]): Promise<number> {
  const kills = [...(await findKills(start, keys, byName)), ...(await findKills(start, keys, byCall))]
  console.info(`${expect.getState().currentTestName}: ${kills.length} system calls`)
  const queue = kills.values()
  const work = async (): Promise<void> => {
    for (const { watch, kill } of queue) await killOnce(start, keys, watch, kill)
  }
  await Promise.all([work(), work()])
  return kills.length
}

interface Kill {
  readonly watch: (path: string) => Watch
  readonly kill: Injection
}

interface Way {
  readonly watch: (path: string) => Watch
  readonly covers: (text: string) => boolean
}

/** All calls on the files whose names are known before. */
const byName: Way = { watch: (path) => ({ files: Object.values(filesOf(path)) }), covers: () => true }

/** The lease's draft and the claim on it have random names. These calls nobody else makes; a draft that is not yet written says nothing. */
const byCall: Way = {
  watch: () => ({ calls: ['fsync', 'link', 'linkat', 'rename', 'renameat', 'unlink', 'unlinkat'] }),
  covers: (text) => text.includes('lock.json.lease.'),
}

async function findKills(start: Start, keys: readonly string[], { watch, covers }: Way): Promise<Kill[]> {
  const path = start.path()
  const { ending, told, log } = await record(path, keys, watch(path))
  expect({ ending, last: told.at(-1) }).toEqual({ ending: 0, last: { closed: true } })
  return killsAt(tracedCalls(log).filter(({ text }) => covers(text))).map((kill) => ({ watch, kill }))
}

async function killOnce(start: Start, keys: readonly string[], watch: (path: string) => Watch, kill: Injection): Promise<void> {
  const path = start.path()
  const course = await record(path, keys, { ...watch(path), inject: [kill] })
  const at = `killed at ${kill.call} ${kill.when}`
  expect(course.ending, at).toBe('SIGKILL')
  const recorded = [...start.before, ...recordedIn(course)]
  if (recorded.length > 0 || existsSync(path))
    expect(keysIn(readFileSync(path, 'utf8')), at).toEqual(expect.arrayContaining(recorded))
  await startAgain(path, recorded, at)
}

function recordedIn({ told }: Course): string[] {
  return told.flatMap((telling) => telling.recorded ?? [])
}

function keysIn(text: string): string[] {
  return [...valueOf(parseLockfile(text)).entries.keys()]
}

async function startAgain(path: string, recorded: readonly string[], at: string): Promise<void> {
  const lease = valueOf(await acquireLease(path))
  const store = valueOf(await openLockfileStore({ path, ...IDENTITY }, anEar().report))
  expect([...store.entries.keys()], at).toEqual(expect.arrayContaining([...recorded]))
  expect(
    readdirSync(dirname(path))
      .filter((file) => file !== 'lock.json')
      .sort(),
    at,
  ).toEqual(['lock.json.lease'])
  expect((await store.record('next', anEntry({ id: 'aigac_next' }))).isOk(), at).toBe(true)
  expect((await store.close()).isOk(), at).toBe(true)
  expect((await lease.release()).isOk(), at).toBe(true)
  expect(readdirSync(dirname(path)), at).toEqual(['lock.json'])
}
