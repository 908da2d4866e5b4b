import { needsProviderKeys } from '../plan/keys/needs.ts'
import type { World } from '../plan/world.ts'
import type { KeyIndex } from '../reconcile/keys/key-index.ts'

/** As many as the API gives at once. */
const PAGE_SIZE = 100

/**
 * How many requests it takes to list again what has to be: the configurations, and the provider keys where they matter.
 * @param first how many it took to list both
 */
export function relistingRequests(world: World & { readonly providerKeys: KeyIndex }, first: number): number {
  return needsProviderKeys(world) ? first : first - Math.max(1, Math.ceil(world.providerKeys.size / PAGE_SIZE))
}
