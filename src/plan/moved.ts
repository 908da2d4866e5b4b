import type { ContentField } from '../model/content.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { ResolvedEntry } from '../model/resolved.ts'
import { changedFields } from './patch.ts'
import { isOurDoing } from './present.ts'
import { compareReach } from './reach.ts'
import { isUntouched } from './untouched.ts'
import { type Applied, recordOf, recordUnderOldKey, type World } from './world.ts'

/**
 * What a move changes besides the key: what is declared otherwise than it was applied. Where the content is as it was, what differs
 * on the gateway is drift, which is looked at once the move is done.
 */
export function movedFields(
  world: World,
  entry: ResolvedEntry,
  from: string,
  present: ObservedConfiguration,
): readonly ContentField[] {
  const record = lastRecord(world, entry, from, present)
  const isEdited = record ? record.digest !== entry.digest : world.history.isFresh(entry.key) || isUntouched(present)
  return isEdited ? changedFields(entry.configuration, present) : []
}

/** What a move that carries no content over leaves otherwise than declared, and the gateway only says otherwise than we sent it. */
export function fieldsOfOurDoing(
  world: World,
  entry: ResolvedEntry,
  from: string,
  present: ObservedConfiguration,
): readonly ContentField[] {
  const record = lastRecord(world, entry, from, present)
  const isSpelt = record && isOurDoing(record, present, compareReach(present, entry.configuration))
  return isSpelt ? changedFields(entry.configuration, present) : []
}

/** Whether what a move leaves as it is differs from what is declared by somebody else's doing: that is drift after the move as well. */
export function isDriftMoved(world: World, entry: ResolvedEntry, from: string, present: ObservedConfiguration): boolean {
  if (movedFields(world, entry, from, present).length > 0) return false
  if (changedFields(entry.configuration, present).length === 0) return false
  return fieldsOfOurDoing(world, entry, from, present).length === 0
}

function lastRecord(world: World, { key }: ResolvedEntry, from: string, { id }: ObservedConfiguration): Applied | undefined {
  return recordOf(world, [from, key], id) ?? recordUnderOldKey(world, id)
}
