import { okAsync, ResultAsync } from 'neverthrow'
import type { GatewayError } from '../../gateway/errors.ts'
import type { ProviderKeyGateway, RequestOptions } from '../../gateway/gateway.ts'
import type { ObservedProviderKey } from '../../model/provider-key.ts'

/**
 * A listing with what it does not show of what is known to have been there. It may lag behind what it lists, so that absence from one
 * does not prove a provider key of ours gone: a second would be made of it, and what refers to it would seem to have drifted. Each is
 * asked for by its id.
 * @param known ids, of ours
 */
export function completed(
  gateway: Pick<ProviderKeyGateway, 'find'>,
  listed: readonly ObservedProviderKey[],
  known: Iterable<string>,
  options: RequestOptions = {},
): ResultAsync<readonly ObservedProviderKey[], GatewayError> {
  const missing = new Set(known)
  for (const { id } of listed) missing.delete(id)
  if (missing.size === 0) return okAsync(listed)
  const looks = [...missing].map((id) => gateway.find(id, options))
  return ResultAsync.combine(looks).map((found) => listed.concat(found.flatMap((each) => each ?? [])))
}
