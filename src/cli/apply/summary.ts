import type { OnceOutcome } from '../../daemon/once.ts'
import { count, list } from '../../log/words.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Line } from '../render/text.ts'
import type { KeyCounts } from './key-tally.ts'

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

const KEYS = {
  created: 'created',
  rotated: 'rotated',
  updated: 'updated',
  deleted: 'deleted',
  failed: 'failed',
  retrying: 'to be tried again',
} as const satisfies Record<keyof KeyCounts, string>

/** What came of it. Undefined where nothing was to be done, and nothing is wrong: the plan has said so. */
export function closingLine(outcome: OnceOutcome, keys: KeyCounts, durationMs: number): Line | undefined {
  const [done, wrong, ofKeys] = [counted(DONE, outcome), counted(WRONG, outcome), counted(KEYS, keys)]
  const told = [[...done, ...wrong].map(said), ofKeys.map(saidOfKeys)].filter(({ length }) => length > 0)
  if (told.length === 0) return undefined
  const text = `${told.map(list).join('; ')}, in ${formatDuration(durationMs)}.`
  return wrong.length + keys.failed + keys.retrying > 0
    ? [{ style: 'red', text: 'Not all is done: ' }, text]
    : [{ style: 'bold', text: 'Applied: ' }, text]
}

type Counted = readonly [amount: number, word: string]

function said([amount, word]: Counted): string {
  return `${amount} ${word}`
}

/** `1 provider key created`, and what follows is of the same. */
function saidOfKeys([amount, word]: Counted, index: number): string {
  return index === 0 ? `${count(amount, 'provider key')} ${word}` : said([amount, word])
}

function counted<Name extends string>(
  words: Readonly<Record<Name, string>>,
  counts: { readonly [Each in NoInfer<Name>]: number },
): readonly Counted[] {
  return (Object.entries(words) as [Name, string][]).flatMap(([name, word]) =>
    counts[name] > 0 ? [[counts[name], word] as const] : [],
  )
}
