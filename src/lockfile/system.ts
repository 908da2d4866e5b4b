import { ResultAsync } from 'neverthrow'
import type { SystemFailure } from './errors.ts'

/** Runs file system work: a refusal of the system becomes an error, any other exception stays one. */
export function attempt<T>(work: () => Promise<T>): ResultAsync<T, SystemFailure> {
  return ResultAsync.fromThrowable(work, toSystemFailure)()
}

function toSystemFailure(error: unknown): SystemFailure {
  if (!isSystemError(error)) throw error
  return { code: error.code, msg: error.message }
}

/** Whether the system refused with one of these codes. */
export function isRefusal(error: unknown, ...codes: readonly string[]): boolean {
  return isSystemError(error) && codes.includes(error.code)
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
