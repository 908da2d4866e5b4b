import { err, ok } from 'neverthrow'
import type { Change } from '../../plan/change.ts'
import { planKeys } from '../../plan/plan.ts'
import type { Job } from '../job.ts'
import { remove } from '../remove.ts'
import { confirmMissing } from './look.ts'
import type { Applying, ApplyOptions, JobParts } from './parts.ts'

/** Deletes a configuration, if that is still wanted once it was looked at. */
export async function deleteOne(parts: JobParts, job: Job & { kind: 'delete' }, options: ApplyOptions): Applying {
  const start = performance.now()
  const { key, id, reason } = job
  const isWanted = () => planKeys(parts.world(), [key]).changes.some((change) => isDeletionOf(change, id))
  const result = await remove(parts, { id, key, isWanted, ...options })
  if (result.isErr()) return err(result.error)
  if (result.value.type === 'replan') return ok('again')
  const { attempt } = result.value
  const event = { event: 'config.deleted', key, id, reason, attempt, durationMs: performance.now() - start } as const
  if (reason === 'not-declared') return parts.recorder.forget(key, event)
  parts.report(event) // the lockfile says nothing of it
  return ok('again')
}

/** Takes out of the lockfile what is neither declared nor there any more. */
export async function forgetOne(parts: JobParts, { key, id }: Job & { kind: 'forget' }, options: ApplyOptions): Applying {
  const isGone = await confirmMissing(parts, id, options)
  if (isGone.isErr() || !isGone.value) return isGone.map(() => 'again')
  if (parts.world().desired.entries.has(key)) return ok('again')
  return parts.recorder.forget(key, { event: 'config.forgotten', key, id })
}

function isDeletionOf(change: Change, id: string): boolean {
  return change.kind === 'delete' && change.id === id
}
