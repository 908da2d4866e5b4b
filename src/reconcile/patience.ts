import { classify } from '../gateway/classify.ts'
import type { GatewayError } from '../gateway/errors.ts'
import { fullJitter, pause } from '../gateway/wait.ts'

/** How often a write is tried whose outcome stayed unknown, and who is told. */
export interface Patience {
  /** Further attempts after the first. */
  readonly retries: number
  readonly retrying: (error: GatewayError, attempt: number, delayMs: number) => void
}

/**
 * Waits after an attempt whose outcome is unknown, before it is looked what became of it.
 * @returns whether to go on: not where the outcome is known, nor after too many attempts, nor when it was called off
 */
export async function waitAfter(
  { retries, retrying }: Patience,
  { attempt, error, signal }: { attempt: number; error: GatewayError; signal: AbortSignal },
): Promise<boolean> {
  if (classify(error, 'write') !== 'ambiguous' || attempt > retries || signal.aborted) return false
  const delayMs = fullJitter(attempt)
  retrying(error, attempt, delayMs)
  return pause(delayMs, signal)
}
