import { setImmediate } from 'node:timers/promises'
import { okAsync, type Result, ResultAsync } from 'neverthrow'

/**
 * Decides when to write. The first change starts a write at the end of the turn of the event loop, so that a burst is one group;
 * whatever changes while a write is under way gathers for the next. There is never more than one write under way, and never one
 * for each change while changes come faster than writes.
 */
export class GroupCommit<E> {
  readonly #write: () => Promise<Result<void, E>>
  /** Counts changes; the other two tell up to which change the state is written, or being written. */
  #changed = 0
  #saved = 0
  #upTo = 0
  #writing: ResultAsync<void, E> | undefined
  #gathering: ResultAsync<void, E> | undefined

  /** @param write takes the state as it is when called, before it first waits */
  constructor(write: () => Promise<Result<void, E>>) {
    this.#write = write
  }

  /** Something is to be written. */
  change(): void {
    this.#changed++
  }

  /**
   * Resolves when every change up to now is written.
   * @returns err to everyone who waits for a group whose write failed; its changes go with the next group
   */
  save(): ResultAsync<void, E> {
    if (this.#saved === this.#changed) return okAsync()
    if (this.#writing && this.#upTo === this.#changed) return this.#writing
    this.#gathering ??= new ResultAsync(this.#commit())
    return this.#gathering
  }

  async #commit(): Promise<Result<void, E>> {
    await this.#writing
    await setImmediate()
    this.#writing = this.#gathering
    this.#gathering = undefined
    this.#upTo = this.#changed
    const result = await this.#write()
    this.#writing = undefined
    if (result.isOk()) this.#saved = this.#upTo
    return result
  }
}
