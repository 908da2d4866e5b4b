import { canonicalJson } from '../model/canonical.ts'
import type { ConfigurationPatch } from '../model/patch.ts'
import { CONTENT_FIELDS, type ContentField, contentOf, isAsWritten } from '../model/content.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { ResolvedConfiguration } from '../model/resolved.ts'
import { decodeMetadata, encodeMetadata, isSameStamp, type Stamp } from '../model/stamp.ts'

/** Of declarations that the gateway was found to have: as what. At a resync most pairs meet again as they were. */
const found = new WeakMap<ResolvedConfiguration, ObservedConfiguration>()

/** The fields whose meaning differs, in the order in which the API document names them. */
export function changedFields(declared: ResolvedConfiguration, observed: ObservedConfiguration): readonly ContentField[] {
  if (found.get(declared) === observed) return []
  if (isAsWritten(declared, observed)) {
    found.set(declared, observed)
    return []
  }
  const wanted = contentOf(declared)
  const present = contentOf(observed)
  return CONTENT_FIELDS.filter((field) => canonicalJson([wanted[field]]) !== canonicalJson([present[field]]))
}

/**
 * What to send so that the configuration becomes what is declared, under our stamp: only what differs, null for what the
 * declaration leaves out. Empty when nothing differs.
 */
export function patchFor(declared: ResolvedConfiguration, observed: ObservedConfiguration, stamp: Stamp): ConfigurationPatch {
  const { name, description, access, router } = declared
  const changed = new Set(changedFields(declared, observed))
  return {
    ...(changed.has('name') && { name }),
    ...(changed.has('description') && { description: description ?? null }),
    ...((changed.has('metadata') || !isSameStamp(observed.stamp, stamp)) && {
      metadata: encodeMetadata(stamp, declared.metadata),
    }),
    ...(changed.has('access') && { access: access ?? null }),
    ...(changed.has('router') && { router: router ?? null }),
  }
}

/** What to send so that a configuration carries our stamp and stays what it is. Empty when it does so. */
export function stampPatch(observed: ObservedConfiguration, stamp: Stamp): ConfigurationPatch {
  if (isSameStamp(observed.stamp, stamp)) return {}
  return { metadata: encodeMetadata(stamp, decodeMetadata(observed.metadata).user) }
}
