/** Small builders for the states that plans are made of. */
import type { Configuration } from '../../src/model/configuration.ts'
import { contentDigest } from '../../src/model/digest.ts'
import type { DesiredState, Entry, Hold } from '../../src/model/entry.ts'
import type { ObservedConfiguration, References } from '../../src/model/observed.ts'
import { decodeMetadata, encodeMetadata, type Stamp } from '../../src/model/stamp.ts'
import type { Rules, World } from '../../src/plan/world.ts'
import { ObservedIndex } from '../../src/reconcile/observed-index.ts'

export const OWNER = 'platform'

export function entryOf(key: string, fields: Partial<Configuration> = {}): Entry {
  const configuration: Configuration = { name: key, access: { models: { allow: ['openai/gpt-4o'] } }, ...fields }
  return { key, source: `${key}.ts`, configuration, digest: contentDigest(configuration), protect: false }
}

export function observedOf(id: string, entry: Entry, stamp?: Partial<Stamp> | null): ObservedConfiguration {
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
    broken: new Set(rest.broken),
    complete: rest.complete ?? true,
  }
}

export function worldOf(parts: {
  desired?: DesiredState
  applied?: Record<string, { id: string; source?: string; digest?: string; updatedAt?: string; protect?: true }>
  observed?: readonly ObservedConfiguration[]
  users?: References
  rules?: Partial<Rules>
  history?: Partial<World['history']>
}): World {
  const observed = new ObservedIndex(OWNER)
  observed.replace(parts.observed ?? [], new Map())
  observed.refer(parts.users ?? new Map())
  const applied = new Map(
    Object.entries(parts.applied ?? {}).map(([key, { id, ...record }]) => {
      const standard = { source: `${key}.ts`, digest: entryOf(key).digest, updatedAt: APPLIED_AT }
      return [key, { id, nonce: `nonce-of-${id}`, ...standard, ...record }]
    }),
  )
  const history = { isRipe: () => true, isFresh: () => false, isApproved: () => false, ...parts.history }
  const rules = rulesOf(parts.rules ?? {})
  return { owner: OWNER, rules, desired: parts.desired ?? desiredOf([]), applied, observed, history }
}

/** The settings that plans follow: the defaults, but for what is given. */
export function rulesOf(rules: Partial<Rules>): Rules {
  return { policy: 'upsert-only', drift: 'correct', deleteMax: 10, deleteMaxPercent: 30, ...rules }
}

/** When everything was written that nobody has touched since. */
export const APPLIED_AT = '2026-01-01T00:00:00Z'

/** What a person makes of a configuration on the gateway, later than anything of ours. */
export function touched(configuration: ObservedConfiguration, entry: Entry): ObservedConfiguration {
  const { id, stamp, createdAt } = configuration
  return { ...observedOf(id, entry, stamp ?? null), createdAt, updatedAt: '2026-02-01T00:00:00Z', lastUpdatedBy: 'usr_person' }
}
