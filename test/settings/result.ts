import type { Result } from 'neverthrow'

/** The value of a result that must be ok. */
export function valueOf<Value, Failure>(result: Result<Value, Failure>): Value {
  if (result.isOk()) return result.value
  throw new Error(`expected a value, got the error ${JSON.stringify(result.error)}`)
}

/** The error of a result that must be one. */
export function errorOf<Value, Failure>(result: Result<Value, Failure>): Failure {
  if (result.isErr()) return result.error
  throw new Error(`expected an error, got the value ${JSON.stringify(result.value)}`)
}
