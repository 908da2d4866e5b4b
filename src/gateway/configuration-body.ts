import type { ConfigurationPatch } from '../model/patch.ts'
import { describeProviderKey } from '../model/provider-key.ts'
import type { ResolvedKey, ResolvedRouter, ResolvedRule } from '../model/resolved.ts'
import { encodeMetadata } from '../model/stamp.ts'
import type { Draft } from './gateway.ts'

/**
 * `AIGatewayAccessKeyConfigurationCreate` of the API document: what is declared, with the stamp in its metadata.
 * @throws Error where a provider key is still to be made
 */
export function createBody({ configuration, stamp }: Draft): string {
  const { name, description, access, router } = configuration
  const metadata = encodeMetadata(stamp, configuration.metadata)
  return JSON.stringify({ name, description, metadata, access, router: router && encodeRouter(router) })
}

/**
 * `AIGatewayAccessKeyConfigurationUpdate` of the API document: what is undefined is left out, null stays.
 * @throws Error where a provider key is still to be made
 */
export function updateBody({ name, description, metadata, access, router }: ConfigurationPatch): string {
  return JSON.stringify({ name, description, metadata, access, router: router && encodeRouter(router) })
}

/** Property by property: whatever else a declaration may hold one day, such as where a secret is, is not for the gateway. */
function encodeRouter({ rules }: ResolvedRouter): unknown {
  return { rules: rules?.map(encodeRule) }
}

function encodeRule({ provider, model, steps }: ResolvedRule): unknown {
  return { provider, model, steps: steps.map(encodeStep) }
}

function encodeStep(step: ResolvedRule['steps'][number]): unknown {
  if (step.type === 'ngrok') return { type: step.type }
  const { type, keys, keySelectionStrategy } = step
  return { type, keys: keys.map(encodeKey), keySelectionStrategy }
}

function encodeKey({ id, pending }: ResolvedKey): unknown {
  if (pending === undefined) return { id }
  throw new Error(`a rule refers to the provider key ${describeProviderKey(pending)}, which is still to be made`)
}
