import { formatDuration } from '../../model/duration.ts'
import type { EventFields } from '../../model/events.ts'
import type { AccessKeyRef } from '../../model/observed.ts'
import type { Reach, Stay, UpdateReason } from '../../model/planned.ts'
import { ALWAYS, FAILURE, MAYBE, SUBJECT, type Rows } from '../row.ts'
import { because, describeAccessKey, list, nextTry, STAYS, took, UPON_CHANGE, UPON_KEYS } from '../words.ts'

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
    meaning: 'The configuration on the gateway is as declared again, after an edit or a correction, and the lockfile says so.',
    fields: { ...SUBJECT, reason: ALWAYS, name: ALWAYS, fields: ALWAYS, reach: ALWAYS, attempt: ALWAYS, durationMs: ALWAYS },
    sentence: ({ key, id, reason, fields, reach, durationMs, attempt }) =>
      `${key}: ${UPDATES[reason]} ${list(fields)} of ${id} ${took(durationMs, attempt)}${reaching(reach)}`,
  },
  'config.adopted': {
    level: 'info',
    meaning: 'Nobody owned it, and it was taken over as was asked for: it carries our stamp now, and is otherwise as it was.',
    fields: { ...SUBJECT, name: ALWAYS, attempt: ALWAYS, durationMs: ALWAYS },
    sentence: ({ key, id, name, durationMs, attempt }) =>
      `${key}: adopted ${id} (${JSON.stringify(name)}) ${took(durationMs, attempt)}; it is ours from now on`,
  },
  'config.moved': {
    level: 'info',
    meaning: 'An entry goes on under another key: the configuration on the gateway keeps its id.',
    fields: { ...SUBJECT, from: ALWAYS, name: ALWAYS, fields: ALWAYS, reach: ALWAYS, attempt: ALWAYS, durationMs: ALWAYS },
    sentence: ({ key, id, from, reach, durationMs, attempt }) =>
      `${key}: moved from ${from} ${took(durationMs, attempt)}; it is still ${id}${reaching(reach)}`,
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
    meaning: 'Ours on the gateway, and declared no more. It stays for now; `stays` says why.',
    fields: { ...SUBJECT, stays: ALWAYS, source: MAYBE, accessKeys: MAYBE },
    sentence: ({ key, id, stays, source, accessKeys }) =>
      `${key}: no longer declared${source === undefined ? '' : ` (it was in ${source})`}: ${id} stays on the gateway, ${staying(stays, accessKeys)}`,
  },
  'config.deleted': {
    level: 'warn',
    meaning:
      'Declared no more, and deleted, which the lockfile says; or `surplus`: a lost attempt of ours that nothing referred to.',
    fields: { ...SUBJECT, reason: ALWAYS, attempt: ALWAYS, durationMs: ALWAYS },
    sentence: ({ key, id, reason, durationMs, attempt }) =>
      reason === 'surplus'
        ? `${key}: deleted ${id} ${took(durationMs, attempt)}: a lost attempt of ours that nothing referred to`
        : `${key}: no longer declared: deleted ${id} ${took(durationMs, attempt)}`,
  },
  'config.forgotten': {
    level: 'info',
    meaning: 'Neither declared nor on the gateway any more: it is out of the lockfile.',
    fields: SUBJECT,
    sentence: ({ key, id }) => `${key}: neither declared nor on the gateway any more (it was ${id}): forgotten`,
  },
  'config.conflict': {
    level: 'error',
    meaning:
      'The entry cannot be decided without a person. Nothing is changed until then. `error` is on it where a provider key that it declares is what it is about.',
    fields: { key: ALWAYS, reason: ALWAYS, ids: MAYBE, sources: MAYBE, msg: MAYBE },
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
    meaning:
      'The entry is not on the gateway as declared. It is tried again after `delayMs`, or once its file changes; where `reason` says that a provider key keeps it from being applied, once that is mended.',
    fields: { ...FAILURE, key: ALWAYS, change: ALWAYS, attempt: ALWAYS, permanent: ALWAYS, delayMs: MAYBE, reason: MAYBE },
    sentence: ({ key, permanent, delayMs, reason, ...failure }) =>
      `${key}: ${permanent && reason === undefined ? 'refused' : 'failed'}: ${because(failure)}; ` +
      (delayMs !== undefined ? nextTry(delayMs) : reason === undefined ? UPON_CHANGE : UPON_KEYS),
  },
  'config.recovered': {
    level: 'info',
    meaning: 'An entry that had failed is on the gateway now.',
    fields: { ...SUBJECT, durationMs: ALWAYS },
    sentence: ({ key, id, durationMs }) => `${key}: recovered as ${id}, after ${formatDuration(durationMs)} of failing`,
  },
}

const UPDATES: Readonly<Record<UpdateReason, string>> = {
  edited: 'updated',
  found: 'found, and updated',
  drift: 'corrected',
  stamp: 'put the stamp back into',
}

function reaching(reach: Reach): string {
  if (reach === 'wider') return '; keys with it reach more now'
  if (reach === 'narrower') return '; keys with it reach less now'
  return reach === 'other' ? '; keys with it reach more in one way and less in another now' : ''
}

function staying(stays: Stay, accessKeys: readonly AccessKeyRef[] = []): string {
  if (stays !== 'in-use') return STAYS[stays]
  const users = accessKeys.map(describeAccessKey)
  return `since ${users.length === 0 ? 'an access key' : list(users)} still ${users.length > 1 ? 'refer' : 'refers'} to it: give ${users.length > 1 ? 'them' : 'it'} another configuration`
}

const CONFLICTS: Readonly<Record<string, string>> = {
  'duplicate-key': 'more than one module declares this key; keep one, or give the other a key of its own',
  'duplicate-configuration':
    'more than one configuration on the gateway carries its stamp, and it is not clear which to keep; delete all but one',
  'claimed-by-other': 'the configuration it had, or wants to adopt, belongs to another entry or owner',
  'adopt-missing': 'there is no such configuration to adopt; correct the id, or leave `adopt` out to have one created',
}

function conflict({ key, reason, ids = [], sources = [], msg }: EventFields['config.conflict']): string {
  if (msg !== undefined) return `${key}: ${msg}; nothing is changed`
  const involved = [...sources, ...ids]
  return `${key}: ${CONFLICTS[reason] ?? reason}${involved.length === 0 ? '' : ` (${list(involved)})`}; nothing is changed`
}
