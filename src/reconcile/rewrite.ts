import { err, ok, type Result } from 'neverthrow'
import { classify } from '../gateway/classify.ts'
import type { GatewayError } from '../gateway/errors.ts'
import { describeFailure } from '../gateway/failure.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import { fullJitter, pause } from '../gateway/wait.ts'
import type { Entry } from '../model/entry.ts'
import type { Report } from '../model/events.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { Stamp } from '../model/stamp.ts'
import { patchFor } from '../plan/patch.ts'

export interface RewriterParts {
  readonly gateway: Gateway
  readonly owner: string
  /** Further attempts after one whose outcome stayed unknown. */
  readonly retries: number
  readonly report: Report
}

export interface RewriteJob {
  readonly id: string
  /** The key its stamp names as yet. */
  readonly from: string
  /** As the lockfile has it, for a stamp that was edited away. */
  readonly nonce: string
  /** The declaration as it is when the request leaves. */
  readonly entry: () => Entry
  readonly priority: Priority
  readonly signal: AbortSignal
}

export type Rewritten =
  | {
      readonly type: 'done'
      readonly configuration: ObservedConfiguration
      readonly entry: Entry
      readonly attempt: number
      /** Whether anything was sent. */
      readonly changed: boolean
    }
  /** There is no such configuration any more. */
  | { readonly type: 'gone' }
  /** It is not ours any more. */
  | { readonly type: 'foreign'; readonly configuration: ObservedConfiguration }

/**
 * Makes a configuration what is declared: looks at it, then sends what differs. The look comes first every time, since the plan
 * may rest on an older one and the API has no `If-Match`; and it settles an attempt whose outcome is unknown, for what was
 * carried out differs no longer.
 */
export async function rewrite(parts: RewriterParts, job: RewriteJob): Promise<Result<Rewritten, GatewayError>> {
  for (let attempt = 1; ; attempt++) {
    const looked = await parts.gateway.find(job.id, job)
    if (looked.isErr()) return err(looked.error)
    const present = looked.value
    if (!present) return ok({ type: 'gone' })
    if (!isOurs(parts, job, present)) return ok({ type: 'foreign', configuration: present })
    const entry = job.entry()
    const patch = patchFor(entry.configuration, present, stampFor(parts, job, entry, present))
    if (Object.keys(patch).length === 0) return ok({ type: 'done', configuration: present, entry, attempt, changed: attempt > 1 })
    const { priority, signal } = job
    const written = await parts.gateway.update(job.id, patch, { key: entry.key, priority, signal })
    if (written.isOk()) return ok({ type: 'done', configuration: written.value.configuration, entry, attempt, changed: true })
    if (classify(written.error, 'write') !== 'ambiguous' || attempt > parts.retries) return err(written.error)
    if (!(await waitAfter(parts, entry.key, attempt, written.error, signal))) return err(written.error)
  }
}

/** An unstamped one is still ours by the id in the lockfile; its stamp comes back with the change. */
function isOurs({ owner }: RewriterParts, { from, entry }: RewriteJob, { stamp }: ObservedConfiguration): boolean {
  return stamp === undefined || (stamp.owner === owner && (stamp.key === from || stamp.key === entry().key))
}

/** The nonce stays: it is the receipt of the create. */
function stampFor({ owner }: RewriterParts, { nonce }: RewriteJob, { key }: Entry, { stamp }: ObservedConfiguration): Stamp {
  return { owner, key, nonce: stamp?.nonce ?? nonce }
}

async function waitAfter(
  { report }: RewriterParts,
  key: string,
  attempt: number,
  error: GatewayError,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false
  const delayMs = fullJitter(attempt)
  report({ event: 'config.retrying', key, attempt, delayMs, ...describeFailure(error) })
  return pause(delayMs, signal)
}
