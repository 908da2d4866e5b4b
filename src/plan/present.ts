import { contentDigest } from '../model/digest.ts'
import type { Entry } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { Reach, UpdateReason } from '../model/planned.ts'
import type { Change, Noop, Withheld } from './change.ts'
import { changedFields } from './patch.ts'
import { compareReach, isWidening } from './reach.ts'
import { type Applied, recordOf, recordUnderOldKey, type World } from './world.ts'

type Update = Extract<Change, { kind: 'update' }>

/**
 * What to do about an entry and the configuration it has. An edit makes it wholly what the file says. Where the file says what was
 * applied, the difference is somebody else's doing, and what a person closed stays closed.
 */
export function planPresent(world: World, entry: Entry, present: ObservedConfiguration): Update | Noop {
  const { key, configuration, digest } = entry
  const { id } = present
  const record = recordOf(world, [key], id)
  const fields = differingFields(entry, present)
  const last = record ?? recordUnderOldKey(world, id)
  const isEdited = last ? last.digest !== digest : world.history.isFresh(key)
  if (fields.length === 0) return asDeclared(world, entry, present, record)
  const reach = compareReach(present, configuration)
  if (!isEdited && last && isOurDoing(last, present, reach)) return asDeclared(world, entry, present, record)
  const reason = isEdited ? 'edited' : last ? (isStampAlone(entry, present) ? 'stamp' : 'drift') : 'found'
  const withheld = withhold(world, reason, reach, present)
  return { kind: 'update', key, id, entry, reason, fields, reach, present, ...(withheld && { withheld }) }
}

/** A stamp that was edited away comes back with the change. */
function differingFields({ configuration }: Entry, present: ObservedConfiguration): Update['fields'] {
  const changed = changedFields(configuration, present)
  return present.stamp || changed.includes('metadata') ? changed : [...changed, 'metadata']
}

function isStampAlone({ digest }: Entry, present: ObservedConfiguration): boolean {
  return contentDigest(present) === digest
}

function asDeclared({ rules }: World, entry: Entry, present: ObservedConfiguration, record: Applied | undefined): Noop {
  const { key, digest, source, protect } = entry
  const { id } = present
  const isApplied = record?.digest === digest
  const isRecorded = isApplied && record.source === source && (record.protect ?? false) === protect
  const look = record && !isApplied && rules.policy !== 'create-only' ? { look: entry } : {}
  return { kind: 'noop', key, id, ...(!isRecorded && { record: present, ...look }) }
}

/**
 * What has not been written to since our own write is as the gateway made of it: it may spell things otherwise. And what is older
 * than our write is an old look. Times are coarse and clocks differ, so that this holds only where a key reaches no more than declared.
 */
export function isOurDoing(record: Applied, present: ObservedConfiguration, correction: Reach): boolean {
  if (correction === 'narrower' || correction === 'other') return false
  return Date.parse(present.updatedAt) <= Date.parse(record.updatedAt)
}

function withhold({ rules }: World, reason: UpdateReason, reach: Reach, present: ObservedConfiguration): Withheld | undefined {
  if (rules.policy === 'create-only') return 'policy'
  if (reason === 'edited' || rules.drift === 'correct-all') return undefined
  if (reason === 'found' && isUntouched(present)) return undefined
  if (rules.drift === 'report') return 'report'
  return isWidening(reach) ? 'widening' : undefined
}

/** As we created it: an attempt of ours with an older declaration, and nobody closed anything. */
export function isUntouched({ createdAt, updatedAt }: ObservedConfiguration): boolean {
  return createdAt === updatedAt
}
