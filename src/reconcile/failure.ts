import type { GatewayError } from '../gateway/errors.ts'
import type { Failure } from '../model/events.ts'

/** A gateway error in the fields that events carry. */
export function describeFailure(error: GatewayError): Failure {
  switch (error.type) {
    case 'unreachable':
    case 'lost':
      return { msg: error.msg, errorCode: error.code }
    case 'refused': {
      const { msg, status, errorCode, operationId } = error
      return { msg, status, ...(errorCode && { errorCode }), ...(operationId && { operationId }) }
    }
    case 'malformed':
      return { msg: error.msg, status: error.status }
    case 'canceled':
      return { msg: 'given up before it was sent' }
  }
}
