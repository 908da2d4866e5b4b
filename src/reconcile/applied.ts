import type { AppliedEntry } from '../lockfile/lockfile.ts'
import { contentDigest, type Digest } from '../model/digest.ts'
import type { Entry } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { ResolvedEntry } from '../model/resolved.ts'
import { changedFields } from '../plan/patch.ts'
import type { Decided } from './decide.ts'
import type { Rewritten } from './rewrite.ts'

type Recorded = Pick<Entry, 'source' | 'protect'>

/** Fingerprints of what was applied to provider keys, by path. */
type Secrets = AppliedEntry['secrets']

/** What counts as applied of what was only found there: what is declared, where it is just that. */
export function digestOfFound(entry: ResolvedEntry, configuration: ObservedConfiguration): Digest {
  return changedFields(entry.configuration, configuration).length === 0 ? entry.digest : contentDigest(configuration)
}

/**
 * What the lockfile is to say of a configuration that exists for an entry.
 * @param digest of what counts as applied
 */
export function appliedEntry(
  entry: Recorded,
  configuration: ObservedConfiguration,
  digest: Digest,
  secrets: Secrets,
): AppliedEntry {
  return {
    id: configuration.id,
    name: configuration.name,
    source: entry.source,
    digest,
    nonce: configuration.stamp?.nonce ?? '',
    secrets,
    ...(entry.protect && { protect: true }),
    appliedAt: new Date().toISOString(),
    updatedAt: configuration.updatedAt,
  }
}

/** When we wrote it is not known: whatever the gateway says is later. */
const LONG_AGO = '1970-01-01T00:00:00Z'

/**
 * What the lockfile is to say of a configuration that we changed, or found as it should be. Where more of it differs from the
 * declaration than we sent, somebody else changed it, and our write must not make that look like our doing.
 * @param before what the lockfile says of it, if it knows it
 */
export function rewrittenEntry(
  { configuration, decision: { entry, digest, fields } }: Rewritten<Decided> & { type: 'done' },
  before: AppliedEntry | undefined,
  secrets: Secrets,
): AppliedEntry {
  const applied = appliedEntry(entry, configuration, digest, secrets)
  const isOurs = changedFields(entry.configuration, configuration).every((field) => fields.includes(field))
  return isOurs ? applied : { ...applied, updatedAt: before?.updatedAt ?? LONG_AGO }
}

/**
 * What the lockfile is to say of a configuration that is otherwise than declared, and stays so until a person decides: what is
 * declared counts as applied, so that the difference is drift, and the next edit is an edit.
 * @param before what the lockfile says of it, if it knows it
 */
export function heldEntry(
  entry: ResolvedEntry,
  configuration: ObservedConfiguration,
  before: AppliedEntry | undefined,
  secrets: Secrets,
): AppliedEntry {
  const { source, digest, protect } = entry
  if (!before) return { ...appliedEntry(entry, configuration, digest, secrets), updatedAt: LONG_AGO }
  const { protect: _, ...rest } = before
  return { ...rest, source, secrets, ...(protect && { protect: true }) }
}
