import { describe, expect, test } from 'vitest'
import {
  changedKey,
  fare,
  fitting,
  guardSentence,
  isAtLeast,
  isOld,
  printable as printableInThePage,
  shownSentence,
} from '../../../src/daemon/page/view.js'
import type { StatusDocument } from '../../../src/daemon/status/document.ts'
import { printable } from '../../../src/model/printable.ts'
import { statusOf } from './status.ts'

const WELL = { healthy: true, problems: [] }

const NONE = { managed: 0, failing: 0, pending: 0, orphaned: 0, held: 0 }

test('no character is shown otherwise than in the log', () => {
  const all = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code))
  expect(all.filter((character) => printableInThePage(character) !== printable(character))).toEqual([])
  expect(printableInThePage('a\u001b[31m\n\u202eb')).toBe(printable('a\u001b[31m\n\u202eb'))
})

describe('how the daemon fares', () => {
  test.each<[Partial<StatusDocument>, string, string]>([
    [{ summary: { ...NONE, managed: 5 } }, 'good', 'All is well: 5 entries, as declared.'],
    [{ summary: NONE, entries: [] }, 'good', 'All is well; nothing is declared yet.'],
    [{ summary: NONE, entries: [], readyAt: null }, 'idle', 'The daemon is starting.'],
    [{ summary: { ...NONE, pending: 1 } }, 'idle', '1 entry is still to be done.'],
    [{ summary: { ...NONE, held: 2 } }, 'warn', '2 entries are held.'],
    [{ summary: NONE, invalid: ['a.ts'] }, 'warn', '1 module does not load.'],
    [
      { summary: { ...NONE, failing: 1_200, pending: 3, held: 1 }, invalid: ['a.ts', 'b.ts'] },
      'bad',
      '1,200 entries fail; 1 entry is held; 2 modules do not load; 3 entries are still to be done.',
    ],
  ])('%j is %s: %s', (more, tone, sentence) => {
    expect(fare(WELL, statusOf(5, more))).toEqual({ tone, sentence })
  })

  test('is bad where it is not healthy, whatever the entries say', () => {
    const told = fare({ healthy: false, problems: ['…'] }, statusOf(0))
    expect(told).toEqual({ tone: 'bad', sentence: 'Reconciling does not go on as it should.' })
  })
})

test('what needs a person is first, and otherwise the order stays', () => {
  const shown = fitting(statusOf(10).entries, { state: 'all', search: '' })
  const numbers = shown.map(({ state, key }) => `${state} ${Number(key.slice(5, 9))}`)
  expect(numbers.join(', ')).toBe(
    'failing 1, failing 6, held 4, held 9, pending 2, pending 7, orphaned 3, orphaned 8, managed 0, managed 5',
  )
})

test.each([
  ['Chatbot 3', [3]],
  ['  CHATBOT\tteam-0003 ', [3]],
  ['widening', [4, 9]],
  ['aigac_8', [8]],
  ['held-4', [4]],
  ['chatbot nowhere', []],
])('%j finds the entries %j', (search, found) => {
  const fits = fitting(statusOf(10).entries, { state: 'all', search })
  expect(fits.map(({ key }) => Number(key.slice(5, 9))).toSorted((a, b) => a - b)).toEqual(found)
})

test.each([
  [0, 0, 'Nothing is declared.'],
  [0, 3, 'None of 3 entries fits.'],
  [1, 1, '1 entry.'],
  [2, 1_000, '2 of 1,000 entries.'],
  [1_000, 1_000, '1,000 entries.'],
  [1_001, 1_002, '1,001 of 1,002 entries; the first 1,000 are shown: search, or choose a state, to see the others.'],
])('%d of %d: %s', (fits, all, sentence) => {
  expect(shownSentence(fits, all)).toBe(sentence)
})

test('a guard says what it blocks', () => {
  expect(guardSentence({ guard: 'delete-max', count: 12, limit: 10, managed: 40, confirm: 12 })).toBe(
    'delete-max: 12 to be deleted of 40, while 10 may be at once; nothing is deleted',
  )
  expect(guardSentence({ guard: 'unknown-ids', count: 7, limit: 0, managed: 7 })).toBe(
    'unknown-ids: the gateway knows none of 7; nothing at all is changed',
  )
})

const line = { id: 'a.1', level: 'info', time: '2026-01-02T03:04:05.000Z', msg: '' }

test.each([
  ['config.created', 'web', 'web'],
  ['config.deleted', 'web', 'web'],
  ['config.failed', 'web', undefined],
  ['drift.detected', 'web', undefined],
  ['config.updated', undefined, undefined],
])('%s of %s tells of a change of %s', (event, key, changed) => {
  expect(changedKey({ ...line, event, key })).toBe(changed)
})

test.each([
  ['info', 'info', true],
  ['info', 'warn', false],
  ['fatal', 'error', true],
  ['warn', 'error', false],
])('%s is at least %s: %s', (level, least, is) => {
  expect(isAtLeast(level, least)).toBe(is)
})

test.each([
  ['a.1', '', false],
  ['a.9', 'a.10', true],
  ['a.10', 'a.10', true],
  ['a.11', 'a.10', false],
  ['b.1', 'a.10', false],
])('after %2$s, %1$s was already told: %3$s', (id, last, is) => {
  expect(isOld(id, last)).toBe(is)
})
