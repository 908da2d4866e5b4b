import type { Reply } from './exchange.ts'
import type { Violation } from './validate.ts'

/** Why a request is refused, before it becomes an answer. */
export interface Refusal {
  readonly status: number
  readonly msg: string
  readonly errorCode?: ErrorCode
  readonly headers?: Readonly<Record<string, string>>
}

/** Codes of the gateway's control plane, by what they mean. */
export const ERROR_CODES = {
  rateLimited: 'ERR_NGROK_226',
  tooManyProviderKeys: 'ERR_NGROK_27506',
  providerKeyInUse: 'ERR_NGROK_27511',
  missingField: 'ERR_NGROK_27602',
  longName: 'ERR_NGROK_27603',
  longField: 'ERR_NGROK_27604',
  invalidRouter: 'ERR_NGROK_27605',
  badRequest: 'ERR_NGROK_27606',
  deadlineExceeded: 'ERR_NGROK_27610',
  notFound: 'ERR_NGROK_27611',
  upstream: 'ERR_NGROK_27613',
  configurationInUse: 'ERR_NGROK_27615',
} as const

export type ErrorCode = (typeof ERROR_CODES)[keyof typeof ERROR_CODES]

/** The answer to a refused request, in the shape of the API document's `Error`. */
export function refusalReply({ status, msg, errorCode, headers }: Refusal, operationId: string): Reply {
  const body = { ...(errorCode && { errorCode }), statusCode: status, msg, details: { operation_id: operationId } }
  return { status, body, ...(headers && { headers }) }
}

export function badRequest(msg: string): Refusal {
  return { status: 400, errorCode: ERROR_CODES.badRequest, msg }
}

export function notFound(what: string, id: string): Refusal {
  return { status: 404, errorCode: ERROR_CODES.notFound, msg: `There is no ${what} ${id}.` }
}

export function inUse(errorCode: ErrorCode, what: string, id: string, users: Iterable<string>): Refusal {
  return { status: 409, errorCode, msg: `The ${what} ${id} is still used by ${[...users].join(', ')}.` }
}

/** The status that comes with it is not documented. */
export function tooManyProviderKeys(providerId: string, limit: number): Refusal {
  const msg = `The provider ${providerId} cannot have more than ${limit} provider keys in this account.`
  return { status: 400, errorCode: ERROR_CODES.tooManyProviderKeys, msg }
}

/** 429. `retryAfterMs` is said only where given: the gateway is not known to say it. */
export function rateLimited(retryAfterMs?: number): Refusal {
  return {
    status: 429,
    errorCode: ERROR_CODES.rateLimited,
    msg: 'Too many requests: the rate limit of this account is spent.',
    ...(retryAfterMs !== undefined && { headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } }),
  }
}

/** A body that breaks the document's rules. */
export function invalidBody(violation: Violation): Refusal {
  return { status: 400, errorCode: violationCode(violation), msg: violation.msg }
}

function violationCode({ kind, path }: Violation): ErrorCode {
  if (path === 'router' || path.startsWith('router.')) return ERROR_CODES.invalidRouter
  if (kind === 'missing') return ERROR_CODES.missingField
  if (kind === 'too-long') return path === 'name' ? ERROR_CODES.longName : ERROR_CODES.longField
  return ERROR_CODES.badRequest
}
