import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical.ts'
import type { Configuration } from './configuration.ts'
import { contentOf } from './content.ts'
import type { ObservedConfiguration } from './observed.ts'
import type { ResolvedConfiguration } from './resolved.ts'

/** `sha256:` and 64 hexadecimal digits. */
export type Digest = string

/** Fingerprint of what a configuration means: equal for a declaration and for what the gateway says of it. */
export function contentDigest(configuration: Configuration | ResolvedConfiguration | ObservedConfiguration): Digest {
  return `sha256:${createHash('sha256')
    .update(canonicalJson(contentOf(configuration)))
    .digest('hex')}`
}
