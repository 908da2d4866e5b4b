import type { AccessKeyRef, ObservedConfiguration, References } from '../model/observed.ts'
import { decodeAccessKeys, decodeConfigurations, type ObservedAccessKey } from './decode.ts'
import type { Collection } from './listing.ts'
import { ACCESS_KEYS, CONFIGURATIONS } from './paths.ts'

/** Every access key configuration of the account. */
export const configurations: Collection<ObservedConfiguration> = { path: CONFIGURATIONS, decode: decodeConfigurations }

/** Every access key of the account. */
export const accessKeys: Collection<ObservedAccessKey> = { path: ACCESS_KEYS, decode: decodeAccessKeys }

/** Which of these access keys refer to which configuration, in the order they came. One without a configuration refers to none. */
export function referencesOf(keys: readonly ObservedAccessKey[]): References {
  const references = new Map<string, AccessKeyRef[]>()
  for (const { configurationId, ...key } of keys) {
    if (configurationId === undefined) continue
    const others = references.get(configurationId)
    if (others) others.push(key)
    else references.set(configurationId, [key])
  }
  return references
}
