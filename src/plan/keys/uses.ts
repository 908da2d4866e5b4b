import { type ObservedProviderKey, type ProviderKeyName, providerKeyId } from '../../model/provider-key.ts'
import type { World } from '../world.ts'
import { idIn } from './records.ts'

type Known = Pick<World, 'desired' | 'applied'>

/** The keys of the entries that declare a managed provider key, in order. */
function declaringEntries({ desired }: Pick<World, 'desired'>, name: ProviderKeyName): readonly string[] {
  return [...(desired.managed.get(providerKeyId(name))?.entries ?? [])].toSorted()
}

/** Their modules, in order. */
export function declaringSources({ desired }: Pick<World, 'desired'>, name: ProviderKeyName): readonly string[] {
  const sources = declaringEntries({ desired }, name).flatMap((key) => desired.entries.get(key)?.source ?? [])
  return [...new Set(sources)].toSorted()
}

/**
 * The name that a provider key without a stamp goes by, as the lockfile ties it to places that declare one: where a place declares
 * another name than when that was written, several may claim it. Its own name decides then, else the first of theirs.
 */
export function nameTiedTo({ desired, applied }: Known, { id, name: called }: ObservedProviderKey): string | undefined {
  const names = [...applied].flatMap(([key, { secrets }]) => {
    const uses = desired.entries.get(key)?.managedKeys ?? []
    return uses.flatMap(({ path, name }) => (idIn(secrets[path]) === id ? name : []))
  })
  return names.includes(called) ? called : names.toSorted()[0]
}

/** The ids that the lockfile has for it, where it says so of the places that declare it. */
export function recordedIds({ desired, applied }: Known, { provider, name }: ProviderKeyName): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const key of declaringEntries({ desired }, { provider, name })) {
    const secrets = applied.get(key)?.secrets ?? {}
    for (const use of desired.entries.get(key)?.managedKeys ?? []) {
      const id = use.provider === provider && use.name === name ? idIn(secrets[use.path]) : undefined
      if (id !== undefined) ids.add(id)
    }
  }
  return ids
}
