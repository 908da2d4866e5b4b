import { existsSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { errAsync, fromAsyncThrowable, okAsync, type ResultAsync } from 'neverthrow'
import { PLACES } from './places.ts'
import type { Place, SettingsProblem } from './problem.ts'
import { reasonOf } from './reason.ts'

/** A settings file that was found and read. */
export interface SettingsFile {
  /** Absolute. */
  readonly path: string
  readonly values: Readonly<Record<string, unknown>>
}

/** A file somebody named, and where they did. */
export interface NamedFile {
  readonly path: string
  readonly place: Place
}

/**
 * Loads the file that is named, or else the first of cosmiconfig's places in the folder that holds settings. cosmiconfig reads
 * and loads; the search is ours, because its own passes over a file that it may not read and over a module that fails for want
 * of another file, and because a folder without settings then costs a few `stat` calls and no import.
 * @returns undefined when no file is named and none is found
 */
export function loadSettingsFile(cwd: string, named?: NamedFile): ResultAsync<SettingsFile | undefined, SettingsProblem> {
  if (named !== undefined) return loadNamed(resolve(cwd, named.path), named.place)
  return loadFirst(PLACES.map((place) => join(cwd, place)).filter((path) => existsSync(path)))
}

function loadNamed(path: string, place: Place): ResultAsync<SettingsFile, SettingsProblem> {
  if (!existsSync(path)) return errAsync({ type: 'missing-file', place, file: path })
  return load(path).map((values) => ({ path, values: values ?? {} }))
}

function loadFirst([path, ...others]: readonly string[]): ResultAsync<SettingsFile | undefined, SettingsProblem> {
  if (path === undefined) return okAsync(undefined)
  return load(path).andThen((values) => (values === undefined ? loadFirst(others) : okAsync({ path, values })))
}

/** @returns undefined for an empty file, and for a `package.json` that has nothing to say about us */
function load(path: string): ResultAsync<Values | undefined, SettingsProblem> {
  return fromAsyncThrowable(loadValues, (error): SettingsProblem => {
    return { type: 'unloadable-file', file: path, msg: reasonOf(error) }
  })(path)
}

type Values = SettingsFile['values']

/** In bytes: a hundred times what settings take. */
const LARGEST_FILE = 1024 * 1024

/** So long a module may take to say what it exports, in milliseconds. */
const PATIENCE_MS = 5_000

async function loadValues(path: string): Promise<Values | undefined> {
  if (!(await isReadable(path))) return undefined
  const [{ cosmiconfig }, { loadModule }] = await Promise.all([import('cosmiconfig'), import('./module.ts')])
  const loaders = Object.fromEntries(['.js', '.ts', '.mjs', '.mts', '.cjs'].map((ending) => [ending, loadModule]))
  const explorer = cosmiconfig('aigw-sync', { searchPlaces: [...PLACES], searchStrategy: 'none', cache: false, loaders })
  const result: { config: unknown; isEmpty?: boolean } | null = await inTime(explorer.load(path))
  if (result === null || result.isEmpty) return undefined
  if (typeof result.config === 'object' && result.config !== null && !Array.isArray(result.config)) return { ...result.config }
  throw new Error(`expected an object of settings, got ${Array.isArray(result.config) ? 'a list' : `a ${typeof result.config}`}`)
}

/**
 * What is no file is not opened: a pipe could keep us waiting, and a device need not end.
 * @returns false for `/dev/null`, by which people say that there are no settings
 * @throws Error where it is no file, or too large
 */
async function isReadable(path: string): Promise<boolean> {
  const found = await stat(path)
  if (found.isCharacterDevice() && (await realpath(path)) === '/dev/null') return false
  if (!found.isFile()) throw new Error(`expected a file, found ${found.isDirectory() ? 'a folder' : 'a pipe or a device'}`)
  if (found.size > LARGEST_FILE) throw new Error(`expected at most ${LARGEST_FILE} bytes of settings, found ${found.size}`)
  return true
}

/** A module that waits for what never comes would end the process without a word. @throws Error when it takes too long */
async function inTime<Loaded>(loading: Promise<Loaded>): Promise<Loaded> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`it did not say what it exports within ${PATIENCE_MS / 1_000} s`)), PATIENCE_MS)
  try {
    return await Promise.race([loading, promise])
  } finally {
    clearTimeout(timer)
  }
}
