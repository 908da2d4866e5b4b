import type { ResultAsync } from 'neverthrow'
import { loadSettings } from '../settings/load.ts'
import { describeSettingsError } from '../settings/problem.ts'
import type { Settings } from '../settings/settings.ts'
import { EXIT } from './exit-codes.ts'
import type { Refusal } from './stderr.ts'

/** The settings for this process. @returns err with what is wrong, for standard error */
export function readSettings(flags: Readonly<Record<string, unknown>>): ResultAsync<Settings, Refusal> {
  return loadSettings({ flags, env: process.env, cwd: process.cwd() })
    .map(({ settings }) => settings)
    .mapErr((error) => ({ msg: describeSettingsError(error), exitCode: EXIT.config }))
}
