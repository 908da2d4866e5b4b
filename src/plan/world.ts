import type { Digest } from '../model/digest.ts'
import type { DesiredState } from '../model/entry.ts'
import type { AccessKeyRef, ObservedConfiguration } from '../model/observed.ts'
import type { ObservedProviderKey, ProviderKeyName } from '../model/provider-key.ts'
import type { SecretLook, SecretSource } from '../model/secret.ts'

/** Everything a plan is computed from. Nothing here is changed by planning. */
export interface World {
  readonly owner: string
  readonly rules: Rules
  readonly desired: DesiredState
  readonly applied: AppliedState
  readonly observed: ObservedState
  readonly history: History
  readonly providerKeys: ProviderKeyState
  readonly secrets: SecretState
}

/** What is declared, applied and observed, and whose it is. */
export type States = Pick<World, 'owner' | 'desired' | 'applied' | 'observed'>

/** The settings that plans follow. */
export interface Rules {
  readonly policy: Policy
  readonly drift: DriftPolicy
  readonly deleteMax: number
  /** From 0 to 100. */
  readonly deleteMaxPercent: number
}

/** `create-only` changes nothing that exists; only `sync` deletes. */
export type Policy = 'create-only' | 'upsert-only' | 'sync'

/** What becomes of drift: `correct` leaves what would let a key reach more. */
export type DriftPolicy = 'report' | 'correct' | 'correct-all'

/** What the lockfile says, as far as planning needs it. */
export type AppliedState = ReadonlyMap<string, Applied>

export interface Applied {
  readonly id: string
  readonly source: string
  readonly digest: Digest
  /** Of the stamp. */
  readonly nonce: string
  /** Fingerprints of what was applied to managed provider keys, each with the id of its key before it, by path. */
  readonly secrets: Readonly<Record<string, string>>
  readonly protect?: true
  /** RFC 3339, the gateway's clock: when our last write was carried out. */
  readonly updatedAt: string
}

/** What the gateway last listed, indexed. */
export interface ObservedState {
  byId(id: string): ObservedConfiguration | undefined
  /** The configurations that carry our owner's stamp for a key. */
  byKey(key: string): readonly ObservedConfiguration[]
  /** The same, by every key that our owner's stamps name. */
  readonly keyed: ReadonlyMap<string, readonly ObservedConfiguration[]>
  /** Those of nobody with a name. */
  unowned(name: string): readonly ObservedConfiguration[]
  /** The access keys that refer to a configuration, as far as is known. Undefined: none is known to. */
  usersOf(id: string): readonly AccessKeyRef[] | undefined
  /** Whether it was asked for by its id since the listing, in vain. */
  isMissing(id: string): boolean
  /** The ids of the configurations whose rules refer to a provider key. */
  usersOfKey(providerKeyId: string): ReadonlySet<string>
}

/** The account's provider keys as they were last listed, and what we know of ours. */
export interface ProviderKeyState {
  byId(id: string): ObservedProviderKey | undefined
  /** Those of a name for a provider, whose ever they are. */
  named(name: ProviderKeyName): readonly ObservedProviderKey[]
  /** Those that carry our owner's stamp for a name of a provider, whatever they are called. */
  stamped(name: ProviderKeyName): readonly ObservedProviderKey[]
  /** All that carry our owner's stamp. */
  owned(): Iterable<ObservedProviderKey>
  /** All that carry no stamp. */
  unstamped(): Iterable<ObservedProviderKey>
  /** The fingerprint of the value that was last applied to it, as the lockfile says. */
  appliedTo(id: string): string | undefined
  /** Whether it was given a value, and it is not known whether that was carried out. */
  isUnsure(id: string): boolean
  /** Whether the gateway refused to delete it because it is in use, since it was last listed. */
  isHeld(id: string): boolean
}

/** What is known of secrets. Nothing here is a value. */
export interface SecretState {
  look(secret: SecretSource): SecretLook
}

/** What a running process knows of time. */
export interface History {
  /** Whether an entry has been gone from the folder for longer than the grace period. */
  isRipe(key: string): boolean
  /** Whether the declaration came or changed under our eyes, and was not applied yet. */
  isFresh(key: string): boolean
  /** Whether a person has confirmed its deletion. */
  isApproved(key: string): boolean
  /** Whether a provider key of ours has been declared by no entry for longer than the grace period. */
  isKeyRipe(providerKeyId: string): boolean
  /** Whether a person has confirmed the deletion of a provider key. */
  isKeyApproved(providerKeyId: string): boolean
}

/** The configuration the lockfile ties to a key, if the gateway has it and it is not somebody else's by its stamp. */
export function tiedTo(world: States, key: string): ObservedConfiguration | undefined {
  const applied = world.applied.get(key)
  const tied = applied && world.observed.byId(applied.id)
  return tied && !isForeign(world, tied, key) ? tied : undefined
}

/** The lockfile's word on a configuration under one of some keys. */
export function recordOf({ applied }: Pick<World, 'applied'>, keys: readonly string[], id: string): Applied | undefined {
  return keys.map((key) => applied.get(key)).find((record) => record?.id === id)
}

/** A stamp edited away leaves the lockfile's id as the tie; one that names somebody else is theirs. */
export function isForeign(world: Pick<World, 'owner'>, configuration: ObservedConfiguration, key: string): boolean {
  const { stamp } = configuration
  return stamp !== undefined && (stamp.owner !== world.owner || stamp.key !== key)
}

/** Whether the lockfile ties a configuration to another key. */
export function isTiedToAnother({ applied }: Pick<World, 'applied'>, key: string, id: string): boolean {
  for (const [other, record] of applied) if (other !== key && record.id === id) return true
  return false
}

/** Whether the folder says anything of the key. */
export function isDeclared({ desired }: Pick<World, 'desired'>, key: string): boolean {
  return desired.entries.has(key) || desired.held.has(key)
}

/** Whether the folder says nothing of the key, and is known well enough for that to mean something. */
export function isGone({ desired, applied }: Pick<World, 'desired' | 'applied'>, key: string): boolean {
  if (!desired.complete || isDeclared({ desired }, key)) return false
  const source = applied.get(key)?.source
  return source === undefined || !desired.broken.has(source)
}

/** A move that was carried out and not written down leaves what was applied under a key that is gone. */
export function recordUnderOldKey(world: Pick<World, 'desired' | 'applied'>, id: string): Applied | undefined {
  const [, record] = world.applied.entries().find(([key, each]) => each.id === id && isGone(world, key)) ?? []
  return record
}
