import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import type { Report } from '../model/events.ts'
import type { Observer } from './observer.ts'
import { configPatience } from './config-patience.ts'
import { waitAfter } from './patience.ts'

export interface RemoverParts {
  readonly gateway: Gateway
  readonly retries: () => number
  readonly report: Report
  readonly observer: Observer
}

export interface RemoveJob {
  readonly id: string
  readonly key: string
  /** Asked after who uses it was just seen, and again after it was. */
  readonly isWanted: () => boolean
  readonly priority: Priority
  readonly signal: AbortSignal
}

export type Removed =
  | { readonly type: 'done'; readonly attempt: number }
  /** It is not as the plan took it to be, or somebody uses it. */
  | { readonly type: 'replan' }

/**
 * Deletes a configuration, after a look at it and at what refers to it: what is deleted cannot be had back under the same
 * id. The gateway refuses what is in use by itself as well. An attempt whose outcome is unknown is settled by looking again.
 */
export async function remove(parts: RemoverParts, job: RemoveJob): Promise<Result<Removed, GatewayError>> {
  const { gateway, observer } = parts
  const { id, key, priority, signal } = job
  const referred = await observer.refer(priority)
  if (referred.isErr()) return err(referred.error)
  if (!job.isWanted()) return ok({ type: 'replan' })
  for (let attempt = 1; ; attempt++) {
    const looked = await gateway.find(id, job)
    if (looked.isErr()) return err(looked.error)
    if (!looked.value) observer.lacks(id)
    else observer.wrote(looked.value)
    if (!looked.value) return ok(attempt > 1 ? { type: 'done', attempt: attempt - 1 } : { type: 'replan' })
    if (signal.aborted) return err({ type: 'canceled' })
    if (!job.isWanted()) return ok({ type: 'replan' })
    const removed = await gateway.remove(id, { key, priority, signal })
    if (removed.isOk() && removed.value === 'in-use') observer.index.inUse(id)
    else if (removed.isOk()) observer.lacks(id)
    if (removed.isOk()) return ok(removed.value === 'in-use' ? { type: 'replan' } : { type: 'done', attempt })
    if (!(await waitAfter(configPatience(parts, key), { attempt, error: removed.error, signal }))) return err(removed.error)
  }
}
