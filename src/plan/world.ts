import type { Digest } from '../model/digest.ts'
import type { DesiredState } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'

/** Everything a plan is computed from. Nothing here is changed by planning. */
export interface World {
  readonly owner: string
  readonly policy: Policy
  readonly desired: DesiredState
  readonly applied: AppliedState
  readonly observed: ObservedState
}

/** `create-only` changes nothing that exists. */
export type Policy = 'create-only' | 'upsert-only' | 'sync'

/** What the lockfile says, as far as planning needs it. */
export type AppliedState = ReadonlyMap<string, Applied>

export interface Applied {
  readonly id: string
  readonly source: string
  readonly digest: Digest
  readonly protect?: true
}

/** What the gateway last listed, indexed. */
export interface ObservedState {
  byId(id: string): ObservedConfiguration | undefined
  /** The configurations that carry our owner's stamp for a key. */
  byKey(key: string): readonly ObservedConfiguration[]
  /** Every key our owner's stamps name. */
  keys(): Iterable<string>
}

/** The configuration the lockfile ties to a key, if the gateway has it and it is not somebody else's by its stamp. */
export function tiedTo(world: World, key: string): ObservedConfiguration | undefined {
  const applied = world.applied.get(key)
  const tied = applied && world.observed.byId(applied.id)
  return tied && !isForeign(world, tied, key) ? tied : undefined
}

/** A stamp edited away leaves the lockfile's id as the tie; one that names somebody else is theirs. */
export function isForeign(world: World, configuration: ObservedConfiguration, key: string): boolean {
  const { stamp } = configuration
  return stamp !== undefined && (stamp.owner !== world.owner || stamp.key !== key)
}

/** Whether the folder says nothing of the key, and is known well enough for that to mean something. */
export function isGone({ desired, applied }: World, key: string): boolean {
  if (!desired.complete || desired.entries.has(key) || desired.held.has(key)) return false
  const source = applied.get(key)?.source
  return source === undefined || !desired.broken.has(source)
}
