import type { Disposition, GatewayError } from './errors.ts'

/** Whether repeating a request can do harm. */
export type Kind = 'read' | 'write'

/** The account's rate limit. */
const RATE_LIMITED = 'ERR_NGROK_226'

/** The resource already exists: repeating the request cannot help. */
const ALREADY_EXISTS = 'ERR_NGROK_27607'

/** Canceled, deadline exceeded, upstream service error: the gateway itself does not know how far it came. */
const GAVE_UP_MIDWAY: ReadonlySet<string | undefined> = new Set(['ERR_NGROK_27609', 'ERR_NGROK_27610', 'ERR_NGROK_27613'])

/** What a failure means for whoever thinks of sending the same request again. */
export function classify(error: GatewayError, kind: Kind): Disposition {
  if (error.type === 'refused') return classifyRefusal(error, kind)
  if (error.type === 'unreachable') return 'transient'
  if (error.type === 'canceled') return 'permanent'
  return unknownOutcome(kind)
}

/** The gateway's limit was met, whatever status says so. */
export function isRateLimited(error: GatewayError): error is Refusal {
  return error.type === 'refused' && (error.status === 429 || error.errorCode === RATE_LIMITED)
}

/** The failure says that the gateway is not well, rather than that it dislikes the request. */
export function isOutage(error: GatewayError): boolean {
  if (error.type !== 'refused') return error.type === 'unreachable' || error.type === 'lost'
  if (isRateLimited(error)) return false
  return error.status >= 500 || GAVE_UP_MIDWAY.has(error.errorCode)
}

/** The failure says that the gateway does not take the token: at all, or for this request. */
export function isRejection(error: GatewayError): boolean {
  return error.type === 'refused' && (error.status === 401 || error.status === 403) && !isRateLimited(error)
}

type Refusal = GatewayError & { type: 'refused' }

function classifyRefusal(error: Refusal, kind: Kind): Disposition {
  const { status, errorCode } = error
  if (isRateLimited(error) || status === 425) return 'transient'
  if (errorCode === ALREADY_EXISTS) return 'permanent'
  if (status === 408 || status >= 500 || GAVE_UP_MIDWAY.has(errorCode)) return unknownOutcome(kind)
  // A redirected write may have been carried out (303 says so), and will not be followed to find out.
  if (status < 400) return kind === 'read' ? 'permanent' : 'ambiguous'
  return 'permanent'
}

function unknownOutcome(kind: Kind): Disposition {
  return kind === 'read' ? 'transient' : 'ambiguous'
}
