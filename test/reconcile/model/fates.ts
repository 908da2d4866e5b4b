/** What befalls a call. */
import type { GatewayError } from '../../../src/gateway/errors.ts'

export type Fate =
  | 'done'
  /** Refused, nothing happened: for the time being, for good, and the token. */
  | 'busy'
  | 'refused'
  | 'unauthorized'
  | 'unreachable'
  /** The answer is lost, or says that the gateway failed; it happened or did not. */
  | 'lost'
  | 'done-but-lost'
  | 'failed'
  | 'done-but-failed'
  /** The answer is lost, and it happens when so many other calls have taken effect. A listing shows the state so many changes ago. */
  | { readonly late: number }

/** @returns undefined where it succeeds */
export function errorOf(fate: Fate): GatewayError | undefined {
  switch (fate) {
    case 'done':
      return undefined
    case 'busy':
      return { type: 'refused', status: 429, errorCode: 'ERR_NGROK_226', msg: 'too many requests' }
    case 'refused':
      return { type: 'refused', status: 422, msg: 'no such provider' }
    case 'unauthorized':
      return { type: 'refused', status: 401, msg: 'unauthorized' }
    case 'unreachable':
      return { type: 'unreachable', code: 'ECONNREFUSED', msg: 'connection refused' }
    case 'failed':
    case 'done-but-failed':
      return { type: 'refused', status: fate === 'failed' ? 500 : 504, msg: 'the gateway failed' }
    case 'lost':
    case 'done-but-lost':
    default:
      return { type: 'lost', code: 'ECONNRESET', msg: 'the connection was closed' }
  }
}

/** Whether it happens before its answer comes. */
export function isCarriedOut(fate: Fate): boolean {
  return fate === 'done' || fate === 'done-but-lost' || fate === 'done-but-failed'
}
