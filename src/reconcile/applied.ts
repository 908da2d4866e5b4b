import type { AppliedEntry } from '../lockfile/lockfile.ts'
import { contentDigest, type Digest } from '../model/digest.ts'
import type { Entry } from '../model/entry.ts'
import type { ObservedConfiguration } from '../model/observed.ts'

/**
 * What the lockfile is to say of a configuration that exists for an entry.
 * @param digest of what we sent; left out where we only found it there
 */
export function appliedEntry(entry: Entry, configuration: ObservedConfiguration, digest?: Digest): AppliedEntry {
  return {
    id: configuration.id,
    name: configuration.name,
    source: entry.source,
    digest: digest ?? contentDigest(configuration),
    nonce: configuration.stamp?.nonce ?? '',
    secrets: {},
    ...(entry.protect && { protect: true }),
    appliedAt: new Date().toISOString(),
    updatedAt: configuration.updatedAt,
  }
}
