import { formatDuration } from '../../model/duration.ts'
import type { EventFields } from '../../model/events.ts'
import { ALWAYS, FAILURE, MAYBE, type Rows } from '../row.ts'
import { because, count } from '../words.ts'

/** What is planned, and what is recorded. */
export const recordEvents: Rows<'plan' | 'lockfile'> = {
  'plan.computed': {
    level: 'info',
    meaning: 'What is declared was compared with the lockfile and the gateway.',
    fields: { changes: ALWAYS, providerKeys: MAYBE, durationMs: ALWAYS },
    sentence: ({ changes, providerKeys, durationMs }) =>
      `planned in ${formatDuration(durationMs)}: ${summary(changes, providerKeys)}`,
  },
  'lockfile.rebuilt': {
    level: 'warn',
    meaning: 'There was no usable lockfile; it is rebuilt from the stamps on the gateway.',
    fields: { reason: ALWAYS, entries: ALWAYS, aside: MAYBE },
    sentence: ({ reason, entries, aside }) =>
      `the lockfile ${REBUILDS[reason]}: rebuilt from the gateway with ${count(entries, 'entry', 'entries')}` +
      (aside === undefined ? '' : `; the old one is kept as ${aside}`),
  },
  'lockfile.written': {
    level: 'debug',
    meaning: 'The lockfile was replaced.',
    fields: { entries: ALWAYS, durationMs: ALWAYS },
    sentence: ({ entries, durationMs }) =>
      `the lockfile has ${count(entries, 'entry', 'entries')}, written in ${formatDuration(durationMs)}`,
  },
  'lockfile.failed': {
    level: 'error',
    meaning: 'The lockfile could not be written. The stamps on the gateway can rebuild it.',
    fields: FAILURE,
    sentence: (failure) =>
      `the lockfile cannot be written: ${because(failure)}; the stamps on the gateway keep what it would say`,
  },
}

const REBUILDS: Readonly<Record<EventFields['lockfile.rebuilt']['reason'], string>> = {
  missing: 'is missing',
  damaged: 'is damaged',
  'other-gateway': 'belongs to another gateway',
}

const KINDS: Readonly<Record<string, string>> = {
  create: 'to create',
  adopt: 'to adopt',
  delete: 'to delete',
  rotate: 'to rotate',
  update: 'to update',
  move: 'to move',
  noop: 'unchanged',
  orphan: 'no longer declared',
  conflict: 'in conflict',
}

function summary(changes: Readonly<Record<string, number>>, keys: Readonly<Record<string, number>> = {}): string {
  const parts = Object.entries(changes).map(([kind, amount]) => `${amount} ${KINDS[kind] ?? kind}`)
  const [first, ...more] = Object.entries(keys).map(([kind, amount]) => [amount, KINDS[kind] ?? kind] as const)
  const ofKeys = first ? [`${count(first[0], 'provider key')} ${first[1]}`, ...more.map((part) => part.join(' '))] : []
  const told = [parts, ofKeys].filter(({ length }) => length > 0).map((each) => each.join(', '))
  return told.length === 0 ? 'nothing to do' : told.join('; ')
}
