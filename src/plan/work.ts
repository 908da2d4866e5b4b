import type { Rate } from '../model/rate.ts'
import type { Change, Plan } from './change.ts'
import type { KeyChange } from './key-change.ts'

/** What applying a plan takes, when nothing fails. */
export interface Forecast {
  readonly requests: number
  /** The least that the rate budget makes them wait, in milliseconds. */
  readonly waitMs: number
}

type Work = Pick<Plan, 'changes' | 'providerKeys'>

/** Whether applying it changes something on the gateway. Writing to the lockfile alone does not. */
export function isWrite(change: Change): boolean {
  switch (change.kind) {
    case 'create':
    case 'delete':
      return true
    case 'adopt':
    case 'update':
    case 'move':
      return change.withheld === undefined
    case 'noop':
    case 'orphan':
    case 'conflict':
      return false
  }
}

/** Whether it deletes what is declared no more, which waits for its grace. */
export function isPrune(change: Change): boolean {
  return change.kind === 'delete' && change.reason === 'not-declared'
}

/** Whether applying it changes a provider key on the gateway. */
export function isKeyWrite(change: KeyChange): boolean {
  switch (change.kind) {
    case 'create':
    case 'delete':
      return true
    case 'rotate':
    case 'update':
      return change.withheld === undefined
    case 'noop':
    case 'orphan':
      return false
  }
}

/** Whether it deletes a provider key that no entry declares any more, which waits for its grace. */
export function isKeyPrune(change: KeyChange): boolean {
  return change.kind === 'delete' && change.reason === 'not-declared'
}

/**
 * A create is one request; what changes or deletes something is two, since it looks first, and an adoption two more where it is
 * updated afterwards; some of what is only recorded is looked at as well. Provider keys take the same.
 * @param looks how many requests it takes to know the plan, and to look again after the grace of what is gone
 */
export function forecast({ changes, providerKeys }: Work, looks: number, rateLimit: Rate | 'off'): Forecast {
  const forKeys = providerKeys.reduce((sum, change) => sum + requestsForKey(change), 0)
  const requests = changes.reduce((sum, change) => sum + requestsFor(change), looks + repeatedLooks(changes) + forKeys)
  return { requests, waitMs: rateLimit === 'off' ? 0 : wait(requests, rateLimit) }
}

/** Who uses what is asked before each deletion, for all keys at once: again for a key's second. */
function repeatedLooks(changes: readonly Change[]): number {
  const deletions = new Map<string, number>()
  for (const { kind, key } of changes) if (kind === 'delete') deletions.set(key, (deletions.get(key) ?? 0) + 1)
  return Math.max(1, ...deletions.values()) - 1
}

function requestsFor(change: Change): number {
  if (change.kind === 'noop') return change.look ? 1 : 0
  if (!isWrite(change)) return 0
  if (change.kind === 'create') return 1
  return change.kind === 'adopt' && change.fields.length > 0 ? 4 : 2
}

function requestsForKey(change: KeyChange): number {
  if (!isKeyWrite(change)) return 0
  return change.kind === 'create' ? 1 : 2
}

/** As many as the budget allows leave at once; each further window lets as many through again. */
function wait(requests: number, rateLimit: Rate): number {
  return Math.floor(Math.max(requests - 1, 0) / rateLimit.requests) * rateLimit.windowMs
}
