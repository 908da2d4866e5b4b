import { isAbsolute, join } from 'node:path'
import { err, errAsync, fromAsyncThrowable, ok, okAsync, type Result, type ResultAsync } from 'neverthrow'
import { OWN_TOKEN } from '../model/own-token.ts'
import { printable } from '../model/printable.ts'
import { Secret } from '../model/secret.ts'
import { TOKEN_PLACES } from './problem.ts'
import { readTokenFile } from './token-file.ts'

/** The AI Gateway API key. */
export type Token = Secret

export type TokenError =
  /** None of the places has one. */
  | { readonly type: 'none' }
  | { readonly type: 'unreadable'; readonly place: string; readonly msg: string }
  | { readonly type: 'empty'; readonly place: string }
  /** It has a character inside that no token has: white space, a control character, a letter beyond ASCII. */
  | { readonly type: 'malformed'; readonly place: string }

export interface TokenSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default: `readTokenFile`. */
  readonly readFile?: (path: string) => Promise<string>
}

/** Where a token may be. */
export interface TokenPlace {
  /** In words. */
  readonly name: string
  /** Of the file; without one it is in the environment. */
  readonly path?: string
  /** Whether the next place counts where there is no such file. */
  readonly optional?: true
}

/** The places that are given, strongest first: the systemd credential, the file named by `AI_GATEWAY_API_KEY_FILE`, `AI_GATEWAY_API_KEY`. */
export function tokenPlaces(env: TokenSources['env']): readonly TokenPlace[] {
  const { credential, fileVariable, variable } = OWN_TOKEN
  const { CREDENTIALS_DIRECTORY: folder, [fileVariable]: file, [variable]: value } = env
  return [
    ...(folder
      ? [{ name: `the systemd credential ${credential}`, path: join(folder, credential), optional: true as const }]
      : []),
    ...(file === undefined ? [] : [{ name: nameOf(file), path: file }]),
    ...(value === undefined ? [] : [{ name: variable }]),
  ]
}

/** What is no path may be a token. */
function nameOf(file: string): string {
  return `the file named by ${OWN_TOKEN.fileVariable}${isAbsolute(file) ? ` (${file})` : ''}`
}

/** A token, and the place that gave it. */
export interface FoundToken {
  readonly token: Token
  readonly place: TokenPlace
}

/**
 * The token of the strongest place that is there. White space around it is cut off.
 * @returns err for the first place that is there and holds no usable token: a weaker place never stands in for a broken one
 */
export function findToken(sources: TokenSources, places = tokenPlaces(sources.env)): ResultAsync<FoundToken, TokenError> {
  const [place, ...weaker] = places
  if (!place) return errAsync({ type: 'none' })
  return readPlace(place, sources).andThen((token) => {
    if (token) return okAsync({ token, place })
    return place.optional && weaker.length > 0 ? findToken(sources, weaker) : errAsync(absence(place))
  })
}

/** Nothing was given but a folder of credentials without ours. */
function absence({ name, optional }: TokenPlace): TokenError {
  return optional ? { type: 'none' } : { type: 'unreadable', place: name, msg: 'there is no such file' }
}

/** @returns undefined when there is no such file */
function readPlace(
  { name, path }: TokenPlace,
  { env, readFile: read = readTokenFile }: TokenSources,
): ResultAsync<Token | undefined, TokenError> {
  if (path !== undefined) return readToken(read, path, name)
  return okAsync(env[OWN_TOKEN.variable] ?? '').andThen((text) => tokenOf(text, name))
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

function tokenOf(text: string, place: string): Result<Token, TokenError> {
  const value = text.trim()
  if (value === '') return err({ type: 'empty', place })
  return /^[\x21-\x7e]+$/.test(value) ? ok(new Secret(value, place)) : err({ type: 'malformed', place })
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
