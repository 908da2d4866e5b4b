import type { OnceOutcome } from '../../daemon/once.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Line } from '../render/text.ts'

const DONE = {
  created: 'created',
  adopted: 'adopted',
  updated: 'updated',
  moved: 'moved',
  deleted: 'deleted',
  linked: 'found by their stamps',
  forgotten: 'forgotten',
} as const satisfies Partial<Record<keyof OnceOutcome, string>>

const WRONG = {
  failed: 'failed',
  retrying: 'to be tried again',
  conflicts: 'in conflict',
  invalid: 'not loading',
  guards: 'blocked by a guard',
} as const satisfies Partial<Record<keyof OnceOutcome, string>>

/** What came of it. Undefined where nothing was to be done, and nothing is wrong: the plan has said so. */
export function closingLine(outcome: OnceOutcome, durationMs: number): Line | undefined {
  const done = parts(DONE, outcome)
  const wrong = parts(WRONG, outcome)
  if (done.length + wrong.length === 0) return undefined
  const text = `${[...done, ...wrong].join(', ')}, in ${formatDuration(durationMs)}.`
  return wrong.length > 0 ? [{ style: 'red', text: 'Not all is done: ' }, text] : [{ style: 'bold', text: 'Applied: ' }, text]
}

function parts<Name extends keyof OnceOutcome>(words: Readonly<Record<Name, string>>, outcome: OnceOutcome): readonly string[] {
  return (Object.entries(words) as [Name, string][]).flatMap(([name, word]) =>
    outcome[name] > 0 ? [`${outcome[name]} ${word}`] : [],
  )
}
