import type { ResultAsync } from 'neverthrow'
import type { GatewayError } from '../../gateway/errors.ts'
import type { Priority, ProviderKeyGateway } from '../../gateway/gateway.ts'
import type { ObservedProviderKey } from '../../model/provider-key.ts'
import { Gathered } from '../gathered.ts'
import { Sightings } from '../sightings.ts'
import { waited } from '../waited.ts'
import { completed } from './complete.ts'
import { KeyIndex } from './key-index.ts'

/** Looks at the account's provider keys, and remembers what was seen. */
export class KeyObserver {
  readonly #gateway: Pick<ProviderKeyGateway, 'list' | 'find'>
  readonly #recorded: () => Iterable<string>
  /** Ids of which the gateway says that there is none: they do not come back. */
  readonly #gone = new Set<string>()
  readonly #sightings = new Sightings<ObservedProviderKey>()
  readonly #listing = new Gathered((priority: Priority) => this.#list(priority))
  readonly index: KeyIndex
  #listedAt = -Infinity

  /** @param recorded the ids that the lockfile says */
  constructor(gateway: Pick<ProviderKeyGateway, 'list' | 'find'>, index: KeyIndex, recorded: () => Iterable<string>) {
    this.#gateway = gateway
    this.#recorded = recorded
    this.index = index
  }

  /** Milliseconds since they were last listed wholly. Infinity before the first time. */
  get age(): number {
    return performance.now() - this.#listedAt
  }

  /**
   * A complete listing that begins after this call.
   * @param gatherMs how long to wait for others with the same question
   */
  observe(priority: Priority, gatherMs = 0): ResultAsync<void, GatewayError> {
    return this.#listing.ask(priority, () => waited(gatherMs))
  }

  /** Tells of one that we wrote, or saw by itself. */
  wrote(key: ObservedProviderKey): void {
    this.index.add(key)
    this.#sightings.saw(key)
  }

  /** Tells that the gateway has none with this id any more. */
  lacks(id: string): void {
    this.#gone.add(id)
    this.index.remove(id)
    this.#sightings.lacks(id)
  }

  #list(priority: Priority): ResultAsync<void, GatewayError> {
    const began = performance.now()
    const listing = this.#gateway.list({ priority }).andThen((listed) => this.#complete(listed, priority))
    return this.#sightings
      .follow(listing, (listed, meanwhile) => this.index.replace(listed, meanwhile))
      .andTee(() => (this.#listedAt = began))
  }

  /** Each that is not there is asked for once. */
  #complete(
    listed: readonly ObservedProviderKey[],
    priority: Priority,
  ): ResultAsync<readonly ObservedProviderKey[], GatewayError> {
    const known = new Set([...this.index.owned()].map(({ id }) => id).concat(...this.#recorded()))
    for (const id of this.#gone) known.delete(id)
    return completed(this.#gateway, listed, known, { priority }).andTee((all) => {
      for (const { id } of all) known.delete(id)
      for (const id of known) this.#gone.add(id)
    })
  }
}
