import type { Result } from 'neverthrow'
import * as v from 'valibot'
import type { ObservedProviderKey } from '../model/provider-key.ts'
import { decodeMetadata } from '../model/stamp.ts'
import { check, id, nextPageUri, type Page } from './decode.ts'

/** `AIGatewayProviderAPIKeyDetail` of the API document, without what we have no use for. Unknown properties are dropped. */
const providerKey = v.object({
  id,
  providerId: v.string(),
  name: v.string(),
  keyRedacted: v.string(),
  metadata: v.exactOptional(v.string()),
  createdAt: v.string(),
  updatedAt: v.string(),
  lastUpdatedBy: v.object({ id: v.string() }),
})

/** `AIGatewayProviderAPIKeyList` of the API document. */
const providerKeyPage = v.object({ aiGatewayProviderKeys: v.array(providerKey), nextPageUri })

/** @returns err with the first place where the document is not what the API promises */
export function decodeProviderKey(json: unknown): Result<ObservedProviderKey, string> {
  return check(providerKey, json).map(observed)
}

/** @returns err with the first place where the document is not what the API promises */
export function decodeProviderKeys(json: unknown): Result<Page<ObservedProviderKey>, string> {
  return check(providerKeyPage, json).map((page) => ({
    items: page.aiGatewayProviderKeys.map(observed),
    isLast: !page.nextPageUri,
  }))
}

function observed({ providerId, metadata, lastUpdatedBy, ...sent }: v.InferOutput<typeof providerKey>): ObservedProviderKey {
  const { stamp } = decodeMetadata(metadata)
  return {
    ...sent,
    provider: providerId,
    lastUpdatedBy: lastUpdatedBy.id,
    ...(metadata && { metadata }),
    ...(stamp && { stamp }),
  }
}
