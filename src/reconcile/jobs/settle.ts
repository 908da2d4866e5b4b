import { err, ok } from 'neverthrow'
import { contentDigest } from '../../model/digest.ts'
import type { Change } from '../../plan/change.ts'
import type { Unsure } from '../job.ts'
import { lookAt } from './look.ts'
import type { Applying, ApplyOptions, JobParts } from './parts.ts'

/** By id. Nothing else is done about what a change concerns while its outcome is not known. */
export type UnsureById = Map<string, Unsure>

export function noteUnsure(unsure: UnsureById, change: Unsure): void {
  unsure.set(change.id, change)
}

/** The change whose outcome is not known, where another concerns the same. */
export function unsureOf(unsure: UnsureById, change: Change): Unsure | undefined {
  const id = 'id' in change ? change.id : undefined
  return [...unsure.values()].find((each) => each.id === id || each.key === change.key || each.from === change.key)
}

/**
 * Looks what became of a change, and writes down what we sent, where that is there: the plan goes on from that. Anything else is
 * as it was before, or somebody's doing since.
 */
export async function settleOne(
  parts: JobParts,
  unsure: UnsureById,
  { id, key: to, from, sent }: Unsure,
  options: ApplyOptions,
): Applying {
  const { store, owner, recorder } = parts
  const looked = await lookAt(parts, id, options)
  if (looked.isErr()) return err(looked.error)
  unsure.delete(id)
  const present = looked.value
  const before = [...store.entries].find(([, entry]) => entry.id === id)?.[1]
  if (!present || !before) return ok('again')
  const { name, updatedAt, stamp } = present
  const key = stamp?.owner === owner && stamp.key === to ? to : from // any other is somebody's doing
  const digest = sent.get(contentDigest(present))
  const written = await recorder.record(key, { ...before, ...(digest !== undefined && { name, updatedAt, digest }) })
  return written.map(() => 'again')
}
