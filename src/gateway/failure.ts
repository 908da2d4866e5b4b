import type { Failure } from '../model/events.ts'
import type { GatewayError } from './errors.ts'

/** A gateway error in the fields that events carry. */
export function describeFailure(error: GatewayError): Failure {
  if (error.type === 'canceled') return { msg: 'given up before it was sent' }
  if (error.type === 'malformed') return { msg: error.msg, status: error.status }
  if (error.type !== 'refused') return { msg: error.msg, errorCode: error.code }
  const { msg, status, errorCode, operationId } = error
  return { msg, status, ...(errorCode && { errorCode }), ...(operationId && { operationId }) }
}
