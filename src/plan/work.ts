import type { Rate } from '../model/rate.ts'
import type { Change } from './change.ts'

/** What applying a plan takes, when nothing fails. */
export interface Forecast {
  readonly requests: number
  /** The least that the rate budget makes them wait, in milliseconds. */
  readonly waitMs: number
}

/** Whether applying it changes something on the gateway. Writing to the lockfile alone does not. */
export function isWrite(change: Change): boolean {
  return change.kind === 'create' || ((change.kind === 'update' || change.kind === 'move') && !change.withheld)
}

/**
 * A create is one request; an update or a move is two, since it looks first.
 * @param looks how many requests it takes to know the plan
 */
export function forecast(changes: readonly Change[], looks: number, rateLimit: Rate | 'off'): Forecast {
  const requests = changes.filter(isWrite).reduce((sum, { kind }) => sum + (kind === 'create' ? 1 : 2), looks)
  return { requests, waitMs: rateLimit === 'off' ? 0 : wait(requests, rateLimit) }
}

/** As many as the budget allows leave at once; each further window lets as many through again. */
function wait(requests: number, rateLimit: Rate): number {
  return Math.floor(Math.max(requests - 1, 0) / rateLimit.requests) * rateLimit.windowMs
}
