import { stat } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { err, errAsync, ok, okAsync, ResultAsync, type Result } from 'neverthrow'
import { OWN_TOKEN } from '../model/own-token.ts'
import { printable } from '../model/printable.ts'
import { describeSecret, Secret, type SecretProblem, type SecretReference, type SecretSource } from '../model/secret.ts'
import { type FileIdentity, type FileProblem, LARGEST_FILE, readSmallFile } from './file.ts'

/** Where references lead. */
export interface SecretPlaces {
  /** The daemon's environment, read anew each time. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder of modules, absolute: where relative paths begin. */
  readonly dir: string
  /** systemd's `$CREDENTIALS_DIRECTORY`, where it is set. */
  readonly credentialsDirectory: string | undefined
}

type FileReference = Exclude<SecretReference, { $env: string }>

/**
 * The value at a place as it is now. Line breaks at the end of a file are cut off; a variable is taken as it is.
 * @returns err naming the reference and the way out, never anything of a value
 */
export function readSecret(source: SecretSource, places: SecretPlaces): ResultAsync<Secret, SecretProblem> {
  if ('$plain' in source) return okAsync(source.$plain)
  if ('$env' in source) return readVariable(source, places).asyncAndThen((secret) => okAsync(secret))
  const path = pathOf(source, places)
  return path.isErr() ? errAsync(path.error) : readFromFile(source, path.value, places)
}

/** The file that a reference leads to, absolute; undefined where it leads to none. */
export function fileOf(source: SecretSource, places: SecretPlaces): string | undefined {
  return '$plain' in source || '$env' in source ? undefined : pathOf(source, places).unwrapOr(undefined)
}

function readVariable(source: { readonly $env: string }, { env }: SecretPlaces): Result<Secret, SecretProblem> {
  const value = source.$env === '' ? undefined : env[source.$env]
  if (source.$env === OWN_TOKEN.variable) return err(problem(source, 'unusable', OUR_TOKEN))
  if (value === undefined) return err(problem(source, 'not-set', NOT_SET))
  return value === '' ? err(problem(source, 'empty', 'is empty: expected a value')) : ok(secretFrom(source, value))
}

const OUR_TOKEN =
  "is the token of aigw-sync itself, which is not given to a provider: name the place of the provider key's own value"

const NOT_SET =
  'is not set in the environment of the daemon: set it there and start the daemon again, or put the value into a file, which is read anew by itself'

function pathOf(source: FileReference, { dir, credentialsDirectory }: SecretPlaces): Result<string, SecretProblem> {
  if ('$file' in source) return isPath(source.$file) ? ok(resolve(dir, source.$file)) : err(problem(source, 'unusable', NO_PATH))
  if (!isName(source.$credential)) return err(problem(source, 'unusable', NO_NAME))
  return credentialsDirectory
    ? ok(join(credentialsDirectory, source.$credential))
    : err(problem(source, 'not-set', NO_CREDENTIALS))
}

function isPath(text: string): boolean {
  return text !== '' && !text.includes('\0')
}

function isName(text: string): boolean {
  return isPath(text) && !text.includes('/') && text !== '.' && text !== '..'
}

const NO_PATH = 'is no path of a file'
const NO_NAME = 'is no name of a credential: expected one without a slash'
const NO_CREDENTIALS =
  'cannot be found, as $CREDENTIALS_DIRECTORY is not set: give it to the service with LoadCredential=, or use secret.file'

function readFromFile(source: FileReference, path: string, places: SecretPlaces): ResultAsync<Secret, SecretProblem> {
  return readSmallFile(path)
    .mapErr((fault) => fileProblem(source, path, fault))
    .andThen(({ text, identity }) =>
      ResultAsync.fromSafePromise(isOfToken(identity, places)).andThen((isToken) => {
        if (isToken) return err(problem(source, 'unusable', OUR_TOKEN))
        const value = text.replace(/[\r\n]+$/, '')
        return value === ''
          ? err(problem(source, 'empty', `is empty: expected a value in the file${at(source, path)}`))
          : ok(secretFrom(source, value))
      }),
    )
}

/** By whatever name it is reached: a link to the token's file is the token's file. */
async function isOfToken({ dev, ino }: FileIdentity, { env, credentialsDirectory }: SecretPlaces): Promise<boolean> {
  const named = env[OWN_TOKEN.fileVariable]
  const paths = [
    ...(named ? [resolve(named)] : []),
    ...(credentialsDirectory ? [join(credentialsDirectory, OWN_TOKEN.credential)] : []),
  ]
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)))
  return found.some((each) => each !== undefined && each.dev === dev && each.ino === ino)
}

function fileProblem(source: FileReference, path: string, { type, msg }: FileProblem): SecretProblem {
  const file = `a file${at(source, path)}`
  if (type === 'missing') return problem(source, 'missing', `is not there: expected ${file}`)
  if (type === 'unreadable') {
    return problem(source, 'unreadable', `cannot be read: ${msg}; expected ${file} that whoever runs aigw-sync may read`)
  }
  const expected = `expected ${file} of at most ${LARGEST_FILE / 1024} KiB of UTF-8 text`
  return problem(source, 'unusable', `cannot be used: ${msg}; ${expected}`)
}

/** Nothing where the reference says so itself. */
function at(source: FileReference, path: string): string {
  return '$file' in source && isAbsolute(source.$file) ? '' : ` at ${path}`
}

function problem(source: SecretReference, reason: SecretProblem['reason'], what: string): SecretProblem {
  return { reason, msg: printable(`${describeSecret(source)} ${what}`) }
}

function secretFrom(source: SecretReference, value: string): Secret {
  return new Secret(value, describeSecret(source))
}
