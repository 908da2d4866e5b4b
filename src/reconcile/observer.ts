import { okAsync, ResultAsync } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import { pause } from '../gateway/wait.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import { ObservedIndex } from './observed-index.ts'

/** Looks at the gateway, and remembers what was seen. */
export class Observer {
  readonly #gateway: Gateway
  readonly index: ObservedIndex
  /** What we wrote since a listing began, one set for each listing under way. */
  readonly #written = new Set<Set<ObservedConfiguration>>()
  /** The listing that is asked for and has not begun. */
  #coming: ResultAsync<void, GatewayError> | undefined
  /** The listing under way; it never fails here. */
  #current: ResultAsync<void, never> = okAsync(undefined)

  constructor(gateway: Gateway, owner: string) {
    this.#gateway = gateway
    this.index = new ObservedIndex(owner)
  }

  /**
   * A complete listing that begins after this call, so that it shows everything that was there when it was asked for.
   * @param gatherMs how long to wait for others with the same question: a thousand unknown outcomes are settled by one listing
   */
  observe(priority: Priority, gatherMs = 0): ResultAsync<void, GatewayError> {
    this.#coming ??= this.#current.andThen(() => waited(gatherMs)).andThen(() => this.#begin(priority))
    return this.#coming
  }

  /** Tells of a configuration that we wrote. */
  wrote(configuration: ObservedConfiguration): void {
    this.index.add(configuration)
    for (const set of this.#written) set.add(configuration)
  }

  #begin(priority: Priority): ResultAsync<void, GatewayError> {
    this.#coming = undefined
    const written = new Set<ObservedConfiguration>()
    this.#written.add(written)
    const done = () => this.#written.delete(written)
    const listing = this.#gateway
      .list({ priority })
      .map((configurations) => this.index.replace(configurations, written))
      .andTee(done)
      .orTee(done)
    this.#current = listing.orElse(() => okAsync(undefined)) // its failure is for those who asked for it
    return listing
  }
}

function waited(ms: number): ResultAsync<boolean, never> {
  return ms === 0 ? okAsync(true) : ResultAsync.fromSafePromise(pause(ms))
}
