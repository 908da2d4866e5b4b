import { constants } from 'node:os'
import { ResultAsync } from 'neverthrow'
import type { SystemFailure } from './errors.ts'

/**
 * Runs file system work: a refusal of the system becomes an error, any other exception stays one.
 *
 * Node has no name for a quota that is spent: it says `Unknown system error -122`.
 */
export function attempt<T>(work: () => Promise<T>): ResultAsync<T, SystemFailure> {
  return ResultAsync.fromThrowable(work, toSystemFailure)()
}

function toSystemFailure(error: unknown): SystemFailure {
  if (!isSystemError(error)) throw error
  if (error.errno === -constants.errno.EDQUOT) return { code: 'EDQUOT', msg: `EDQUOT: disk quota exceeded, ${error.syscall}` }
  return { code: error.code, msg: error.message }
}

/** Whether the system refused with one of these codes. */
export function isRefusal(error: unknown, ...codes: readonly string[]): boolean {
  return isSystemError(error) && codes.includes(error.code)
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
