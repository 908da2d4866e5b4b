/** Small builders for the states that plans are made of. */
import type { Configuration } from '../../src/model/configuration.ts'
import { contentDigest } from '../../src/model/digest.ts'
import type { DesiredState, Entry, Hold } from '../../src/model/entry.ts'
import { managedBy } from '../../src/model/managed.ts'
import type { ObservedConfiguration, References } from '../../src/model/observed.ts'
import type { ObservedProviderKey } from '../../src/model/provider-key.ts'
import type { ResolvedEntry } from '../../src/model/resolved.ts'
import { decodeMetadata, encodeMetadata, type Stamp } from '../../src/model/stamp.ts'
import type { AppliedEntry } from '../../src/lockfile/lockfile.ts'
import type { Rules, World } from '../../src/plan/world.ts'
import { appliedEntry } from '../../src/reconcile/applied.ts'
import { fingerprintsIn } from '../../src/plan/keys/records.ts'
import { KeyIndex } from '../../src/reconcile/keys/key-index.ts'
import { ObservedIndex } from '../../src/reconcile/observed-index.ts'
import { fakeSecrets } from './fake-secrets.ts'

export const OWNER = 'platform'

/** Its provider keys, if any, have ids, so that it is resolved as it is. */
export function entryOf(key: string, fields: Partial<Configuration> = {}): Entry & ResolvedEntry {
  const configuration: Configuration = { name: key, access: { models: { allow: ['openai/gpt-4o'] } }, ...fields }
  const digest = contentDigest(configuration)
  return { key, source: `${key}.ts`, configuration, digest, protect: false } as Entry & ResolvedEntry
}

export function observedOf(
  id: string,
  entry: Pick<ResolvedEntry, 'key' | 'configuration'>,
  stamp?: Partial<Stamp> | null,
): ObservedConfiguration {
  const { metadata, ...fields } = entry.configuration
  const whole = { owner: OWNER, key: entry.key, nonce: `nonce-of-${id}`, ...stamp }
  const text = stamp === null ? undefined : encodeMetadata(whole, metadata)
  return {
    ...(fields as Omit<typeof fields, 'router'>),
    id,
    ...(text !== undefined && { metadata: text, ...decodeMetadataStamp(text) }),
    createdAt: APPLIED_AT,
    updatedAt: APPLIED_AT,
    lastUpdatedBy: 'usr_1',
  }
}

function decodeMetadataStamp(text: string): { stamp?: Stamp } {
  const { stamp } = decodeMetadata(text)
  return stamp ? { stamp } : {}
}

export function desiredOf(
  entries: readonly Entry[],
  rest: { held?: readonly Hold[]; broken?: string[]; complete?: boolean } = {},
): DesiredState {
  return {
    entries: new Map(entries.map((entry) => [entry.key, entry])),
    held: new Map((rest.held ?? []).map((hold) => [hold.key, hold])),
    managed: managedBy(entries),
    broken: new Set(rest.broken),
    complete: rest.complete ?? true,
  }
}

export function worldOf(parts: {
  desired?: DesiredState
  applied?: Record<
    string,
    { id: string; source?: string; digest?: string; updatedAt?: string; protect?: true; secrets?: Record<string, string> }
  >
  observed?: readonly ObservedConfiguration[]
  users?: References
  providerKeys?: readonly ObservedProviderKey[]
  /** Values by `secret.env("NAME")`. */
  secrets?: Record<string, string>
  rules?: Partial<Rules>
  history?: Partial<World['history']>
}): World {
  const observed = new ObservedIndex(OWNER)
  observed.replace(parts.observed ?? [], new Map())
  observed.refer(parts.users ?? new Map())
  const applied = new Map(
    Object.entries(parts.applied ?? {}).map(([key, { id, ...record }]) => {
      const standard = { source: `${key}.ts`, digest: entryOf(key).digest, secrets: {}, updatedAt: APPLIED_AT }
      return [key, { id, nonce: `nonce-of-${id}`, ...standard, ...record }]
    }),
  )
  const history = { ...NO_HISTORY, ...parts.history }
  const rules = rulesOf(parts.rules ?? {})
  const providerKeys = new KeyIndex(OWNER, fingerprintsIn(applied))
  providerKeys.replace(parts.providerKeys ?? [], new Map())
  const secrets = fakeSecrets(parts.secrets)
  const desired = parts.desired ?? desiredOf([])
  return { owner: OWNER, rules, desired, applied, observed, history, providerKeys, secrets }
}

const NO_HISTORY: World['history'] = {
  isRipe: () => true,
  isFresh: () => false,
  isApproved: () => false,
  isKeyRipe: () => true,
  isKeyApproved: () => false,
}

/** The settings that plans follow: the defaults, but for what is given. */
export function rulesOf(rules: Partial<Rules>): Rules {
  return { policy: 'upsert-only', drift: 'correct', deleteMax: 10, deleteMaxPercent: 30, ...rules }
}

/** When everything was written that nobody has touched since. */
export const APPLIED_AT = '2026-01-01T00:00:00Z'

/** What a person makes of a configuration on the gateway, later than anything of ours. */
export function touched(configuration: ObservedConfiguration, entry: ResolvedEntry): ObservedConfiguration {
  const { id, stamp, createdAt } = configuration
  return { ...observedOf(id, entry, stamp ?? null), createdAt, updatedAt: '2026-02-01T00:00:00Z', lastUpdatedBy: 'usr_person' }
}

/** A provider key on the gateway: ours for its name, unless another stamp or none is given. */
export function providerKeyOf(
  id: string,
  { stamp, ...fields }: Partial<Omit<ObservedProviderKey, 'stamp'>> & { stamp?: Partial<Stamp> | null } = {},
): ObservedProviderKey {
  const name = fields.name ?? 'prod'
  const whole = { owner: OWNER, key: name, nonce: `nonce-of-${id}`, ...stamp }
  return {
    id,
    provider: 'openai',
    name,
    keyRedacted: '***',
    ...(stamp !== null && { stamp: whole, metadata: encodeMetadata(whole) }),
    createdAt: APPLIED_AT,
    updatedAt: APPLIED_AT,
    lastUpdatedBy: 'usr_1',
    ...fields,
  }
}

/** What the lockfile says of a configuration that was found there. */
export function recordedOf(entry: ResolvedEntry, configuration: ObservedConfiguration): AppliedEntry {
  return appliedEntry(entry, configuration, contentDigest(configuration), {})
}
