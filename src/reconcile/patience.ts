import { describeFailure } from '../gateway/failure.ts'
import type { GatewayError } from '../gateway/errors.ts'
import { classify } from '../gateway/classify.ts'
import { fullJitter, pause } from '../gateway/wait.ts'
import type { Report } from '../model/events.ts'

/** How often a write is tried whose outcome stayed unknown, and who is told. */
export interface Patience {
  /** Further attempts after the first. */
  readonly retries: number
  readonly report: Report
}

/**
 * Waits after an attempt whose outcome is unknown, before it is looked what became of it.
 * @returns whether to go on: not where the outcome is known, nor after too many attempts, nor when it was called off
 */
export async function waitAfter(
  { retries, report }: Patience,
  { key, attempt, error, signal }: { key: string; attempt: number; error: GatewayError; signal: AbortSignal },
): Promise<boolean> {
  if (classify(error, 'write') !== 'ambiguous' || attempt > retries || signal.aborted) return false
  const delayMs = fullJitter(attempt)
  report({ event: 'config.retrying', key, attempt, delayMs, ...describeFailure(error) })
  return pause(delayMs, signal)
}
