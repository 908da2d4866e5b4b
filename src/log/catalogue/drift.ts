import type { EventFields } from '../../model/events.ts'
import { ALWAYS, MAYBE, SUBJECT, type Rows } from '../row.ts'
import { list } from '../words.ts'

/** What others changed, and what is not done for safety's sake. */
export const driftEvents: Rows<'drift' | 'guard'> = {
  'drift.detected': {
    level: 'warn',
    meaning:
      'It is otherwise on the gateway than declared, and not by our doing: somebody changed it (`drift`), took its stamp away (`stamp`), or the lockfile does not know it (`found`). `reach` is what keys reach there, compared with what is declared. `action`: it is corrected (`correct`), left by the setting `drift` (`report`), or left since correcting would let keys reach more (`hold`).',
    fields: {
      ...SUBJECT,
      reason: ALWAYS,
      fields: ALWAYS,
      reach: ALWAYS,
      action: ALWAYS,
      lastUpdatedBy: ALWAYS,
      updatedAt: ALWAYS,
    },
    sentence: drift,
  },
  'guard.blocked': {
    level: 'error',
    meaning:
      'What is planned is not safe. `delete-max`, `delete-max-percent`: `count` deletions are more than `limit`, and none is made; `key-…`: the same of provider keys. `unknown-ids`: the gateway knows none of the `managed` ids in the lockfile, and nothing at all is changed.',
    fields: { guard: ALWAYS, count: ALWAYS, limit: ALWAYS, managed: ALWAYS, confirm: MAYBE },
    sentence: guarded,
  },
  'guard.cleared': {
    level: 'info',
    meaning: 'What a guard blocked is no longer so.',
    fields: { guard: ALWAYS },
    sentence: ({ guard }) => `the guard ${guard} blocks nothing any more`,
  },
}

const DONE: Readonly<Record<EventFields['drift.detected']['action'], string>> = {
  correct: 'it is corrected',
  report: 'it is left, as the settings say',
  hold: 'it is left, since correcting it would let keys reach more: edit the declaration, or run with --drift correct-all',
}

function drift({ key, id, reason, fields, reach, action, lastUpdatedBy, updatedAt }: EventFields['drift.detected']): string {
  const more = reach === 'wider' || reach === 'other' ? ', and lets keys reach more than declared' : ''
  const what =
    reason === 'found'
      ? `${id}, found by its stamp, is otherwise than declared in ${list(fields)} (last written by ${lastUpdatedBy} at ${updatedAt})`
      : `${lastUpdatedBy} changed ${list(fields)} of ${id} on the gateway at ${updatedAt}`
  return `${key}: ${what}${more}: ${DONE[action]}`
}

/** Also for people who look at a plan. */
export function guarded({ guard, count, limit, managed, confirm = count }: EventFields['guard.blocked']): string {
  if (guard === 'unknown-ids') {
    return (
      `the gateway knows none of the ${managed} configurations that the lockfile names, as with the token of another account: nothing is changed; ` +
      'if it is right that they are gone, move the lockfile away'
    )
  }
  const what = guard.startsWith('key-') ? 'provider keys' : 'configurations'
  const cap = guard.endsWith('-percent') ? `deleteMaxPercent allows ${limit} of ${managed}` : `deleteMax is ${limit}`
  const both = confirm === count ? '' : ', which is of configurations and provider keys together'
  return `${count} ${what} are to be deleted, and ${cap}: none is deleted; if it is right: aigw-sync apply --confirm-deletes ${confirm}${both}`
}
