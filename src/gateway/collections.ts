import type { AccessKeyRef, ObservedConfiguration, References } from '../model/observed.ts'
import type { ObservedProviderKey } from '../model/provider-key.ts'
import { decodeAccessKeys, decodeConfiguration, decodeConfigurations, type ObservedAccessKey } from './decode.ts'
import { decodeProviderKey, decodeProviderKeys } from './decode-provider-key.ts'
import type { Collection } from './listing.ts'
import { ACCESS_KEYS, CONFIGURATIONS, PROVIDER_KEYS } from './paths.ts'
import type { Resource } from './resource.ts'

/** Every access key configuration of the account. */
export const configurations: Resource<ObservedConfiguration> = {
  path: CONFIGURATIONS,
  decode: decodeConfigurations,
  decodeOne: decodeConfiguration,
  inUse: 'ERR_NGROK_27615',
}

/** Every provider key of the account. */
export const providerKeys: Resource<ObservedProviderKey> = {
  path: PROVIDER_KEYS,
  decode: decodeProviderKeys,
  decodeOne: decodeProviderKey,
  inUse: 'ERR_NGROK_27511',
}

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
