import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import type { ConfigurationPatch } from '../model/patch.ts'
import type { Report } from '../model/events.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import { configPatience } from './config-patience.ts'
import { waitAfter } from './patience.ts'

export interface RewriterParts {
  readonly gateway: Gateway
  readonly retries: () => number
  readonly report: Report
}

/** What to send: empty where nothing differs. */
export interface Sending {
  readonly type: 'send'
  readonly patch: ConfigurationPatch
}

/** It is not as it was taken to be: nothing is sent. */
export interface Replan {
  readonly type: 'replan'
}

export interface RewriteJob<Sent extends Sending> {
  readonly id: string
  readonly key: string
  /** Asked with what was just seen, each time anew. */
  readonly decide: (present: ObservedConfiguration) => Sent | Replan
  readonly priority: Priority
  readonly signal: AbortSignal
}

export type Rewritten<Sent extends Sending> =
  | {
      readonly type: 'done'
      readonly configuration: ObservedConfiguration
      /** What was decided last. */
      readonly decision: Sent
      readonly attempt: number
      /** Whether anything was sent. */
      readonly changed: boolean
    }
  /** There is no such configuration any more. */
  | { readonly type: 'gone' }
  /** It is not as it was taken to be. */
  | { readonly type: 'replan'; readonly configuration: ObservedConfiguration }

/**
 * Changes a configuration: looks at it, then sends what differs. The look comes first every time, since the plan may rest on an
 * older one and the API has no `If-Match`; and it settles an attempt whose outcome is unknown, for what was carried out differs no
 * longer.
 */
export async function rewrite<Sent extends Sending>(
  parts: RewriterParts,
  job: RewriteJob<Sent>,
): Promise<Result<Rewritten<Sent>, GatewayError>> {
  const { id, key, priority, signal } = job
  for (let attempt = 1; ; attempt++) {
    const looked = await parts.gateway.find(id, job)
    if (looked.isErr()) return err(looked.error)
    const present = looked.value
    if (!present) return ok({ type: 'gone' })
    const decision = job.decide(present)
    if (decision.type === 'replan') return ok({ type: 'replan', configuration: present })
    const done = { type: 'done', decision, attempt } as const
    if (Object.keys(decision.patch).length === 0) return ok({ ...done, configuration: present, changed: attempt > 1 })
    const written = await parts.gateway.update(id, decision.patch, { key, priority, signal })
    if (written.isOk()) return ok({ ...done, configuration: written.value.configuration, changed: true })
    if (!(await waitAfter(configPatience(parts, key), { attempt, error: written.error, signal }))) return err(written.error)
  }
}
