import { formatDuration } from '../../model/duration.ts'
import type { EventFields } from '../../model/events.ts'
import type { RotateReason } from '../../model/planned.ts'
import { describeProviderKey, type ProviderKeyName } from '../../model/provider-key.ts'
import { ALWAYS, FAILURE, MAYBE, type Rows } from '../row.ts'
import { because, KEY_HELD, keyFields, keyStaying, nextTry, took, UPON_KEY_CHANGE } from '../words.ts'

const NAMED = { provider: ALWAYS, name: ALWAYS } as const

const SUBJECT = { ...NAMED, id: ALWAYS } as const

/** What becomes of the provider keys that entries declare with their value. */
export const providerKeyEvents: Rows<'provider-key'> = {
  'provider-key.created': {
    level: 'info',
    meaning: 'A managed provider key exists on the gateway. Every access key that has no configuration uses it from now on.',
    fields: { ...SUBJECT, attempt: ALWAYS, durationMs: ALWAYS, settled: MAYBE },
    sentence: ({ id, durationMs, attempt, settled, ...key }) =>
      `${subject(key)}: created as ${id} ${took(durationMs, attempt)}${settled ? '; the answer was lost, the listing shows it' : ''}`,
  },
  'provider-key.rotated': {
    level: 'info',
    meaning:
      'It has the value that its secret has now, under the same id. `edited`: the secret changed; `found`: what it had was not known; `drift`: somebody had given it another value.',
    fields: { ...SUBJECT, reason: ALWAYS, attempt: ALWAYS, durationMs: ALWAYS },
    sentence: ({ id, reason, durationMs, attempt, ...key }) =>
      `${subject(key)}: rotated ${id} ${took(durationMs, attempt)}: ${ROTATIONS[reason]}`,
  },
  'provider-key.updated': {
    level: 'info',
    meaning: 'Its name or its stamp, which somebody had changed, is as declared again.',
    fields: { ...SUBJECT, fields: ALWAYS, attempt: ALWAYS, durationMs: ALWAYS },
    sentence: ({ id, fields, durationMs, attempt, ...key }) =>
      `${subject(key)}: put the ${keyFields(fields)} of ${id} back ${took(durationMs, attempt)}`,
  },
  'provider-key.outdated': {
    level: 'warn',
    meaning: 'Its secret has another value than was applied, and the policy `create-only` does not change what exists.',
    fields: SUBJECT,
    sentence: ({ id, ...key }) =>
      `${subject(key)}: its secret has changed, and the policy create-only changes nothing: ${id} keeps its value on the gateway`,
  },
  'provider-key.deleted': {
    level: 'warn',
    meaning: 'No entry declares it any more, and it is deleted; or `surplus`: a lost attempt of ours that nothing referred to.',
    fields: { ...SUBJECT, reason: ALWAYS, attempt: ALWAYS, durationMs: ALWAYS },
    sentence: ({ id, reason, durationMs, attempt, ...key }) =>
      reason === 'surplus'
        ? `${subject(key)}: deleted ${id} ${took(durationMs, attempt)}: a lost attempt of ours that nothing referred to`
        : `${subject(key)}: no entry declares it any more: deleted ${id} ${took(durationMs, attempt)}`,
  },
  'provider-key.orphaned': {
    level: 'warn',
    meaning: 'No entry declares it any more. It stays for now, a live credential; `stays` says why.',
    fields: { ...SUBJECT, stays: ALWAYS, configurations: MAYBE },
    sentence: ({ id, stays, configurations = [], ...key }) =>
      `${subject(key)}: no entry declares it any more: ${id} stays on the gateway, ${keyStaying(stays, configurations)}`,
  },
  'provider-key.drifted': {
    level: 'warn',
    meaning:
      'Somebody gave it another value, another name, or took its stamp away (`metadata`). `action`: it is corrected (`correct`), left by the policy or by the setting `drift` (`report`), or left since the value may have been changed to close it (`hold`).',
    fields: { ...SUBJECT, fields: ALWAYS, action: ALWAYS, lastUpdatedBy: ALWAYS, updatedAt: ALWAYS },
    sentence: drifted,
  },
  'provider-key.retrying': {
    level: 'warn',
    meaning: 'A try failed in a way that may pass. The entries that declare it wait; the others go on.',
    fields: { ...FAILURE, ...NAMED, attempt: ALWAYS, delayMs: ALWAYS },
    sentence: ({ provider, name, attempt, delayMs, ...failure }) =>
      `${subject({ provider, name })}: attempt ${attempt} failed: ${because(failure)}; ${nextTry(delayMs)}`,
  },
  'provider-key.failed': {
    level: 'error',
    meaning:
      'The provider key is not on the gateway as declared. It is tried again after `delayMs`, or once a module or the secret changes.',
    fields: { ...FAILURE, ...SUBJECT, attempt: ALWAYS, permanent: ALWAYS, delayMs: MAYBE },
    sentence: ({ provider, name, permanent, delayMs, ...failure }) =>
      `${subject({ provider, name })}: ${permanent ? 'refused' : 'failed'}: ${because(failure)}; ` +
      (delayMs === undefined ? UPON_KEY_CHANGE : nextTry(delayMs)),
  },
  'provider-key.recovered': {
    level: 'info',
    meaning: 'A provider key that had failed is on the gateway as declared now.',
    fields: { ...SUBJECT, durationMs: ALWAYS },
    sentence: ({ id, durationMs, ...key }) =>
      `${subject(key)}: recovered as ${id}, after ${formatDuration(durationMs)} of failing`,
  },
}

const ROTATIONS: Readonly<Record<RotateReason, string>> = {
  edited: 'the value of its secret had changed',
  found: 'what had been applied was not known',
  drift: 'somebody had given it another value',
}

function subject(key: ProviderKeyName): string {
  return `provider key ${describeProviderKey(key)}`
}

const DONE: Readonly<Record<EventFields['provider-key.drifted']['action'], string>> = {
  correct: 'it is corrected',
  report: 'it is left, as the settings say',
  hold: `it is left, since ${KEY_HELD}`,
}

function drifted({ id, fields, action, lastUpdatedBy, updatedAt, ...key }: EventFields['provider-key.drifted']): string {
  return `${subject(key)}: ${lastUpdatedBy} changed the ${keyFields(fields)} of ${id} on the gateway at ${updatedAt}: ${DONE[action]}`
}
