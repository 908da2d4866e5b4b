import type { KeyStay } from '../../model/planned.ts'
import { type ObservedProviderKey, type ProviderKeyName, providerKeyId } from '../../model/provider-key.ts'
import type { KeyChange, KeyDelete, KeyOrphan } from '../key-change.ts'
import type { World } from '../world.ts'
import { declaredKeys } from './declared.ts'
import { standingOf } from './standing.ts'

/** What may be different from how the gateway was last seen. */
export interface KeyPlanOptions {
  /** Whether no more is to be deleted than a person confirmed. */
  readonly isCapped: boolean
  /** Configurations that do not refer to a provider key any more by then, by its id. */
  readonly released?: (providerKey: string, configuration: string) => boolean
}

/** What is to be done about each managed provider key, in order of provider and name: those that are declared, and those that are ours. */
export function planProviderKeys(world: World, options: KeyPlanOptions): readonly KeyChange[] {
  const declared = planDeclaredKeys(world, declaredNames(world)).map(inOrderOfEntries)
  return [...declared, ...planUndeclaredKeys(world, options)].toSorted(inOrder)
}

/** The same for some that are declared, with their entries in no order: ten thousand may share one, which is planned with each of them. */
export function planDeclaredKeys(world: World, names: Iterable<ProviderKeyName>): readonly KeyChange[] {
  const changes: KeyChange[] = []
  for (const { provider, name } of names) {
    const standing = standingOf(world, { provider, name })
    if (standing?.type !== 'change') continue
    const managed = world.desired.managed.get(providerKeyId({ provider, name }))
    changes.push({ ...standing.change, entries: [...(managed?.entries ?? [])] })
    for (const { id } of standing.surplus) changes.push({ kind: 'delete', provider, name, id, reason: 'surplus' })
  }
  return changes
}

/** The names of the managed provider keys that entries declare. */
export function declaredNames({ desired }: Pick<World, 'desired'>): readonly ProviderKeyName[] {
  return [...desired.managed].flatMap(
    ([
      id,
      {
        entries: [key = ''],
      },
    ]) => {
      return desired.entries.get(key)?.managedKeys?.find((use) => providerKeyId(use) === id) ?? []
    },
  )
}

/** Ours, and referred to by no entry in any way. While the folder is not wholly known, nothing is said of them. */
export function undeclaredKeys(world: World): readonly ObservedProviderKey[] {
  const { desired, providerKeys } = world
  if (!desired.complete) return []
  const unmanaged = [...providerKeys.owned()].filter((each) => !desired.managed.has(providerKeyId(declaredAs(each))))
  if (unmanaged.length === 0) return []
  const referred = referredKeys(world)
  return unmanaged.filter(({ id }) => !referred.has(id))
}

/** The ids of the provider keys that entries refer to by their ids, or by the names they have there. */
function referredKeys({ desired, providerKeys }: World): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const { configuration } of desired.entries.values()) {
    for (const { provider, name, id } of declaredKeys(configuration)) {
      if (id !== undefined) ids.add(id)
      else for (const named of providerKeys.named({ provider, name })) ids.add(named.id)
    }
  }
  return ids
}

/**
 * Those that `sync` deletes once nothing refers to them, whether or not that is so: what somebody else's configuration refers to is
 * none of them.
 */
export function deletableProviderKeys(world: World): readonly ObservedProviderKey[] {
  const { rules, observed, owner, providerKeys } = world
  if (rules.policy !== 'sync') return []
  const isOurs = (id: string) => observed.byId(id)?.stamp?.owner === owner
  return undeclaredKeys(world).filter(({ id }) => !providerKeys.isHeld(id) && [...observed.usersOfKey(id)].every(isOurs))
}

export function planUndeclaredKeys(world: World, options: KeyPlanOptions): readonly KeyChange[] {
  return undeclaredKeys(world).map((each): KeyDelete | KeyOrphan => {
    const { id } = each
    const { provider, name } = declaredAs(each)
    const configurations = [...world.observed.usersOfKey(id)].filter((user) => !options.released?.(id, user))
    const stays = staying(world, id, configurations.length > 0, options.isCapped)
    if (stays === undefined) return { kind: 'delete', provider, name, id, reason: 'not-declared' }
    return { kind: 'orphan', provider, name, id, stays, configurations: stays === 'in-use' ? configurations : [] }
  })
}

/** What keeps it, the lasting reasons first. */
function staying(world: World, id: string, isUsed: boolean, isCapped: boolean): KeyStay | undefined {
  const { rules, desired, providerKeys, history } = world
  if (rules.policy !== 'sync') return 'policy'
  if (isUsed || providerKeys.isHeld(id)) return 'in-use'
  if (isCapped && !history.isKeyApproved(id)) return 'guard'
  // A module that does not load, and one whose entry is held, may declare it.
  if (desired.broken.size > 0 || desired.held.size > 0) return 'unloaded'
  return history.isKeyRipe(id) ? undefined : 'grace'
}

/** What its stamp says it is called, whatever it is called now. */
function declaredAs({ provider, name, stamp }: ObservedProviderKey): ProviderKeyName {
  return { provider, name: stamp?.key ?? name }
}

function inOrderOfEntries(change: KeyChange): KeyChange {
  return 'entries' in change ? { ...change, entries: change.entries.toSorted() } : change
}

function inOrder(a: KeyChange, b: KeyChange): number {
  const [one, other] = [providerKeyId(a), providerKeyId(b)]
  return one === other ? 0 : one < other ? -1 : 1
}
