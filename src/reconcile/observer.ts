import type { ResultAsync } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import { Gathered } from './gathered.ts'
import { ObservedIndex } from './observed-index.ts'
import { Sightings } from './sightings.ts'
import { waited } from './waited.ts'

/** Deletions within this time, in milliseconds, are told by one listing who uses what. */
const GATHER_MS = 20

/** Looks at the gateway, and remembers what was seen. */
export class Observer {
  readonly #gateway: Gateway
  readonly index: ObservedIndex
  readonly #sightings = new Sightings<ObservedConfiguration>()
  readonly #listing = new Gathered((priority: Priority) => this.#list(priority))
  /** When it was last listed wholly, by our clock. */
  listedAt: Date | undefined
  readonly #referring = new Gathered((priority: Priority) => this.#refer(priority))

  constructor(gateway: Gateway, owner: string) {
    this.#gateway = gateway
    this.index = new ObservedIndex(owner)
  }

  /**
   * A complete listing that begins after this call, so that it shows everything that was there when it was asked for.
   * @param gatherMs how long to wait for others with the same question: a thousand unknown outcomes are settled by one listing
   */
  observe(priority: Priority, gatherMs = 0): ResultAsync<void, GatewayError> {
    return this.#listing.ask(priority, () => waited(gatherMs))
  }

  /** A complete listing of the access keys that begins after this call: what is in use must not be deleted. */
  refer(priority: Priority): ResultAsync<void, GatewayError> {
    return this.#referring.ask(priority, () => waited(GATHER_MS))
  }

  /** Tells of a configuration that we wrote, or saw by itself. */
  wrote(configuration: ObservedConfiguration): void {
    this.index.add(configuration)
    this.#sightings.saw(configuration)
  }

  /** Tells that the gateway has no configuration with this id any more. */
  lacks(id: string): void {
    this.index.lacks(id)
    this.#sightings.lacks(id)
  }

  #list(priority: Priority): ResultAsync<void, GatewayError> {
    return this.#sightings
      .follow(this.#gateway.list({ priority }), (listed, meanwhile) => this.index.replace(listed, meanwhile))
      .andTee(() => (this.listedAt = new Date()))
  }

  #refer(priority: Priority): ResultAsync<void, GatewayError> {
    return this.#gateway.references({ priority }).map((references) => this.index.refer(references))
  }
}
