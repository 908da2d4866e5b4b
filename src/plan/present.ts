import type { ObservedConfiguration } from '../model/observed.ts'
import type { Reach, UpdateReason } from '../model/planned.ts'
import type { ResolvedEntry } from '../model/resolved.ts'
import type { Change, Noop, Withheld } from './change.ts'
import { secretRecords } from './keys/resolve.ts'
import { changedFields } from './patch.ts'
import { compareReach, isWidening } from './reach.ts'
import { isUntouched } from './untouched.ts'
import { type Applied, recordOf, recordUnderOldKey, type World } from './world.ts'

type Update = Extract<Change, { kind: 'update' }>

/**
 * What to do about an entry and the configuration it has. An edit makes it wholly what the file says. Where the file says what was
 * applied, the difference is somebody else's doing, and what a person closed stays closed.
 */
export function planPresent(world: World, entry: ResolvedEntry, present: ObservedConfiguration): Update | Noop {
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
function differingFields({ configuration }: ResolvedEntry, present: ObservedConfiguration): Update['fields'] {
  const changed = changedFields(configuration, present)
  return present.stamp || changed.includes('metadata') ? changed : [...changed, 'metadata']
}

function isStampAlone({ configuration }: ResolvedEntry, present: ObservedConfiguration): boolean {
  return changedFields(configuration, present).length === 0
}

function asDeclared(world: World, entry: ResolvedEntry, present: ObservedConfiguration, record: Applied | undefined): Noop {
  const { key, digest, source, protect } = entry
  const { id } = present
  const isApplied = record?.digest === digest
  const isRecorded =
    isApplied && record.source === source && (record.protect ?? false) === protect && areSecretsRecorded(world, entry, record)
  const look = record && !isApplied && world.rules.policy !== 'create-only' ? { look: entry } : {}
  return { kind: 'noop', key, id, ...(!isRecorded && { record: present, ...look }) }
}

function areSecretsRecorded(world: World, entry: ResolvedEntry, { secrets }: Applied): boolean {
  if (!entry.managedKeys && Object.keys(secrets).length === 0) return true
  return isSameRecord(secretRecords(world, entry), secrets)
}

function isSameRecord(a: Applied['secrets'], b: Applied['secrets']): boolean {
  const paths = Object.keys(a)
  return paths.length === Object.keys(b).length && paths.every((path) => a[path] === b[path])
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
