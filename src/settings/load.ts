import { dirname } from 'node:path'
import { err, ok, type Result, type ResultAsync } from 'neverthrow'
import { CATALOGUE, FILE_FLAG, FILE_VARIABLE, SETTING_NAMES, VARIABLE_PREFIX, flagOf } from './catalogue.ts'
import { check, type Given } from './check.ts'
import { loadSettingsFile, type NamedFile, type SettingsFile } from './file.ts'
import type { SettingsError, SettingsProblem } from './problem.ts'
import type { Settings } from './settings.ts'

export interface SettingsSources {
  /**
   * What the command line gave, by setting (`resyncInterval`), and the file as `settings`. A command's other options, and options
   * that were not given (undefined), are passed over.
   */
  readonly flags: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute. Where a settings file is looked for, and what paths of flags and variables are relative to. */
  readonly cwd: string
}

export interface LoadedSettings {
  readonly settings: Settings
  /** The settings file that counted, absolute. */
  readonly file?: string
}

/**
 * The settings, strongest first: flags, `AIGW_SYNC_*` variables, a file, defaults.
 * @returns err with every problem of every place
 */
export function loadSettings({ flags, env, cwd }: SettingsSources): ResultAsync<LoadedSettings, SettingsError> {
  const weaker = fromDefaults(cwd)
  const stronger = [...fromVariables(env, cwd), ...fromFlags(flags, cwd)]
  return loadSettingsFile(cwd, namedFile(flags, env))
    .map((file) => combine([...weaker, ...fromFile(file), ...stronger], file))
    .orElse((problem) => ok(combine([...weaker, ...stronger], undefined, problem)))
    .andThen((combined) => combined)
}

function fromDefaults(base: string): readonly Given[] {
  return SETTING_NAMES.flatMap((name) => {
    const value = CATALOGUE[name].default
    return value === undefined ? [] : [{ place: { from: 'flag', name: flagOf(name) }, value, base }]
  })
}

function fromVariables(env: SettingsSources['env'], base: string): readonly Given[] {
  return Object.entries(env)
    .filter(([name]) => name.startsWith(VARIABLE_PREFIX) && name !== FILE_VARIABLE && !KUBERNETES.test(name))
    .flatMap(([name, value]) => (value === undefined ? [] : [{ place: { from: 'variable', name }, value, base }]))
}

/** What Kubernetes sets in every container beside a service that is called `aigw-sync`. */
const KUBERNETES = /^AIGW_SYNC_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/

function fromFlags(flags: SettingsSources['flags'], base: string): readonly Given[] {
  return SETTING_NAMES.flatMap((name) => {
    const value = flags[name]
    return value === undefined ? [] : [{ place: { from: 'flag', name: flagOf(name) }, value, base }]
  })
}

function namedFile(flags: SettingsSources['flags'], env: SettingsSources['env']): NamedFile | undefined {
  const { settings } = flags
  if (typeof settings === 'string') return { path: settings, place: { from: 'flag', name: FILE_FLAG } }
  const path = env[FILE_VARIABLE]
  return path === undefined ? undefined : { path, place: { from: 'variable', name: FILE_VARIABLE } }
}

function fromFile(file: SettingsFile | undefined): readonly Given[] {
  if (file === undefined) return []
  const base = dirname(file.path)
  return Object.entries(file.values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({ place: { from: 'file', file: file.path, name }, value, base }))
}

function combine(
  given: readonly Given[],
  file: SettingsFile | undefined,
  ...unloadable: readonly SettingsProblem[]
): Result<LoadedSettings, SettingsError> {
  const { values, problems } = check(given)
  const [first, ...rest] = [...unloadable, ...problems]
  if (first !== undefined) return err({ problems: [first, ...rest] })
  const unset = { adminListen: undefined, evaluatorSocket: undefined, logFormat: undefined, webhook: undefined }
  const settings = { ...unset, ...values } as Settings // the defaults name every other setting
  return ok({ settings, ...(file !== undefined && { file: file.path }) })
}
