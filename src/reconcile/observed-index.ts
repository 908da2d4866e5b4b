import type { ObservedConfiguration } from '../model/observed.ts'
import type { ObservedState } from '../plan/world.ts'

/** The observed state, indexed, and kept up to date with what we write ourselves between two listings. */
export class ObservedIndex implements ObservedState {
  readonly #owner: string
  #byId = new Map<string, ObservedConfiguration>()
  #byKey = new Map<string, ObservedConfiguration[]>()

  constructor(owner: string) {
    this.#owner = owner
  }

  byId(id: string): ObservedConfiguration | undefined {
    return this.#byId.get(id)
  }

  byKey(key: string): readonly ObservedConfiguration[] {
    return this.#byKey.get(key) ?? []
  }

  keys(): Iterable<string> {
    return this.#byKey.keys()
  }

  /** Takes in a configuration that was created, or found, outside a listing. */
  add(configuration: ObservedConfiguration): void {
    this.remove(configuration.id)
    this.#byId.set(configuration.id, configuration)
    const { stamp } = configuration
    if (stamp?.owner !== this.#owner) return
    const siblings = this.#byKey.get(stamp.key)
    if (siblings) siblings.push(configuration)
    else this.#byKey.set(stamp.key, [configuration])
  }

  remove(id: string): void {
    const known = this.#byId.get(id)
    this.#byId.delete(id)
    if (known?.stamp?.owner !== this.#owner) return
    const siblings = this.byKey(known.stamp.key).filter((sibling) => sibling.id !== id)
    if (siblings.length === 0) this.#byKey.delete(known.stamp.key)
    else this.#byKey.set(known.stamp.key, siblings)
  }

  /**
   * Takes a complete listing as the truth, but for configurations that were written while it was under way: it may have passed
   * their place before that.
   */
  replace(listing: readonly ObservedConfiguration[], writtenMeanwhile: Iterable<ObservedConfiguration>): void {
    this.#byId = new Map()
    this.#byKey = new Map()
    for (const configuration of listing) this.add(configuration)
    for (const written of writtenMeanwhile) {
      const listed = this.#byId.get(written.id)
      if (!listed || Date.parse(listed.updatedAt) <= Date.parse(written.updatedAt)) this.add(written)
    }
  }
}
