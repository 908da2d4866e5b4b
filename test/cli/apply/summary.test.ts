import { expect, test } from 'vitest'
import { closingLine } from '../../../src/cli/apply/summary.ts'
import type { OnceOutcome } from '../../../src/daemon/once.ts'
import { noneDone } from '../../../src/reconcile/standing.ts'

const nothing: OnceOutcome = { ...noneDone(), failed: 0, retrying: 0, conflicts: 0, guards: 0, invalid: 0 }

const table: readonly (readonly [string, Partial<OnceOutcome>, string | undefined])[] = [
  ['nothing to do: the plan has said so', {}, undefined],
  ['only written down anew: nobody need know', { recorded: 3 }, undefined],
  ['what was done', { created: 2, updated: 1, deleted: 4 }, 'Applied: 2 created, 1 updated, 4 deleted, in 1.5 s.'],
  ['what is wrong outweighs it', { created: 2, failed: 1 }, 'Not all is done: 2 created, 1 failed, in 1.5 s.'],
  ['a guard', { guards: 1 }, 'Not all is done: 1 blocked by a guard, in 1.5 s.'],
  ['a module that does not load', { invalid: 2, moved: 1 }, 'Not all is done: 1 moved, 2 not loading, in 1.5 s.'],
]

test.each(table)('the last line of apply: %s', (_title, outcome, expected) => {
  const line = closingLine({ ...nothing, ...outcome }, 1_500)
  expect(line?.map((span) => (typeof span === 'string' ? span : span.text)).join('')).toBe(expected)
})
