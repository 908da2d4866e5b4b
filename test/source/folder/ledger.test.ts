import { describe, expect, test } from 'vitest'
import { CONFIRM_MS, createLedger, type Ledger } from '../../../src/source/folder/ledger.ts'
import type { Finding } from '../../../src/source/folder/read.ts'

const file = (path: string, text: string) => ({
  type: 'file' as const,
  file: { path, text, hash: `hash of ${text}` },
  stamp: { value: text, settled: true },
})
const problem = (path: string, msg: string): Finding => ({ type: 'problem', problem: { file: path, problem: 'unreadable', msg } })
const missing: Finding = { type: 'missing' }
const none = new Set<string>()

/** Takes findings in and says in short what is to be told. */
function take(ledger: Ledger, now: number, findings: Record<string, Finding>, unlisted: ReadonlySet<string> = none): string[] {
  const listed = new Set(Object.keys(findings).filter((path) => path.endsWith('/')))
  const told = ledger.take({ findings: new Map(Object.entries(findings)), unlisted, listed }, now)
  return [
    ...told.upserted.map(({ path, text }) => `${path}=${text}`),
    ...told.removed.map((path) => `-${path}`),
    ...told.problems.map(({ file: path }) => `!${path}`),
  ]
}

function ledgerOf(texts: Record<string, string>): Ledger {
  const ledger = createLedger()
  take(ledger, 0, Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, file(path, text)])))
  return ledger
}

describe('contents', () => {
  test('what is new or differs is told, in order of the paths', () => {
    const ledger = ledgerOf({ 'b.ts': '1' })
    expect(take(ledger, 1, { 'c.ts': file('c.ts', '1'), 'b.ts': file('b.ts', '2'), 'a.ts': file('a.ts', '3') })).toEqual([
      'a.ts=3',
      'b.ts=2',
      'c.ts=1',
    ])
  })

  test('the same content again is not told', () => {
    expect(take(ledgerOf({ 'a.ts': '1' }), 1, { 'a.ts': file('a.ts', '1') })).toEqual([])
  })
})

describe('a stamp', () => {
  test('spares reading a file again', () => {
    expect(ledgerOf({ 'a.ts': '1' }).stamp('a.ts')).toBe('1')
  })

  test('does not when the file was just written, or was never told', () => {
    const ledger = createLedger()
    take(ledger, 1, { 'a.ts': { ...file('a.ts', '1'), stamp: { value: '1', settled: false } } })
    expect(ledger.stamp('a.ts')).toBeUndefined()
    expect(ledger.stamp('b.ts')).toBeUndefined()
  })
})

describe('absence', () => {
  test('is told once it is confirmed', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    expect(take(ledger, 10, { 'a.ts': missing })).toEqual([])
    expect(ledger.due()).toBe(10 + CONFIRM_MS)
    expect(take(ledger, 10 + CONFIRM_MS - 1, { 'a.ts': missing })).toEqual([])
    expect(take(ledger, 10 + CONFIRM_MS, { 'a.ts': missing })).toEqual(['-a.ts'])
    expect(ledger.due()).toBeUndefined()
    expect(take(ledger, 500, { 'a.ts': missing })).toEqual([])
  })

  test('that ends in time is not told', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    take(ledger, 10, { 'a.ts': missing })
    expect(take(ledger, 90, { 'a.ts': file('a.ts', '2') })).toEqual(['a.ts=2'])
    expect(ledger.due()).toBeUndefined()
    expect(take(ledger, 120, { 'a.ts': missing })).toEqual([])
    expect(ledger.due()).toBe(120 + CONFIRM_MS)
  })

  test('keeps no other file waiting', () => {
    const ledger = ledgerOf({ 'a.ts': '1', 'b.ts': '2' })
    expect(take(ledger, 10, { 'a.ts': missing, 'b.ts': file('b.ts', '3'), 'c.ts': file('c.ts', '4') })).toEqual([
      'b.ts=3',
      'c.ts=4',
    ])
  })

  test('of a path never told means nothing', () => {
    const ledger = ledgerOf({})
    take(ledger, 10, { 'a.ts': missing })
    expect(ledger.due()).toBeUndefined()
  })

  test('begins anew when it was seen while the folder was gone', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    take(ledger, 10, { 'a.ts': missing, 'b.ts': file('b.ts', '1') })
    ledger.forgetUnfinished()
    expect(ledger.due()).toBeUndefined()
    expect(take(ledger, 500, { 'a.ts': missing })).toEqual([])
    expect(take(ledger, 600, { 'a.ts': missing })).toEqual(['-a.ts'])
  })
})

describe('a move', () => {
  test('is told in one piece when the old path is confirmed to be gone', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    expect(take(ledger, 10, { 'a.ts': missing, 'b.ts': file('b.ts', '1') })).toEqual([])
    expect(ledger.unfinished()).toEqual(['a.ts', 'b.ts'])
    expect(take(ledger, 110, { 'a.ts': missing, 'b.ts': file('b.ts', '1') })).toEqual(['b.ts=1', '-a.ts'])
    expect(ledger.due()).toBeUndefined()
  })

  test('is seen as one when its new path is heard of a little later', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    take(ledger, 10, { 'a.ts': missing })
    expect(take(ledger, 20, { 'b.ts': file('b.ts', '1') })).toEqual([])
    expect(take(ledger, 110, { 'a.ts': missing, 'b.ts': file('b.ts', '1') })).toEqual(['b.ts=1', '-a.ts'])
  })

  test('with an edit that names the old key is told in one piece too', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    const renamed = file('b.ts', "renamedFrom: 'a'")
    expect(take(ledger, 10, { 'a.ts': missing, 'b.ts': renamed })).toEqual([])
    expect(take(ledger, 110, { 'a.ts': missing, 'b.ts': renamed })).toEqual(["b.ts=renamedFrom: 'a'", '-a.ts'])
  })

  test('that was a copy after all is told as a new file as soon as the first is back', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    take(ledger, 10, { 'a.ts': missing, 'b.ts': file('b.ts', '1') })
    expect(take(ledger, 30, { 'a.ts': file('a.ts', '1') })).toEqual([])
    expect(ledger.due()).toBe(0)
    expect(take(ledger, 31, { 'b.ts': file('b.ts', '1') })).toEqual(['b.ts=1'])
    expect(ledger.due()).toBeUndefined()
  })

  test('whose new path vanishes again leaves a removal', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    take(ledger, 10, { 'a.ts': missing, 'b.ts': file('b.ts', '1') })
    expect(take(ledger, 110, { 'a.ts': missing, 'b.ts': missing })).toEqual(['-a.ts'])
    expect(ledger.due()).toBeUndefined()
  })
})

describe('a problem', () => {
  test('is told once, and again when it is another', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    expect(take(ledger, 1, { 'a.ts': problem('a.ts', 'x') })).toEqual(['!a.ts'])
    expect(take(ledger, 2, { 'a.ts': problem('a.ts', 'x') })).toEqual([])
    expect(take(ledger, 3, { 'a.ts': problem('a.ts', 'y') })).toEqual(['!a.ts'])
  })

  test('that ends is told by the file, even with the content it had before', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    take(ledger, 1, { 'a.ts': problem('a.ts', 'x') })
    expect(take(ledger, 2, { 'a.ts': file('a.ts', '1') })).toEqual(['a.ts=1'])
  })

  test('keeps a file from being skipped by its stamp', () => {
    const ledger = ledgerOf({ 'a.ts': '1' })
    expect(ledger.stamp('a.ts')).toBe('1')
    take(ledger, 1, { 'a.ts': problem('a.ts', 'x') })
    expect(ledger.stamp('a.ts')).toBeUndefined()
  })

  test('with a folder makes the whole incomplete until it can be listed or is gone', () => {
    const ledger = createLedger()
    take(ledger, 1, { 'team/': problem('team/', 'x') }, new Set(['team/']))
    expect(ledger.complete()).toBe(false)
    take(ledger, 2, { 'a.ts': file('a.ts', '1') })
    expect(ledger.complete()).toBe(false)
    take(ledger, 3, { 'team/': missing })
    expect(ledger.complete()).toBe(true)
  })
})
