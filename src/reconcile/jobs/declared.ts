import type { ObservedConfiguration } from '../../model/observed.ts'
import { pendingKeys, type ResolvedEntry } from '../../model/resolved.ts'
import { resolve } from '../../plan/keys/resolve.ts'
import { changedFields } from '../../plan/patch.ts'
import type { World } from '../../plan/world.ts'

/**
 * The declaration as it is whenever this is asked, with its provider keys by their ids; as it was planned once it is gone.
 * @returns undefined where a provider key is still to be made, or cannot be decided: nothing of it may be sent
 */
export function declaredNow(world: World, planned: ResolvedEntry): ResolvedEntry | undefined {
  const declared = world.desired.entries.get(planned.key)
  const resolution = declared ? resolve(world, declared) : ({ type: 'resolved', entry: planned } as const)
  if (resolution.type === 'problem' || pendingKeys(resolution.entry.configuration).length > 0) return undefined
  return resolution.entry
}

/** Whether what has its stamp is still to become what is declared. @param present undefined where nothing is known of it */
export function isUnfinished(world: World, key: string, present: ObservedConfiguration | undefined): boolean {
  if (!present) return false
  const declared = world.desired.entries.get(key)
  const resolution = declared && resolve(world, declared)
  return resolution?.type !== 'resolved' || changedFields(resolution.entry.configuration, present).length > 0
}
