import type { Digest } from '../model/digest.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { DeleteReason, KeyProblem } from '../model/planned.ts'
import type { ResolvedEntry } from '../model/resolved.ts'
import type { Change } from '../plan/change.ts'
import type { Priority } from '../gateway/gateway.ts'
import type { World } from '../plan/world.ts'

/** Something that applying does about a key. */
export type Job =
  | Extract<Change, { kind: 'create' | 'adopt' | 'update' | 'move' }>
  | { readonly kind: 'delete'; readonly key: string; readonly id: string; readonly reason: DeleteReason }
  | { readonly kind: 'record'; readonly key: string; readonly record: ObservedConfiguration }
  /** It stays otherwise than declared, and the lockfile is to know it. */
  | { readonly kind: 'hold'; readonly key: string; readonly id: string; readonly entry: ResolvedEntry }
  | { readonly kind: 'forget'; readonly key: string; readonly id: string }
  /** It is done, and still to be written down. */
  | { readonly kind: 'flush'; readonly key: string }
  /** A change was sent, and it is not known whether it was carried out. */
  | { readonly kind: 'settle'; readonly key: string; readonly unsure: Unsure }
  /** A provider key that the entry declares keeps it from being applied. */
  | { readonly kind: 'key-problem'; readonly key: string }

/** A change whose outcome is not known. */
export interface Unsure {
  readonly id: string
  readonly key: string
  /** The key it had before; the same where it did not move. */
  readonly from: string
  /** What counts as applied, by the content it is to have after each attempt. */
  readonly sent: ReadonlyMap<Digest, Digest>
}

/** The configuration that a job is about, where there is one. */
export function idOf(job: Job): string | undefined {
  switch (job.kind) {
    case 'create':
    case 'flush':
    case 'key-problem':
      return undefined
    case 'record':
      return job.record.id
    case 'settle':
      return job.unsure.id
    case 'adopt':
    case 'update':
    case 'move':
    case 'delete':
    case 'hold':
    case 'forget':
      return job.id
  }
}

/** What there is to do about a change, if anything. */
export function jobFor(change: Change, priority: Priority, world: Pick<World, 'applied'>): Job | undefined {
  switch (change.kind) {
    case 'create':
    case 'delete':
      return change
    case 'adopt':
    case 'move':
      return change.withheld ? undefined : change
    case 'update':
      return change.withheld ? holdingJob(change, world) : change
    case 'noop':
      return noopJob(change)
    case 'orphan':
      // Whether it is still in use is asked now and then, not whenever something is planned.
      if (change.stays !== 'in-use' || priority !== 'resync') return undefined
      return { kind: 'delete', key: change.key, id: change.id, reason: 'not-declared' }
    case 'conflict':
      return change.problem && isFailure(change.problem) ? { kind: 'key-problem', key: change.key } : undefined
  }
}

/** What somebody can mend elsewhere, so that the entry fails until then. All else is a conflict between declarations, or owners. */
export function isFailure({ type }: KeyProblem): boolean {
  return type === 'secret-missing' || type === 'provider-key-unknown' || type === 'provider-key-ambiguous'
}

function noopJob({ key, id, record, look, forget }: Change & { kind: 'noop' }): Job | undefined {
  if (forget) return { kind: 'forget', key, id }
  if (!record) return undefined
  if (!look) return { kind: 'record', key, record }
  return { kind: 'update', key, id, entry: look, reason: 'edited', fields: [], reach: 'same', present: record }
}

function holdingJob(
  { key, id, entry, withheld }: Change & { kind: 'update' },
  { applied }: Pick<World, 'applied'>,
): Job | undefined {
  const record = applied.get(key)
  const isKnown = record?.id === id && record.source === entry.source && (record.protect ?? false) === entry.protect
  return isKnown || withheld === 'policy' ? undefined : { kind: 'hold', key, id, entry }
}
