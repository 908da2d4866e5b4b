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
 * A create is one request; an update or a move is two, since it looks first; some of what is only recorded is looked at as well.
 * @param looks how many requests it takes to know the plan
 */
export function forecast(changes: readonly Change[], looks: number, rateLimit: Rate | 'off'): Forecast {
  const requests = changes.reduce((sum, change) => sum + requestsFor(change), looks)
  return { requests, waitMs: rateLimit === 'off' ? 0 : wait(requests, rateLimit) }
}

function requestsFor(change: Change): number {
  if (change.kind === 'noop') return change.look ? 1 : 0
  return isWrite(change) ? (change.kind === 'create' ? 1 : 2) : 0
}

/** As many as the budget allows leave at once; each further window lets as many through again. */
function wait(requests: number, rateLimit: Rate): number {
  return Math.floor(Math.max(requests - 1, 0) / rateLimit.requests) * rateLimit.windowMs
}
