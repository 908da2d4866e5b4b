import { err, fromThrowable, ok, type Result } from 'neverthrow'
import type { GatewayError } from './errors.ts'

/** The token, when there is one that a header can carry; otherwise the refusal that the gateway would give, without asking it. */
export function readToken(token: () => string): Result<string, GatewayError> {
  return fromThrowable(token, () => refused('the API token cannot be read'))().andThen((value) =>
    /^[\x21-\x7e]+$/.test(value) ? ok(value) : err(refused('the API token is empty, or has characters that a token cannot have')),
  )
}

function refused(msg: string): GatewayError {
  return { type: 'refused', status: 401, msg }
}
