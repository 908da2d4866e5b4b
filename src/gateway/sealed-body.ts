import type { Secret } from '../model/secret.ts'
import { describeStatus } from './answer.ts'
import type { GatewayError } from './errors.ts'

/** The body of a request that carries a value, which nobody sees but the gateway. */
export interface SealedBody {
  /** The body, for the connection. */
  readonly open: () => string
  /** What may be said of how the request failed: others have seen the value, and may have repeated it wherever they wrote. */
  readonly disguise: (error: GatewayError) => GatewayError
}

/**
 * Makes such a body, at the moment of sending: here alone a value is revealed.
 * @throws Error in words of our own, whatever went wrong: what was thrown may hold the value
 */
export function sealBody<Draft extends { readonly value: Secret }>(
  makeDraft: () => Draft,
  encode: (draft: Draft, value: string) => object,
): SealedBody {
  const { text, value } = makeBody(makeDraft, encode)
  return { open: () => text, disguise: (error) => inOurWords(error, value) }
}

function makeBody<Draft extends { readonly value: Secret }>(
  makeDraft: () => Draft,
  encode: (draft: Draft, value: string) => object,
): { readonly text: string; readonly value: string } {
  try {
    const draft = makeDraft()
    const value = draft.value.reveal()
    return { text: JSON.stringify(encode(draft, value)), value }
  } catch {
    throw new Error('the body of a request that carries a secret could not be made') // the cause stays here: see above
  }
}

function inOurWords(error: GatewayError, value: string): GatewayError {
  if (error.type === 'canceled') return error
  if (error.type === 'malformed') return { ...error, msg: 'the answer claims success, and is not as documented' }
  if (error.type !== 'refused') return connectionError(error)
  const { status, errorCode, operationId, retryAfterMs } = error
  const code = errorCode !== undefined && ERROR_CODE.test(errorCode) ? errorCode : undefined
  return {
    type: 'refused',
    status,
    msg: (code && WORDS.get(code)) ?? describeStatus(status),
    ...(code !== undefined && { errorCode: code }),
    ...(operationId !== undefined && isPlainId(operationId, value) && { operationId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

function connectionError({ type, code }: Extract<GatewayError, { type: 'lost' | 'unreachable' }>): GatewayError {
  const known = SYSTEM_CODE.test(code) ? code : 'UNKNOWN'
  const said = type === 'lost' ? 'the request left, and no whole answer came back' : 'no connection came about'
  return { type, code: known, msg: `${said} (${known})` }
}

/** `ECONNRESET`, `UND_ERR_SOCKET`, `HPE_INVALID_CONSTANT`, `SocketError`. */
const SYSTEM_CODE = /^[A-Za-z][A-Za-z0-9_]{0,49}$/

const ERROR_CODE = /^ERR_NGROK_\d{1,6}$/

/** Of the codes that the control plane is known to answer these requests with. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['ERR_NGROK_226', 'the rate limit of the account is spent'],
  ['ERR_NGROK_27504', 'the account has no access to provider keys'],
  ['ERR_NGROK_27506', 'the account has too many provider keys for the provider'],
  ['ERR_NGROK_27601', 'the account has no access to this part of the gateway'],
  ['ERR_NGROK_27602', 'the gateway misses a field of the provider key'],
  ['ERR_NGROK_27603', 'the name of the provider key is too long for the gateway'],
  ['ERR_NGROK_27604', 'a field of the provider key is too long for the gateway'],
  ['ERR_NGROK_27605', 'the gateway takes the router to be invalid'],
  ['ERR_NGROK_27606', 'the gateway does not accept the provider key as it is'],
  ['ERR_NGROK_27607', 'the provider key exists already'],
  ['ERR_NGROK_27609', 'the gateway canceled the request midway'],
  ['ERR_NGROK_27610', 'the gateway did not get done with the request in time'],
  ['ERR_NGROK_27611', 'the gateway knows no such provider key'],
  ['ERR_NGROK_27613', 'a service behind the gateway failed'],
])

/** So many characters in a row that an identifier shares with the value are no chance. */
const SHARED_LENGTH = 6

/** Whether a text of the gateway's is an identifier, and no part of the value. */
function isPlainId(id: string, value: string): boolean {
  if (!/^[\w-]{1,64}$/.test(id)) return false
  const length = Math.min(SHARED_LENGTH, id.length, value.length)
  for (let start = 0; start + length <= id.length; start++) if (value.includes(id.slice(start, start + length))) return false
  return true
}
