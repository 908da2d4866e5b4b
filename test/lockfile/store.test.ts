import { lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatLockfile, parseLockfile } from '../../src/lockfile/format.ts'
import type { Lockfile } from '../../src/lockfile/lockfile.ts'
import type { LockfileIdentity } from '../../src/lockfile/read.ts'
import { temporaryPath } from '../../src/lockfile/replace.ts'
import { type LockfileStore, openLockfileStore } from '../../src/lockfile/store.ts'
import { aFolder, anEar, anEntry, errorOf, IDENTITY, valueOf } from './samples.ts'

const nobody = (): void => {}

async function open(path: string, over: Partial<LockfileIdentity> = {}, report = anEar().report): Promise<LockfileStore> {
  return valueOf(await openLockfileStore({ path, ...IDENTITY, ...over }, report))
}

function aPath(): string {
  return join(aFolder(), 'lock.json')
}

function onDisk(path: string): Lockfile {
  return valueOf(parseLockfile(readFileSync(path, 'utf8')))
}

describe('recording', () => {
  test('is on disk when it resolves, and found by the next to open', async () => {
    const path = aPath()
    const store = await open(path)
    expect((await store.record('a', anEntry())).isOk()).toBe(true)
    expect(onDisk(path)).toEqual({ lockfileVersion: 1, ...IDENTITY, entries: new Map([['a', anEntry()]]) })
    const next = await open(path)
    expect(next.origin).toEqual({ type: 'found' })
    expect([...next.entries]).toEqual([['a', anEntry()]])
  })

  test('is in `entries` at once', async () => {
    const store = await open(aPath())
    const recorded = store.record('a', anEntry())
    expect(store.entries.get('a')).toEqual(anEntry())
    await recorded
  })

  test('in a burst is one write, reported with how many entries the file has', async () => {
    const { events, report } = anEar()
    const store = await open(aPath(), {}, report)
    await Promise.all(Array.from({ length: 500 }, (_, n) => store.record(`k${n}`, anEntry({ id: `aigac_${n}` }))))
    expect(events).toEqual([{ event: 'lockfile.written', entries: 500, durationMs: expect.any(Number) as number }])
  })

  test('an id under another key moves it', async () => {
    const path = aPath()
    const store = await open(path)
    await store.record('old', anEntry())
    await store.record('new', anEntry())
    expect([...onDisk(path).entries.keys()]).toEqual(['new'])
  })

  test('another id under a key gives the old id free', async () => {
    const path = aPath()
    const store = await open(path)
    await store.record('a', anEntry({ id: 'aigac_1' }))
    await store.record('a', anEntry({ id: 'aigac_2' }))
    await store.record('b', anEntry({ id: 'aigac_1' }))
    expect([...onDisk(path).entries].map(([key, { id }]) => [key, id])).toEqual([
      ['a', 'aigac_2'],
      ['b', 'aigac_1'],
    ])
  })

  test('after closing is refused', async () => {
    const path = aPath()
    const store = await open(path)
    void store.record('a', anEntry())
    expect((await store.close()).isOk()).toBe(true)
    expect([...onDisk(path).entries.keys()]).toEqual(['a'])
    expect(errorOf(await store.record('b', anEntry()))).toMatchObject({ type: 'closed', path })
    expect(errorOf(await store.forget('a'))).toMatchObject({ type: 'closed', path })
    expect([...store.entries.keys()]).toEqual(['a'])
  })
})

test('what is forgotten is gone from disk, and forgetting what is not there writes nothing', async () => {
  const path = aPath()
  const { events, report } = anEar()
  const store = await open(path, {}, report)
  await store.record('a', anEntry())
  await store.forget('a')
  expect(onDisk(path).entries.size).toBe(0)
  await store.forget('a')
  await store.flush()
  expect(events.map(({ event }) => event)).toEqual(['lockfile.written', 'lockfile.written'])
})

describe('a write that fails', () => {
  test('is told to who waits, leaves the last good file, and is made up for by the next', async () => {
    const path = aPath()
    const { events, report } = anEar()
    const store = await open(path, {}, report)
    await store.record('a', anEntry())
    mkdirSync(temporaryPath(path)) // in the way of the next write
    const failing = await Promise.all([store.record('b', anEntry({ id: 'aigac_2' })), store.forget('a')])
    for (const result of failing) expect(errorOf(result)).toMatchObject({ type: 'unwritable', path })
    expect([...onDisk(path).entries.keys()]).toEqual(['a'])
    expect([...store.entries.keys()]).toEqual(['b'])
    rmdirSync(temporaryPath(path))
    await store.record('c', anEntry({ id: 'aigac_3' }))
    expect([...onDisk(path).entries.keys()]).toEqual(['b', 'c'])
    expect(events.map(({ event }) => event)).toEqual(['lockfile.written', 'lockfile.failed', 'lockfile.written'])
    expect(events[1]).toEqual({
      event: 'lockfile.failed',
      msg: expect.stringContaining(temporaryPath(path)) as string,
      errorCode: expect.any(String) as string,
    })
  })

  test('because the lockfile became a folder leaves nothing behind, and a flush makes up for it', async () => {
    const path = aPath()
    const store = await open(path)
    mkdirSync(path)
    expect(errorOf(await store.record('a', anEntry()))).toMatchObject({ type: 'unwritable', code: 'EISDIR' })
    expect(readdirSync(join(path, '..'))).toEqual(['lock.json'])
    expect((await store.flush()).isErr()).toBe(true)
    rmdirSync(path)
    expect((await store.flush()).isOk()).toBe(true)
    expect([...onDisk(path).entries.keys()]).toEqual(['a'])
  })
})

describe('opening', () => {
  test('without a lockfile makes the folder and starts empty, writing nothing yet', async () => {
    const folder = aFolder()
    const store = await open(join(folder, 'state/lock.json'))
    expect(store.origin).toEqual({ type: 'rebuilding', reason: 'missing' })
    expect(readdirSync(join(folder, 'state'))).toEqual([])
    expect(store.entries.size).toBe(0)
  })

  test('sets a damaged lockfile aside', async () => {
    const path = aPath()
    writeFileSync(path, '{"lockfileVersion": 1')
    const { origin, entries } = await open(path)
    const problem = { type: 'not-json', line: 1, column: 22, truncated: true }
    const aside = expect.stringMatching(/lock\.json\.aside-\d{8}T\d{6}\.\d{3}Z$/) as string
    expect(origin).toEqual({ type: 'rebuilding', reason: 'damaged', aside, problem })
    expect(entries.size).toBe(0)
    expect(readFileSync((origin as { aside: string }).aside, 'utf8')).toBe('{"lockfileVersion": 1')
  })

  test("sets another gateway's lockfile aside and loses nothing of it", async () => {
    const path = aPath()
    const first = await open(path)
    await first.record('a', anEntry())
    const over = { apiUrl: 'http://127.0.0.1:4040' }
    const store = await open(path, over)
    expect(store.origin).toMatchObject({ type: 'rebuilding', reason: 'other-gateway', recorded: 'https://api.ngrok.ai' })
    expect(store.entries.size).toBe(0)
    await store.record('b', anEntry({ id: 'aigac_2' }))
    expect(onDisk(path)).toMatchObject(over)
    expect([...onDisk((store.origin as { aside: string }).aside).entries.keys()]).toEqual(['a'])
  })

  test('takes a URL with a trailing slash for the same gateway, and records it without', async () => {
    const path = aPath()
    const first = await open(path, { apiUrl: 'https://api.ngrok.ai/' })
    await first.record('a', anEntry())
    expect(onDisk(path).apiUrl).toBe('https://api.ngrok.ai')
    expect((await open(path, { apiUrl: 'https://api.ngrok.ai/' })).origin.type).toBe('found')
  })

  test('refuses a later version and leaves it where it is', async () => {
    const path = aPath()
    writeFileSync(path, '{"lockfileVersion": 2}')
    const opened = await openLockfileStore({ path, ...IDENTITY }, nobody)
    expect(errorOf(opened)).toEqual({ type: 'newer-version', version: 2, path })
    expect(readdirSync(join(path, '..'))).toEqual(['lock.json'])
  })

  test("refuses another owner's and leaves it where it is", async () => {
    const path = aPath()
    await (await open(path)).record('a', anEntry())
    const before = readFileSync(path, 'utf8')
    const opened = await openLockfileStore({ path, ...IDENTITY, owner: 'blue' }, nobody)
    expect(errorOf(opened)).toEqual({ type: 'other-owner', path, recorded: 'default', owner: 'blue' })
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(readdirSync(join(path, '..'))).toEqual(['lock.json'])
  })

  test('refuses a folder that is a file', async () => {
    const file = aPath()
    writeFileSync(file, '')
    const opened = await openLockfileStore({ path: join(file, 'lock.json'), ...IDENTITY }, nobody)
    expect(errorOf(opened)).toMatchObject({ type: 'unwritable', code: 'ENOTDIR' })
  })

  test('removes what a killed process left', async () => {
    const path = aPath()
    writeFileSync(temporaryPath(path), '{"lockf')
    await open(path)
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  test('follows a link and keeps it', async () => {
    const folder = aFolder()
    mkdirSync(join(folder, 'real'))
    writeFileSync(join(folder, 'real/target.json'), formatLockfile({ lockfileVersion: 1, ...IDENTITY, entries: new Map() }))
    symlinkSync('real/target.json', join(folder, 'lock.json'))
    const store = await open(join(folder, 'lock.json'))
    expect(store.origin.type).toBe('found')
    await store.record('a', anEntry())
    expect(lstatSync(join(folder, 'lock.json')).isSymbolicLink()).toBe(true)
    expect([...onDisk(join(folder, 'real/target.json')).entries.keys()]).toEqual(['a'])
  })

  test('makes a file for our user alone of one that all could read', async () => {
    const path = aPath()
    writeFileSync(path, formatLockfile({ lockfileVersion: 1, ...IDENTITY, entries: new Map() }), { mode: 0o644 })
    await (await open(path)).record('a', anEntry())
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })
})

describe('handing over', () => {
  const taker = { owner: 'blue', formerOwner: 'default' }

  test("finds the former owner's lockfile and leaves it his, until it is claimed", async () => {
    const path = aPath()
    await (await open(path)).record('a', anEntry())
    const store = await open(path, taker)
    expect(store.origin).toEqual({ type: 'found' })
    await store.record('b', anEntry({ id: 'aigac_2' }))
    expect(onDisk(path).owner).toBe('default')
    expect((await store.claim()).isOk()).toBe(true)
    expect(onDisk(path).owner).toBe('blue')
    expect([...onDisk(path).entries.keys()]).toEqual(['a', 'b'])
    expect((await open(path, { owner: 'blue' })).origin).toEqual({ type: 'found' })
  })

  test('can be taken up again after it was claimed, which then writes nothing', async () => {
    const path = aPath()
    await (await open(path, { owner: 'blue' })).record('a', anEntry())
    const { events, report } = anEar()
    const store = await open(path, taker, report)
    expect((await store.claim()).isOk()).toBe(true)
    expect(events).toEqual([])
    await store.record('b', anEntry({ id: 'aigac_2' }))
    expect(onDisk(path).owner).toBe('blue')
  })

  test('of a lost lockfile records for the former owner, until it is claimed', async () => {
    const path = aPath()
    const store = await open(path, taker)
    expect(store.origin).toEqual({ type: 'rebuilding', reason: 'missing' })
    await store.record('a', anEntry())
    expect(onDisk(path).owner).toBe('default')
    await store.claim()
    expect(onDisk(path).owner).toBe('blue')
  })

  test('that cannot be written is told, and goes with the next write', async () => {
    const path = aPath()
    await (await open(path)).record('a', anEntry())
    const store = await open(path, taker)
    mkdirSync(temporaryPath(path)) // in the way of the next write
    expect(errorOf(await store.claim())).toMatchObject({ type: 'unwritable', path })
    expect(onDisk(path).owner).toBe('default')
    rmdirSync(temporaryPath(path))
    expect((await store.close()).isOk()).toBe(true)
    expect(onDisk(path).owner).toBe('blue')
    expect(errorOf(await store.claim())).toMatchObject({ type: 'closed' })
  })

  test("refuses a third owner's lockfile", async () => {
    const path = aPath()
    await (await open(path, { owner: 'green' })).record('a', anEntry())
    const opened = await openLockfileStore({ path, ...IDENTITY, ...taker }, nobody)
    expect(errorOf(opened)).toEqual({ type: 'other-owner', path, recorded: 'green', owner: 'blue' })
  })
})

test('an abandoned lockfile is not written any more, not even with what was gathered before', async () => {
  const path = aPath()
  const store = await open(path)
  await store.record('a', anEntry())
  const before = readFileSync(path, 'utf8')
  const gathered = store.record('b', anEntry({ id: 'aigac_2' }))
  store.abandon()
  expect(errorOf(await gathered)).toMatchObject({ code: 'ABANDONED' })
  expect(errorOf(await store.record('c', anEntry({ id: 'aigac_3' })))).toMatchObject({ type: 'closed' })
  expect((await store.close()).isErr()).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe(before)
})
