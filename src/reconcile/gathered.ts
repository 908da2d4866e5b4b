import { okAsync, ResultAsync } from 'neverthrow'

/**
 * A question that many ask at once: each answer is of a request that began after it was asked for, one request at a time, and
 * all who asked before it began share it.
 */
export class Gathered<Argument, Failure> {
  readonly #ask: (argument: Argument) => ResultAsync<void, Failure>
  /** What is asked for and has not begun. */
  #coming: ResultAsync<void, Failure> | undefined
  /** What is under way; it never fails here. */
  #current: ResultAsync<void, never> = okAsync(undefined)

  constructor(ask: (argument: Argument) => ResultAsync<void, Failure>) {
    this.#ask = ask
  }

  /**
   * @param argument of the first to ask
   * @param ready what to wait for, that more may ask meanwhile
   */
  ask(argument: Argument, ready: () => ResultAsync<unknown, never>): ResultAsync<void, Failure> {
    this.#coming ??= this.#current.andThen(ready).andThen(() => this.#begin(argument))
    return this.#coming
  }

  #begin(argument: Argument): ResultAsync<void, Failure> {
    this.#coming = undefined
    const asked = this.#ask(argument)
    this.#current = asked.orElse(() => okAsync(undefined)) // its failure is for those who asked for it
    return asked
  }
}
