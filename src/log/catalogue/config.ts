import { formatDuration } from '../../model/duration.ts'
import type { EventFields } from '../../model/events.ts'
import { ALWAYS, FAILURE, MAYBE, SUBJECT, type Rows } from '../row.ts'
import { because, list, nextTry, took } from '../words.ts'

/** What becomes of each entry. */
export const configEvents: Rows<'config'> = {
  'config.unrestricted': {
    level: 'warn',
    meaning: 'An entry without `access`: its keys may reach every provider and model.',
    fields: { key: ALWAYS },
    sentence: ({ key }) => `${key}: declares no access: keys with this configuration may reach every provider and model`,
  },
  'config.created': {
    level: 'info',
    meaning: 'The configuration exists on the gateway and is in the lockfile.',
    fields: { ...SUBJECT, name: ALWAYS, attempt: ALWAYS, durationMs: ALWAYS, settled: MAYBE },
    sentence: ({ key, id, durationMs, attempt, settled }) =>
      `${key}: created as ${id} ${took(durationMs, attempt)}${settled ? '; the answer was lost, the listing shows it' : ''}`,
  },
  'config.updated': {
    level: 'info',
    meaning: 'The configuration on the gateway is as declared again after an edit, and the lockfile says so.',
    fields: { ...SUBJECT, name: ALWAYS, fields: ALWAYS, attempt: ALWAYS, durationMs: ALWAYS },
    sentence: ({ key, id, fields, durationMs, attempt }) =>
      `${key}: updated ${list(fields)} of ${id} ${took(durationMs, attempt)}`,
  },
  'config.moved': {
    level: 'info',
    meaning: 'An entry goes on under another key: the configuration on the gateway keeps its id.',
    fields: { ...SUBJECT, from: ALWAYS, name: ALWAYS, fields: ALWAYS, attempt: ALWAYS, durationMs: ALWAYS },
    sentence: ({ key, id, from, durationMs, attempt }) =>
      `${key}: moved from ${from} ${took(durationMs, attempt)}; it is still ${id}`,
  },
  'config.linked': {
    level: 'info',
    meaning: 'Found on the gateway by its stamp and recorded in the lockfile; nothing was written to the gateway.',
    fields: { ...SUBJECT, name: ALWAYS },
    sentence: ({ key, id }) => `${key}: found on the gateway as ${id} by its stamp, and recorded`,
  },
  'config.outdated': {
    level: 'warn',
    meaning: 'What is declared differs from what was applied, and the policy `create-only` does not change what exists.',
    fields: SUBJECT,
    sentence: ({ key, id }) =>
      `${key}: the declaration has changed, and the policy create-only changes nothing: ${id} stays as it is on the gateway`,
  },
  'config.missing': {
    level: 'warn',
    meaning: 'The lockfile names an id that the gateway does not know any more: it is created again.',
    fields: SUBJECT,
    sentence: ({ key, id }) => `${key}: ${id} is gone from the gateway: it is created again under a new id`,
  },
  'config.orphaned': {
    level: 'warn',
    meaning: 'Ours on the gateway, and declared no more. It is left alone.',
    fields: { ...SUBJECT, source: MAYBE },
    sentence: ({ key, id, source }) =>
      `${key}: no longer declared${source === undefined ? '' : ` (it was in ${source})`}: ${id} stays on the gateway`,
  },
  'config.conflict': {
    level: 'error',
    meaning: 'The entry cannot be decided without a person. Nothing is changed until then.',
    fields: { key: ALWAYS, reason: ALWAYS, ids: MAYBE, sources: MAYBE },
    sentence: conflict,
  },
  'config.retrying': {
    level: 'warn',
    meaning: 'A try failed in a way that may pass. The other entries go on.',
    fields: { ...FAILURE, key: ALWAYS, attempt: ALWAYS, delayMs: ALWAYS },
    sentence: ({ key, attempt, delayMs, ...failure }) =>
      `${key}: attempt ${attempt} failed: ${because(failure)}; ${nextTry(delayMs)}`,
  },
  'config.failed': {
    level: 'error',
    meaning: 'The entry is not on the gateway as declared. It is tried again after `delayMs`, or once its file changes.',
    fields: { ...FAILURE, key: ALWAYS, attempt: ALWAYS, permanent: ALWAYS, delayMs: MAYBE },
    sentence: ({ key, permanent, delayMs, ...failure }) =>
      `${key}: ${permanent ? 'refused' : 'failed'}: ${because(failure)}; ` +
      (delayMs === undefined ? 'it is tried again when its file changes' : nextTry(delayMs)),
  },
  'config.recovered': {
    level: 'info',
    meaning: 'An entry that had failed is on the gateway now.',
    fields: { ...SUBJECT, durationMs: ALWAYS },
    sentence: ({ key, id, durationMs }) => `${key}: recovered as ${id}, after ${formatDuration(durationMs)} of failing`,
  },
}

const CONFLICTS: Readonly<Record<string, string>> = {
  'duplicate-key': 'more than one module declares this key; keep one, or give the other a key of its own',
  'duplicate-configuration': 'more than one configuration on the gateway carries its stamp; delete all but one',
  'claimed-by-other': 'the configuration it had now carries the stamp of another',
}

function conflict({ key, reason, ids = [], sources = [] }: EventFields['config.conflict']): string {
  const involved = [...sources, ...ids]
  return `${key}: ${CONFLICTS[reason] ?? reason}${involved.length === 0 ? '' : ` (${list(involved)})`}; nothing is changed`
}
