import { err, ok, type Result } from 'neverthrow'
import { refusal, saysNotFound } from './answer.ts'
import type { GatewayError } from './errors.ts'
import type { Answer } from './exchange.ts'
import type { Removal } from './gateway.ts'

/** What says that it is done: 204, which never has a body; a 200 may have one, and nothing in it matters. */
const REMOVED: ReadonlySet<number> = new Set([200, 204])

/**
 * What the answer to a delete says.
 * @param inUse the code that says that something still refers to it, whatever status comes with it
 * @param secret must not appear in an error, should the answer repeat it
 * @returns err where it was refused for another reason, or is no answer to a delete: such as 202, which only promises
 */
export function readRemoval(answer: Answer, inUse: string, secret: string): Result<Removal, GatewayError> {
  const { status } = answer
  if (REMOVED.has(status)) return ok('removed')
  if (status < 300) return err({ type: 'malformed', status, msg: `expected a delete to be answered with 204, got ${status}` })
  if (saysNotFound(answer)) return ok('gone')
  const error = refusal(answer, secret)
  return error.type === 'refused' && error.errorCode === inUse ? ok('in-use') : err(error)
}
