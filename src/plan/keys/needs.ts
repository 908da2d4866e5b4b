import type { World } from '../world.ts'
import { namesKeys } from './resolve.ts'

/** Whether the account's provider keys matter at all: an entry says one by its name, or one is ours. */
export function needsProviderKeys({ desired, applied, providerKeys }: World): boolean {
  return (
    desired.managed.size > 0 ||
    !isEmpty(providerKeys.owned()) ||
    desired.entries.values().some(namesKeys) ||
    applied.values().some(({ secrets }) => Object.keys(secrets).length > 0)
  )
}

function isEmpty(items: Iterable<unknown>): boolean {
  return items[Symbol.iterator]().next().done === true
}
