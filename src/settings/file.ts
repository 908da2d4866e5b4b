import { existsSync } from 'node:fs'
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

async function loadValues(path: string): Promise<Values | undefined> {
  const [{ cosmiconfig }, { loadModule }] = await Promise.all([import('cosmiconfig'), import('./module.ts')])
  const loaders = Object.fromEntries(['.js', '.ts', '.mjs', '.mts', '.cjs'].map((ending) => [ending, loadModule]))
  const explorer = cosmiconfig('aigw-sync', { searchPlaces: [...PLACES], searchStrategy: 'none', cache: false, loaders })
  const result: { config: unknown; isEmpty?: boolean } | null = await explorer.load(path)
  if (result === null || result.isEmpty) return undefined
  if (typeof result.config === 'object' && result.config !== null && !Array.isArray(result.config)) return { ...result.config }
  throw new Error(`expected an object of settings, got ${Array.isArray(result.config) ? 'a list' : `a ${typeof result.config}`}`)
}
