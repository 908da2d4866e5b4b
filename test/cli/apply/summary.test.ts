import { expect, test } from 'vitest'
import { closingLine } from '../../../src/cli/apply/summary.ts'
import type { KeyCounts } from '../../../src/cli/apply/key-tally.ts'
import type { OnceOutcome } from '../../../src/daemon/once.ts'
import { noneDone } from '../../../src/reconcile/standing.ts'

const nothing: OnceOutcome = { ...noneDone(), failed: 0, retrying: 0, conflicts: 0, guards: 0, invalid: 0 }

const noKeys: KeyCounts = { created: 0, rotated: 0, updated: 0, deleted: 0, failed: 0, retrying: 0 }

const table: readonly (readonly [string, Partial<OnceOutcome>, string | undefined])[] = [
  ['nothing to do: the plan has said so', {}, undefined],
  ['only written down anew: nobody need know', { recorded: 3 }, undefined],
  ['what was done', { created: 2, updated: 1, deleted: 4 }, 'Applied: 2 created, 1 updated, 4 deleted, in 1.5 s.'],
  ['what is wrong outweighs it', { created: 2, failed: 1 }, 'Not all is done: 2 created, 1 failed, in 1.5 s.'],
  ['a guard', { guards: 1 }, 'Not all is done: 1 blocked by a guard, in 1.5 s.'],
  ['a module that does not load', { invalid: 2, moved: 1 }, 'Not all is done: 1 moved, 2 not loading, in 1.5 s.'],
]

const keyTable: readonly (readonly [string, Partial<OnceOutcome>, Partial<KeyCounts>, string])[] = [
  ['provider keys alone', {}, { rotated: 1 }, 'Applied: 1 provider key rotated, in 1.5 s.'],
  [
    'provider keys beside entries',
    { created: 3 },
    { created: 2, deleted: 1 },
    'Applied: 3 created; 2 provider keys created, 1 deleted, in 1.5 s.',
  ],
  [
    'a provider key that failed',
    { updated: 1 },
    { failed: 1, retrying: 2 },
    'Not all is done: 1 updated; 1 provider key failed, 2 to be tried again, in 1.5 s.',
  ],
]

test.each(table)('the last line of apply: %s', (_title, outcome, expected) => {
  expect(lastLine(outcome)).toBe(expected)
})

test.each(keyTable)('the last line of apply: %s', (_title, outcome, keys, expected) => {
  expect(lastLine(outcome, keys)).toBe(expected)
})

function lastLine(outcome: Partial<OnceOutcome>, keys: Partial<KeyCounts> = {}): string | undefined {
  const line = closingLine({ ...nothing, ...outcome }, { ...noKeys, ...keys }, 1_500)
  return line?.map((span) => (typeof span === 'string' ? span : span.text)).join('')
}
