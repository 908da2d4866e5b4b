import { okAsync, ResultAsync } from 'neverthrow'
import { pause } from '../gateway/wait.ts'

/** Resolves after so many milliseconds; at once where there are none. */
export function waited(ms: number): ResultAsync<boolean, never> {
  return ms === 0 ? okAsync(true) : ResultAsync.fromSafePromise(pause(ms))
}
