import { type ObservedProviderKey, type ProviderKeyName, providerKeyId } from '../../model/provider-key.ts'
import type { ProviderKeyState } from '../../plan/world.ts'
import { UNSURE } from '../../plan/keys/records.ts'
import { Lag, later } from '../later.ts'

/** The account's provider keys as they were last seen, indexed, and what was last applied to ours. */
export class KeyIndex implements ProviderKeyState {
  readonly #owner: string
  #byId = new Map<string, ObservedProviderKey>()
  #byName = new Map<string, ReadonlySet<ObservedProviderKey>>()
  #byStamp = new Map<string, ReadonlySet<ObservedProviderKey>>()
  readonly #unstamped = new Set<ObservedProviderKey>()
  readonly #held = new Set<string>()
  readonly #lag = new Lag<ObservedProviderKey>()
  readonly #unsure = new Set<string>()
  readonly #applied: Map<string, string>

  /** @param applied by id, what the lockfile says */
  constructor(owner: string, applied: ReadonlyMap<string, string>) {
    this.#owner = owner
    this.#applied = new Map(applied)
    for (const [id, fingerprint] of applied) if (fingerprint === UNSURE) this.#unsure.add(id)
    for (const id of this.#unsure) this.#applied.delete(id)
  }

  get size(): number {
    return this.#byId.size
  }

  /** Whether any carries our owner's stamp. */
  get ownsAny(): boolean {
    return this.#byStamp.size > 0
  }

  byId(id: string): ObservedProviderKey | undefined {
    return this.#byId.get(id)
  }

  named(name: ProviderKeyName): readonly ObservedProviderKey[] {
    return [...(this.#byName.get(providerKeyId(name)) ?? [])]
  }

  stamped(name: ProviderKeyName): readonly ObservedProviderKey[] {
    return [...(this.#byStamp.get(providerKeyId(name)) ?? [])]
  }

  *owned(): Iterable<ObservedProviderKey> {
    for (const keys of this.#byStamp.values()) yield* keys
  }

  unstamped(): Iterable<ObservedProviderKey> {
    return this.#unstamped
  }

  appliedTo(id: string): string | undefined {
    return this.#applied.get(id)
  }

  isUnsure(id: string): boolean {
    return this.#unsure.has(id)
  }

  isHeld(id: string): boolean {
    return this.#held.has(id)
  }

  /** The value with this fingerprint was applied; undefined where that is not known any more. */
  setApplied(id: string, fingerprint: string | undefined): void {
    this.#unsure.delete(id)
    if (fingerprint === undefined) this.#applied.delete(id)
    else this.#applied.set(id, fingerprint)
  }

  /** It is given a value; `setApplied` tells that it has it. */
  doubt(id: string): void {
    this.#unsure.add(id)
  }

  /** It was not given the value after all. */
  trust(id: string): void {
    this.#unsure.delete(id)
  }

  /** The gateway does not let it go. */
  hold(id: string): void {
    this.#held.add(id)
  }

  /** Takes in one that was written, or seen by itself. */
  add(key: ObservedProviderKey): void {
    this.remove(key.id)
    this.#byId.set(key.id, key)
    if (!key.stamp) this.#unstamped.add(key)
    this.#place(key, (index, name) => index.set(name, new Set([...(index.get(name) ?? []), key])))
  }

  /** The gateway has no provider key with this id. */
  remove(id: string): void {
    const known = this.#byId.get(id)
    if (!known) return
    this.#byId.delete(id)
    this.#unstamped.delete(known)
    this.#place(known, (index, name) => {
      const rest = [...(index.get(name) ?? [])].filter((each) => each !== known)
      if (rest.length === 0) index.delete(name)
      else index.set(name, new Set(rest))
    })
  }

  /**
   * Takes a complete listing as the truth, but for what we wrote or removed while it was under way, and for what it shows in an older
   * state than was seen before, since it may lag, for a minute.
   * @param meanwhile by id, undefined for what we removed
   */
  replace(listing: readonly ObservedProviderKey[], meanwhile: ReadonlyMap<string, ObservedProviderKey | undefined>): void {
    const before = this.#byId
    this.#byId = new Map()
    this.#byName = new Map()
    this.#byStamp = new Map()
    this.#unstamped.clear()
    this.#held.clear()
    const latest = this.#lag.follow()
    for (const key of listing) this.add(latest(key, before.get(key.id)))
    for (const [id, ours] of meanwhile) {
      if (ours) this.add(later(ours, this.#byId.get(id)))
      else this.remove(id)
    }
  }

  #place(key: ObservedProviderKey, put: (index: Map<string, ReadonlySet<ObservedProviderKey>>, name: string) => void): void {
    const { provider, stamp } = key
    put(this.#byName, providerKeyId(key))
    if (stamp?.owner === this.#owner) put(this.#byStamp, providerKeyId({ provider, name: stamp.key }))
  }
}
