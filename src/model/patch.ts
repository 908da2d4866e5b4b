import type { Access } from './configuration.ts'
import type { ResolvedRouter } from './resolved.ts'

/** `AIGatewayAccessKeyConfigurationUpdate`: what is left out stays, null clears, objects are replaced whole. */
export interface ConfigurationPatch {
  readonly name?: string
  readonly description?: string | null
  readonly metadata?: string
  readonly access?: Access | null
  readonly router?: ResolvedRouter | null
}
