import { formatDuration } from '../../model/duration.ts'
import type { Failure } from '../../model/events.ts'
import { ALWAYS, FAILURE, MAYBE, type Rows } from '../row.ts'
import { because, count, nextTry } from '../words.ts'

/** The gateway as a whole. */
export const gatewayEvents: Rows<'gateway'> = {
  'gateway.listing': {
    level: 'info',
    meaning: 'A listing takes long, and goes on: told after 128 pages, 256, 512. One of more than 1,000 is given up.',
    fields: { path: ALWAYS, pages: ALWAYS, items: ALWAYS },
    sentence: ({ path, pages, items }) => `the gateway lists ${path}: ${count(items, 'item')} on ${count(pages, 'page')} so far`,
  },
  'gateway.listed': {
    level: 'debug',
    meaning: 'Every configuration of the account was listed.',
    fields: { configurations: ALWAYS, pages: ALWAYS, durationMs: ALWAYS },
    sentence: ({ configurations, pages, durationMs }) =>
      `the gateway lists ${count(configurations, 'configuration')} on ${count(pages, 'page')} in ${formatDuration(durationMs)}`,
  },
  'gateway.requested': {
    level: 'debug',
    meaning: 'A request left, and came to its end: with the `status` of an answer, or without one.',
    fields: { method: ALWAYS, collection: ALWAYS, durationMs: ALWAYS, status: MAYBE, errorCode: MAYBE },
    sentence: ({ method, collection, durationMs, status, errorCode }) =>
      `${method} ${collection}: ${status ?? errorCode ?? 'no answer'} in ${formatDuration(durationMs)}`,
  },
  'gateway.retrying': {
    level: 'warn',
    meaning: 'A request failed in a way that may pass, and is sent again.',
    fields: { ...FAILURE, attempt: ALWAYS, delayMs: ALWAYS },
    sentence: ({ attempt, delayMs, ...failure }) =>
      `a request to the gateway failed at attempt ${attempt}: ${because(failure)}; ${nextTry(delayMs)}`,
  },
  'gateway.unreachable': {
    level: 'error',
    meaning: 'No connection comes about. One probe at a time goes out until one does.',
    fields: { ...FAILURE, delayMs: ALWAYS },
    sentence: ({ delayMs, ...failure }) =>
      `the gateway is unreachable (${because(failure)}): retrying, ${nextTry(delayMs)}; nothing is lost`,
  },
  'gateway.waiting': {
    level: 'warn',
    meaning: 'What `gateway.unreachable` or `gateway.rejected` told goes on. Told once an hour.',
    fields: { ...FAILURE, durationMs: ALWAYS },
    sentence: ({ durationMs, ...failure }) =>
      `the gateway has been away for ${formatDuration(durationMs)} (${because(failure)}): it is probed on; nothing is lost`,
  },
  'gateway.recovered': {
    level: 'info',
    meaning: 'The gateway answers again.',
    fields: { durationMs: ALWAYS },
    sentence: ({ durationMs }) => `the gateway answers again after ${formatDuration(durationMs)}`,
  },
  'gateway.throttled': {
    level: 'info',
    meaning:
      'Requests wait: `rateLimit`, or the part of it that is theirs, is spent (`budget`), or the gateway asked for a pause (`asked`).',
    fields: { delayMs: ALWAYS, reason: ALWAYS },
    sentence: ({ delayMs, reason }) =>
      reason === 'budget'
        ? `the rate limit of the settings is spent: requests go on in ${formatDuration(delayMs)}`
        : `the gateway asks for a pause: requests go on in ${formatDuration(delayMs)}`,
  },
  'gateway.rejected': {
    level: 'error',
    meaning:
      'The gateway refuses the token, only `writing` with it, or to list. For a token nothing leaves but a probe now and then, until it is taken, or replaced; what waits is not lost.',
    fields: { ...FAILURE, scope: MAYBE },
    sentence: ({ scope, ...failure }) => `the gateway turns us away: ${because(failure)}; ${remedy(scope, failure)}`,
  },
}

function remedy(scope: 'writing' | undefined, { status }: Failure): string {
  if (scope)
    return `it takes the token for reading alone: give it one that may write, or see what refuses the request in between; ${REPLACE}`
  if (status !== 401 && status !== 403) return 'check --api-url, and that the token is of the right account'
  return `nothing is written until it takes the token: check that it is an AI Gateway API key of the right account; ${REPLACE}`
}

/** Completes "…;". */
const REPLACE = 'another one is taken up from its file or systemd credential by itself, from the environment after a restart'
