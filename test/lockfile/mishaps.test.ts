/** What happens to lockfiles outside of our hands: Git, editors, power cuts, people. Nothing of it may be lost. */
import { execFileSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatLockfile } from '../../src/lockfile/format.ts'
import { openLockfileStore } from '../../src/lockfile/store.ts'
import { aFolder, anEntry, errorOf, IDENTITY, valueOf } from './samples.ts'

const ENTRIES = new Map([
  ['a', anEntry({ protect: true, secrets: { x: 'f' } })],
  ['b', anEntry({ id: 'aigac_2' })],
])
const GOOD = formatLockfile({ lockfileVersion: 1, ...IDENTITY, entries: ENTRIES })

function aPath(): string {
  return join(aFolder(), 'lock.json')
}

function open(path: string): ReturnType<typeof openLockfileStore> {
  return openLockfileStore({ path, ...IDENTITY }, () => {})
}

describe('a file that is no whole lockfile is set aside as it is, and what is recorded goes into a new one', () => {
  const merged = GOOD.replace('"b": {', '<<<<<<< HEAD\n    "b": {').replace(/}\n$/, '>>>>>>> theirs\n}\n')
  test.each<[string, string | Buffer, object]>([
    ['conflict markers', merged, { type: 'merge-conflict' }],
    ['conflict markers and Windows line ends', merged.replaceAll('\n', '\r\n'), { type: 'merge-conflict' }],
    ['a key twice', GOOD.replace('"b": {', '"a": {'), { type: 'repeated-property', property: 'a' }],
    [
      'a property of an entry twice',
      GOOD.replace('"name":', '"id": "x", "name":'),
      { type: 'repeated-property', property: 'id' },
    ],
    ['an id twice', GOOD.replace('aigac_2', 'aigac_1'), { type: 'duplicate-id', id: 'aigac_1', keys: ['a', 'b'] }],
    ['its second half cut off', GOOD.slice(0, GOOD.length / 2), { type: 'not-json', truncated: true }],
    ['zeros instead of its text', Buffer.alloc(GOOD.length), { type: 'not-json', line: 1, column: 1, truncated: false }],
    ['zeros after its text', Buffer.concat([Buffer.from(GOOD), Buffer.alloc(8)]), { type: 'not-json', truncated: false }],
    ['nothing in it', '', { type: 'not-json', line: 1, column: 1, truncated: true }],
    ['UTF-16', Buffer.from(`\uFEFF${GOOD}`, 'utf16le'), { type: 'not-text' }],
  ])('%s', async (_what, content, problem) => {
    const path = aPath()
    writeFileSync(path, content)
    const store = valueOf(await open(path))
    expect(store.origin).toMatchObject({ type: 'rebuilding', reason: 'damaged', problem })
    expect(readFileSync((store.origin as { aside: string }).aside)).toEqual(Buffer.from(content))
    await store.record('c', anEntry())
    expect([...valueOf(await open(path)).entries.keys()]).toEqual(['c'])
  })
})

test.each([
  ['Windows line ends', GOOD.replaceAll('\n', '\r\n')],
  ['a byte order mark', `\uFEFF${GOOD}`],
  ['no line ends', JSON.stringify(JSON.parse(GOOD))],
])('%s do no harm: the lockfile is found, and written as ever', async (_what, content) => {
  const path = aPath()
  writeFileSync(path, content)
  const store = valueOf(await open(path))
  expect(store.origin).toEqual({ type: 'found' })
  expect(new Map(store.entries)).toEqual(ENTRIES)
  await store.record('b', anEntry({ id: 'aigac_2' }))
  expect(readFileSync(path, 'utf8')).toBe(GOOD)
})

describe('what is no file of a possible size is refused and left where it is', () => {
  test('a folder', async () => {
    const path = aPath()
    mkdirSync(path)
    const error = { type: 'unreadable', path, code: 'EINVAL', msg: 'expected a file, found a folder; move it away' }
    expect(errorOf(await open(path))).toEqual(error)
    expect(readdirSync(path)).toEqual([])
  })

  test('a named pipe, without waiting for somebody to write to it', async () => {
    const path = aPath()
    execFileSync('mkfifo', [path])
    expect(errorOf(await open(path))).toMatchObject({ type: 'unreadable', code: 'EINVAL', msg: /found a named pipe/ })
    expect(lstatSync(path).isFIFO()).toBe(true)
  })

  test('links in a circle', async () => {
    const path = aPath()
    symlinkSync('lock.json', path)
    expect(errorOf(await open(path))).toMatchObject({ type: 'unwritable', path, code: 'ELOOP' })
    expect(readlinkSync(path)).toBe('lock.json')
  })

  test('a file that does not fit into memory', async () => {
    const path = aPath()
    writeFileSync(path, GOOD)
    truncateSync(path, 2 ** 30)
    expect(errorOf(await open(path))).toMatchObject({ type: 'unreadable', code: 'EFBIG', msg: /found 1073741824; move it away/ })
    expect(lstatSync(path).size).toBe(2 ** 30)
  })
})

describe('whatever a lockfile is made of', () => {
  const place = fc.nat({ max: GOOD.length - 1 })
  const cutOut = fc.tuple(place, place, fc.string({ unit: 'binary' })).map(([a, b, into]) => {
    return Buffer.from(GOOD.slice(0, Math.min(a, b)) + into + GOOD.slice(Math.max(a, b)))
  })
  const lines = fc.shuffledSubarray(GOOD.split('\n')).map((some) => Buffer.from(some.join('\n')))
  const flipped = fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(([at, byte]) => Buffer.from(GOOD).fill(byte, at, at + 1))
  const replaced = fc
    .tuple(fc.constantFrom(...Object.keys(JSON.parse(GOOD) as object)), fc.jsonValue())
    .map(([property, value]) => {
      return Buffer.from(JSON.stringify({ ...(JSON.parse(GOOD) as object), [property]: value }))
    })
  const bytes = fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some))
  const json = fc.json().map((text) => Buffer.from(text))

  test('it is taken, set aside or refused, and its bytes are still on disk', async () => {
    const top = aFolder()
    const outcomes = new Set<string>()
    const property = fc.asyncProperty(fc.oneof(bytes, json, cutOut, lines, flipped, replaced), async (content) => {
      const folder = mkdtempSync(join(top, 'any-'))
      const path = join(folder, 'lock.json')
      writeFileSync(path, content)
      const opened = await open(path)
      outcomes.add(opened.isErr() ? opened.error.type : opened.value.origin.type)
      expect(readdirSync(folder).map((file) => readFileSync(join(folder, file)))).toEqual([content])
      rmSync(folder, { recursive: true })
    })
    await fc.assert(property, { numRuns: 500, examples: [[Buffer.from(GOOD)], [Buffer.from('{"lockfileVersion":2}')]] })
    expect([...outcomes]).toEqual(expect.arrayContaining(['found', 'rebuilding', 'newer-version']))
  })
})
