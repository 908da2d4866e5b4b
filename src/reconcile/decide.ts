import type { ContentField } from '../model/content.ts'
import { contentDigest, type Digest } from '../model/digest.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { ResolvedEntry } from '../model/resolved.ts'
import type { Stamp } from '../model/stamp.ts'
import { fieldsOfOurDoing, movedFields } from '../plan/moved.ts'
import { changedFields, patchFor, stampPatch } from '../plan/patch.ts'
import { planPresent } from '../plan/present.ts'
import type { World } from '../plan/world.ts'
import type { Replan, Sending } from './rewrite.ts'

/** What to do about a configuration as it was just seen, and what counts as applied then. */
export type Decision = Decided | Replan

export interface Decided extends Sending {
  readonly entry: ResolvedEntry
  /** What counts as applied then. */
  readonly digest: Digest
  /** `contentDigest` of what it is then, by the ids of provider keys. */
  readonly content: Digest
  /** The fields that become what is declared. What else differs afterwards is somebody else's doing. */
  readonly fields: readonly ContentField[]
}

const REPLAN: Replan = { type: 'replan' }

function digestsOf({ digest, configuration }: ResolvedEntry): Pick<Decided, 'digest' | 'content'> {
  return { digest, content: contentDigest(configuration) }
}

/** The plan rests on an older look: what it says of this one counts. */
export function decideUpdate(world: World, entry: ResolvedEntry, present: ObservedConfiguration): Decision {
  if (!isOurs(world, present, [entry.key])) return REPLAN
  const change = planPresent(world, entry, present)
  if (change.kind === 'update' && change.withheld) return REPLAN
  const fields = change.kind === 'noop' ? [] : changedFields(entry.configuration, present)
  const patch = change.kind === 'noop' ? {} : patchFor(entry.configuration, present, stampFor(world, entry.key, entry, present))
  return { type: 'send', patch, entry, ...digestsOf(entry), fields }
}

/** The key changes, and the content where the declaration's did; drift is looked at once the move is done. */
export function decideMove(world: World, from: string, entry: ResolvedEntry, present: ObservedConfiguration): Decision {
  if (!isOurs(world, present, [from, entry.key])) return REPLAN
  // What is declared again under its old key keeps its configuration.
  if (present.stamp?.key !== entry.key && world.desired.entries.has(from)) return REPLAN
  const stamp = stampFor(world, from, entry, present)
  const fields = movedFields(world, entry, from, present)
  const digests = digestsOf(entry)
  if (fields.length > 0) return { type: 'send', patch: patchFor(entry.configuration, present, stamp), entry, ...digests, fields }
  const ours = fieldsOfOurDoing(world, entry, from, present)
  return { type: 'send', patch: stampPatch(present, stamp), entry, ...digests, fields: ours }
}

/** The stamp alone, and only onto what nobody owns. What is declared otherwise comes after that, as an edit. */
export function decideAdopt(world: World, entry: ResolvedEntry, present: ObservedConfiguration, nonce: string): Decision {
  const { id, stamp } = present
  // The module may have thought better of it.
  if (world.desired.entries.get(entry.key)?.adopt !== id || (stamp && !isOurs(world, present, [entry.key]))) return REPLAN
  const patch = stamp ? {} : stampPatch(present, { owner: world.owner, key: entry.key, nonce })
  const digest = contentDigest(present)
  return { type: 'send', patch, entry, digest, content: digest, fields: [] }
}

/** An unstamped one is ours by the id in the lockfile alone; its stamp comes back with the change. */
function isOurs({ owner, applied }: World, { id, stamp }: ObservedConfiguration, keys: readonly string[]): boolean {
  if (!stamp) return keys.some((key) => applied.get(key)?.id === id)
  return stamp.owner === owner && keys.includes(stamp.key)
}

/** The nonce stays: it is the receipt of the create. */
function stampFor({ owner, applied }: World, from: string, { key }: ResolvedEntry, { stamp }: ObservedConfiguration): Stamp {
  return { owner, key, nonce: stamp?.nonce ?? applied.get(from)?.nonce ?? '' }
}
