import type { AccessKeyRef, ObservedConfiguration, References } from '../model/observed.ts'
import { tight } from '../model/tight.ts'
import { TracedMap } from '../model/traced-map.ts'
import type { ObservedState } from '../plan/world.ts'
import { Lag, later } from './later.ts'

/** The observed state, indexed, and kept up to date with what we write ourselves between two listings. */
export class ObservedIndex implements ObservedState {
  readonly #owner: string
  #byId = new Map<string, ObservedConfiguration>()
  #byKey = new TracedMap<ObservedConfiguration[]>()
  /** Those without a stamp, by name. */
  #unowned = new Map<string, ObservedConfiguration[]>()
  /** By provider key, the ids of those whose rules refer to it. */
  #keyUsers = new Map<string, Set<string>>()
  #references: Map<string, readonly AccessKeyRef[]> = new Map()
  readonly #missing = new Set<string>()
  readonly #lag = new Lag<ObservedConfiguration>()
  /** The last listing, as long as all is just as it says. */
  #listing: readonly ObservedConfiguration[] | undefined

  constructor(owner: string) {
    this.#owner = owner
  }

  byId(id: string): ObservedConfiguration | undefined {
    return this.#byId.get(id)
  }

  byKey(key: string): readonly ObservedConfiguration[] {
    return this.#byKey.get(key) ?? []
  }

  get keyed(): ReadonlyMap<string, readonly ObservedConfiguration[]> {
    return this.#byKey
  }

  unowned(name: string): readonly ObservedConfiguration[] {
    return this.#unowned.get(name) ?? []
  }

  usersOf(id: string): readonly AccessKeyRef[] | undefined {
    return this.#references.get(id)
  }

  isMissing(id: string): boolean {
    return this.#missing.has(id)
  }

  usersOfKey(providerKeyId: string): ReadonlySet<string> {
    return this.#keyUsers.get(providerKeyId) ?? NOBODY
  }

  /** Takes in a configuration that was created, or found, outside a listing. */
  add(configuration: ObservedConfiguration): void {
    this.#listing = undefined
    this.remove(configuration.id)
    this.#missing.delete(configuration.id)
    this.#byId.set(configuration.id, configuration)
    this.#place(configuration, (list, name) => list.set(name, tight([...(list.get(name) ?? []), configuration])))
    for (const key of keysOf(configuration)) this.#keyUsers.set(key, (this.#keyUsers.get(key) ?? new Set()).add(configuration.id))
  }

  remove(id: string): void {
    const known = this.#byId.get(id)
    if (!known) return
    this.#listing = undefined
    this.#byId.delete(id)
    this.#place(known, (list, name) => {
      const siblings = (list.get(name) ?? []).filter((sibling) => sibling.id !== id)
      if (siblings.length === 0) list.delete(name)
      else list.set(name, siblings)
    })
    for (const key of keysOf(known)) this.#keyUsers.get(key)?.delete(id)
  }

  /** The gateway says that there is no configuration with this id. */
  lacks(id: string): void {
    this.#listing = undefined
    this.remove(id)
    this.#missing.add(id)
  }

  /** Takes a complete listing of the access keys as the truth. */
  refer(references: References): void {
    this.#references = new Map(references)
  }

  /** The gateway says that the configuration is in use, whatever the listing of access keys says. */
  inUse(id: string): void {
    if (!this.#references.has(id)) this.#references.set(id, [])
  }

  /**
   * Takes a complete listing as the truth, but for what we wrote or removed while it was under way, since it may have passed their
   * place before that; and for what it shows in an older state than was seen before, since it may lag, for a minute.
   * @param meanwhile by id, undefined for what we removed
   */
  replace(listing: readonly ObservedConfiguration[], meanwhile: ReadonlyMap<string, ObservedConfiguration | undefined>): void {
    if (meanwhile.size === 0 && isSameListing(listing, this.#listing)) return
    const before = this.#byId
    this.#byId = new Map()
    this.#byKey = new TracedMap()
    this.#unowned = new Map()
    this.#keyUsers = new Map()
    this.#missing.clear()
    const latest = this.#lag.follow()
    let isAsListed = meanwhile.size === 0
    for (const configuration of listing) {
      const counting = latest(configuration, before.get(configuration.id))
      isAsListed &&= counting === configuration
      this.add(counting)
    }
    for (const [id, ours] of meanwhile) {
      const listed = this.#byId.get(id)
      if (!ours) this.lacks(id)
      else if (!listed) this.add(ours)
      else this.add(later(ours, listed))
    }
    this.#listing = isAsListed ? listing : undefined
  }

  /** The same without some configurations, for looking ahead. */
  without(...ids: readonly string[]): ObservedIndex {
    const rest = new ObservedIndex(this.#owner)
    rest.replace([...this.#byId.values()], new Map(ids.map((id) => [id, undefined])))
    rest.#references = this.#references
    return rest
  }

  #place({ name, stamp }: ObservedConfiguration, put: (list: Map<string, ObservedConfiguration[]>, name: string) => void): void {
    if (!stamp) put(this.#unowned, name)
    else if (stamp.owner === this.#owner) put(this.#byKey, stamp.key)
  }
}

/** Pages that come again as they were have the very same items. */
function isSameListing(listing: readonly unknown[], last: readonly unknown[] | undefined): boolean {
  return listing.length === last?.length && listing.every((each, index) => each === last[index])
}

const NOBODY: ReadonlySet<string> = new Set()

/** The provider keys that its rules refer to. */
function keysOf({ router }: ObservedConfiguration): readonly string[] {
  return (router?.rules ?? []).flatMap(({ steps }) => steps.flatMap(({ keys = [] }) => keys.map(({ id }) => id)))
}
