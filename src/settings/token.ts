import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { inspect } from 'node:util'
import { err, errAsync, fromAsyncThrowable, ok, okAsync, type Result, type ResultAsync } from 'neverthrow'
import { printable } from '../model/printable.ts'
import { TOKEN_PLACES } from './problem.ts'

/** The AI Gateway API key. It shows itself only to who asks for it by `reveal()`. */
export class Token {
  readonly #value: string
  readonly #place: string

  /** @param place where it came from, in words */
  constructor(value: string, place: string) {
    this.#value = value
    this.#place = place
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return `[token from ${this.#place}]`
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

export type TokenError =
  /** None of the places has one. */
  | { readonly type: 'none' }
  | { readonly type: 'unreadable'; readonly place: string; readonly msg: string }
  | { readonly type: 'empty'; readonly place: string }
  /** It has a character inside that no token has: white space, a control character, a letter beyond ASCII. */
  | { readonly type: 'malformed'; readonly place: string }

export interface TokenSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default: reads UTF-8 from the disk. */
  readonly readFile?: (path: string) => Promise<string>
}

/** The systemd credential (`LoadCredential=ai-gateway-api-key:…`). */
const CREDENTIAL = 'ai-gateway-api-key'

/**
 * Strongest first: the systemd credential, the file named by `AI_GATEWAY_API_KEY_FILE`, `AI_GATEWAY_API_KEY`. White space around it
 * is cut off.
 * @returns err for the first place that is there and holds no usable token: a weaker place never stands in for a broken one
 */
export function findToken({ env, readFile: read = readText }: TokenSources): ResultAsync<Token, TokenError> {
  const folder = env['CREDENTIALS_DIRECTORY']
  const credential = `the systemd credential ${CREDENTIAL}`
  if (!folder) return findOutside(env, read)
  return readToken(read, join(folder, CREDENTIAL), credential).andThen((found) =>
    found === undefined ? findOutside(env, read) : okAsync(found),
  )
}

function findOutside(env: TokenSources['env'], read: ReadFile): ResultAsync<Token, TokenError> {
  const { AI_GATEWAY_API_KEY_FILE: file, AI_GATEWAY_API_KEY: value } = env
  if (file !== undefined) {
    const place = `the file named by AI_GATEWAY_API_KEY_FILE${isAbsolute(file) ? ` (${file})` : ''}` // what is no path may be a token
    return readToken(read, file, place).andThen((found) =>
      found === undefined ? err<Token, TokenError>({ type: 'unreadable', place, msg: 'there is no such file' }) : ok(found),
    )
  }
  if (value !== undefined) return okAsync(value).andThen((text) => tokenOf(text, 'AI_GATEWAY_API_KEY'))
  return errAsync({ type: 'none' })
}

type ReadFile = (path: string) => Promise<string>

/** @returns undefined when there is no such file */
function readToken(read: ReadFile, path: string, place: string): ResultAsync<Token | undefined, TokenError> {
  return fromAsyncThrowable(
    read,
    (error) => error as NodeJS.ErrnoException,
  )(path)
    .map((text): string | undefined => text)
    .orElse((error) => (error.code === 'ENOENT' ? ok(undefined) : err<undefined, TokenError>(unreadable(place, error))))
    .andThen((text) => (text === undefined ? ok(undefined) : tokenOf(text, place)))
}

/** The system's words without the path at their end, which is named by its place. */
function unreadable(place: string, { message }: Error): TokenError {
  return { type: 'unreadable', place, msg: message.replace(/, \w+ '.*'$/s, '') }
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8')
}

function tokenOf(text: string, place: string): Result<Token, TokenError> {
  const value = text.trim()
  if (value === '') return err({ type: 'empty', place })
  return /^[\x21-\x7e]+$/.test(value) ? ok(new Token(value, place)) : err({ type: 'malformed', place })
}

/** For standard error, without a newline at the end. */
export function describeTokenError(error: TokenError): string {
  if (error.type === 'none') return `there is no API token: ${TOKEN_PLACES}; or try it without an account: --emulator`
  if (error.type === 'unreadable') return printable(`the API token cannot be read from ${error.place}: ${error.msg}`)
  return printable(`${error.place} ${FAULTS[error.type]}`)
}

const FAULTS = {
  empty: 'is empty: expected an AI Gateway API key',
  malformed: 'holds no AI Gateway API key: expected one word of visible ASCII, got white space or other characters inside',
} as const
