import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatLockfile, lockfileParts, parseLockfile } from '../../src/lockfile/format.ts'
import type { AppliedEntry, Lockfile } from '../../src/lockfile/lockfile.ts'
import { lockfile } from './arbitraries.ts'
import { anEntry, errorOf, IDENTITY, valueOf } from './samples.ts'

function aLockfile(entries: Record<string, AppliedEntry> = { 'team-a/chatbot': anEntry() }): Lockfile {
  return { lockfileVersion: 1, ...IDENTITY, entries: new Map(Object.entries(entries)) }
}

describe('the text of a lockfile', () => {
  test('has sorted properties, one a line, and ends with a newline', () => {
    const entries = {
      b: anEntry({ id: 'aigac_2', protect: true, secrets: { 'router.z': 'f1', 'router.a': 'f2' } }),
      a: anEntry(),
    }
    expect(formatLockfile(aLockfile(entries))).toBe(`{
  "apiUrl": "https://api.ngrok.ai",
  "entries": {
    "a": {
      "appliedAt": "2026-07-23T10:15:30.123Z",
      "digest": "sha256:${'0'.repeat(64)}",
      "id": "aigac_1",
      "name": "Chatbot (production)",
      "nonce": "AAAAAAAAAAAAAAAAAAAAAA",
      "secrets": {},
      "source": "team-a/chatbot.ts",
      "updatedAt": "2026-07-23T10:15:30Z"
    },
    "b": {
      "appliedAt": "2026-07-23T10:15:30.123Z",
      "digest": "sha256:${'0'.repeat(64)}",
      "id": "aigac_2",
      "name": "Chatbot (production)",
      "nonce": "AAAAAAAAAAAAAAAAAAAAAA",
      "protect": true,
      "secrets": {
        "router.a": "f2",
        "router.z": "f1"
      },
      "source": "team-a/chatbot.ts",
      "updatedAt": "2026-07-23T10:15:30Z"
    }
  },
  "lockfileVersion": 1,
  "owner": "default"
}
`)
  })

  test.for([0, 1, 127, 128, 129, 10_000])('is the same in parts, of which none is large: %i entries', (count) => {
    const some = Array.from({ length: count }, (_, index) => [index % 3 ? `team/${index}` : String(index), anEntry()] as const)
    const any = aLockfile(Object.fromEntries(some))
    const parts = [...lockfileParts(any)]
    expect(parts.join('')).toBe(textAtOnce(any))
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(100_000)
  })

  test('does not depend on the order in which entries were recorded', () => {
    fc.assert(
      fc.property(lockfile, (any) => {
        const reversed = new Map([...any.entries].toReversed())
        expect(formatLockfile({ ...any, entries: reversed })).toBe(formatLockfile(any))
      }),
    )
  })

  test('leaves out what no lockfile holds', () => {
    const stray = { ...anEntry(), value: 'sk-secret' }
    expect(formatLockfile(aLockfile({ a: stray }))).toBe(formatLockfile(aLockfile({ a: anEntry() })))
  })
})

describe('reading a lockfile', () => {
  test('gives what was written', () => {
    fc.assert(
      fc.property(lockfile, (any) => {
        expect(valueOf(parseLockfile(formatLockfile(any)))).toEqual(any)
      }),
    )
  })

  test('keeps keys that mean something to JavaScript as plain data', () => {
    const entries = new Map([
      ['__proto__', anEntry()],
      ['constructor', anEntry({ id: 'aigac_2' })],
    ])
    const read = valueOf(parseLockfile(formatLockfile({ ...aLockfile(), entries })))
    expect(read.entries.get('__proto__')).toEqual(anEntry())
    expect([...read.entries.keys()]).toEqual(['__proto__', 'constructor'])
  })

  test('takes any layout', () => {
    const written = formatLockfile(aLockfile())
    const crammed = JSON.stringify(JSON.parse(written))
    const windows = written.replaceAll('\n', '\r\n')
    for (const layout of [crammed, windows]) expect(valueOf(parseLockfile(layout))).toEqual(aLockfile())
  })

  test('reports every truncation as not JSON, cut at its end', () => {
    const written = formatLockfile(aLockfile({ a: anEntry({ protect: true, secrets: { x: 'y\\"é\n' } }) })).trimEnd()
    for (let length = 0; length < written.length; length++) {
      const cut = written.slice(0, length)
      const lines = cut.split('\n')
      const place = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
      expect(errorOf(parseLockfile(cut))).toEqual({ type: 'not-json', ...place, truncated: true })
    }
  })

  test('reports a damaged character, or reads what stands there, but never throws', () => {
    const written = formatLockfile(
      aLockfile({ a: anEntry({ protect: true }), b: anEntry({ id: 'aigac_2', secrets: { x: 'y' } }) }),
    )
    const place = fc.nat({ max: written.length - 1 })
    fc.assert(
      fc.property(place, fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }), (at, character) => {
        const damaged = written.slice(0, at) + character + written.slice(at + 1)
        const read = parseLockfile(damaged)
        if (read.isErr()) return
        const values = JSON.parse(formatLockfile(read.value)) as unknown
        expect(values).toEqual(JSON.parse(damaged))
      }),
      { numRuns: 2000 },
    )
  })

  test('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (any) => parseLockfile(any).isErr()))
    expect(errorOf(parseLockfile('['.repeat(100_000)))).toMatchObject({ type: 'not-json', truncated: true })
  })
})

describe('a problem of a lockfile', () => {
  const valid = JSON.parse(formatLockfile(aLockfile({ a: anEntry() }))) as { entries: { a: object } }
  const withEntry = (over: object): string => JSON.stringify({ ...valid, entries: { a: { ...valid.entries.a, ...over } } })

  test.each([
    ['an empty file', '', { type: 'not-json', line: 1, column: 1, truncated: true }],
    ['text', 'hello', { type: 'not-json', line: 1, column: 1, truncated: false }],
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', { type: 'not-json', line: 3, column: 3, truncated: false }],
    ['something after the end', '{}\n{}', { type: 'not-json', line: 2, column: 1, truncated: false }],
    [
      'conflict markers',
      '{\n<<<<<<< HEAD\n  "owner": "a"\n=======\n  "owner": "b"\n>>>>>>> x\n}',
      { type: 'merge-conflict', line: 2 },
    ],
    ['an array', '[]', { type: 'wrong-shape', path: '', expected: 'an object', came: 'an array' }],
    ['a missing property', '{}', { type: 'wrong-shape', path: 'lockfileVersion', expected: 'a value', came: 'nothing' }],
    [
      'an older version',
      JSON.stringify({ ...valid, lockfileVersion: 0 }),
      { type: 'wrong-shape', path: 'lockfileVersion', expected: '1', came: '0' },
    ],
    ['a newer version', '{"lockfileVersion":2,"anything":"else"}', { type: 'newer-version', version: 2 }],
    [
      'entries that are a list',
      JSON.stringify({ ...valid, entries: [] }),
      { type: 'wrong-shape', path: 'entries', expected: 'an object', came: 'an array' },
    ],
    [
      'an unknown property',
      withEntry({ 'x y': null }),
      { type: 'wrong-shape', path: 'entries.a["x y"]', expected: 'no such property', came: 'null' },
    ],
    [
      'an id that is a number',
      withEntry({ id: 7 }),
      { type: 'wrong-shape', path: 'entries.a.id', expected: 'a string', came: '7' },
    ],
    [
      'protect: false',
      withEntry({ protect: false }),
      { type: 'wrong-shape', path: 'entries.a.protect', expected: 'true', came: 'false' },
    ],
    [
      'a fingerprint that is an object',
      withEntry({ secrets: { x: {} } }),
      { type: 'wrong-shape', path: 'entries.a.secrets.x', expected: 'a string', came: 'an object' },
    ],
    [
      'one id under two keys',
      JSON.stringify({ ...valid, entries: { a: valid.entries.a, b: valid.entries.a } }),
      { type: 'duplicate-id', id: 'aigac_1', keys: ['a', 'b'] },
    ],
  ])('is told apart: %s', (_what, damaged, problem) => {
    expect(errorOf(parseLockfile(damaged))).toEqual(problem)
  })

  test('is a key that is there twice, of which a plain reader would lose one', () => {
    const twice = formatLockfile(aLockfile({ a: anEntry(), b: anEntry({ id: 'aigac_2' }) })).replace('"b": {', '"\\u0061": {')
    expect(errorOf(parseLockfile(twice))).toEqual({ type: 'repeated-property', property: 'a', line: 14 })
  })
})

/** By one call of `JSON.stringify`. The samples' entries have their properties in another order. */
function textAtOnce({ apiUrl, entries, lockfileVersion, owner }: Lockfile): string {
  const ordered = sorted(Object.fromEntries([...entries].map(([key, entry]) => [key, sorted(entry)])))
  return `${JSON.stringify({ apiUrl, entries: ordered, lockfileVersion, owner }, undefined, 2)}\n`
}

function sorted(object: object): object {
  return Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
