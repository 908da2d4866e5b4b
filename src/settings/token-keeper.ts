import { resolve } from 'node:path'
import type { Result, ResultAsync } from 'neverthrow'
import type { Report } from '../model/events.ts'
import {
  describeTokenError,
  findToken,
  type FoundToken,
  type Token,
  type TokenError,
  tokenPlaces,
  type TokenSources,
} from './token.ts'
import { readTokenAgain } from './token-file.ts'

/** What came of looking for the token again. Where there was a problem, the one that was there stays. */
export type Renewed = 'same' | 'changed' | TokenError

/** The token as it is now. */
export interface TokenKeeper {
  readonly current: () => string
  /** The files in which another may appear, absolute. */
  readonly files: readonly string[]
  /** Looks for it again. */
  readonly renew: () => Promise<Renewed>
  /** @param listener called whenever there is another one */
  readonly onChange: (listener: () => void) => void
}

/**
 * Finds the token, and keeps it.
 * @returns err as `findToken`
 */
export function keepToken(sources: TokenSources, report: Report): ResultAsync<TokenKeeper, TokenError> {
  return findToken(sources).map((found) => new Keeper(found, sources, report))
}

/** One that never changes. */
export function fixedToken(token: Token): TokenKeeper {
  return { current: () => token.reveal(), files: [], renew: () => Promise.resolve('same'), onChange: () => {} }
}

class Keeper implements TokenKeeper {
  readonly #sources: TokenSources
  readonly #report: Report
  readonly #listeners = new Set<() => void>()
  #found: FoundToken
  /** One reading after the other: the last to begin is the last to end. */
  #turn: Promise<unknown> = Promise.resolve()
  /** What was told last of why it cannot be read. */
  #told: string | undefined

  constructor(found: FoundToken, { env, readFile = readTokenAgain }: TokenSources, report: Report) {
    this.#found = found
    this.#sources = { env, readFile }
    this.#report = report
  }

  readonly current = (): string => this.#found.token.reveal()

  get files(): readonly string[] {
    return this.#places.flatMap(({ path }) => (path === undefined ? [] : [resolve(path)]))
  }

  readonly renew = (): Promise<Renewed> => {
    const renewed = this.#turn.then(async () => this.#take(await findToken(this.#sources, this.#places)))
    this.#turn = renewed
    return renewed
  }

  readonly onChange = (listener: () => void): void => void this.#listeners.add(listener)

  /** Where it is, and what is stronger: one that is being replaced may be gone for a moment, and nothing weaker stands in for it. */
  get #places() {
    const places = tokenPlaces(this.#sources.env)
    const index = places.findIndex(({ name }) => name === this.#found.place.name)
    return places.slice(0, index + 1)
  }

  #take(found: Result<FoundToken, TokenError>): Renewed {
    if (found.isErr()) return this.#complain(found.error)
    this.#told = undefined
    const { token, place } = found.value
    if (token.reveal() === this.current()) return 'same'
    this.#found = found.value
    this.#report({ event: 'token.renewed', place: place.name })
    for (const listener of this.#listeners) listener()
    return 'changed'
  }

  /** Told once for each state it is found in. */
  #complain(error: TokenError): TokenError {
    const place = 'place' in error ? error.place : this.#found.place.name
    const msg = 'place' in error ? describeTokenError(error) : `${place} is gone`
    if (msg !== this.#told) this.#report({ event: 'token.unreadable', place, msg })
    this.#told = msg
    return error
  }
}
