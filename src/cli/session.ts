import { err, ok, type Result, type ResultAsync } from 'neverthrow'
import { openLog } from '../log/log.ts'
import type { Report } from '../model/events.ts'
import { loadSettings } from '../settings/load.ts'
import { describeSettingsError } from '../settings/problem.ts'
import type { Settings } from '../settings/settings.ts'
import { describeTokenError } from '../settings/token.ts'
import { keepToken, type TokenKeeper } from '../settings/token-keeper.ts'
import { openEmulated } from './emulated-session.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** What `run` and `apply` begin with. */
export interface Session {
  readonly settings: Settings
  readonly token: TokenKeeper
  readonly report: Report
  /** The settings as they are written now. @returns err with what is wrong, for people */
  readonly reread: () => ResultAsync<Settings, string>
  /** Ends what the session started itself. */
  readonly close: () => Promise<void>
}

/** Why there is no session: for standard error, since there is no log yet. */
export interface Refusal {
  readonly msg: string
  readonly exitCode: ExitCode
}

/**
 * Settings, log and token; with `--emulator`, a gateway of our own instead of an account.
 * @param reporter where events go; default: the log
 */
export async function openSession(
  flags: Readonly<Record<string, unknown>>,
  reporter: (settings: Settings) => Report = logTo,
): Promise<Result<Session, Refusal>> {
  const cwd = process.cwd()
  const reread = (): ResultAsync<Settings, string> =>
    loadSettings({ flags, env: process.env, cwd })
      .map(({ settings }) => settings)
      .mapErr(describeSettingsError)
  const loaded = await reread()
  if (loaded.isErr()) return err({ msg: loaded.error, exitCode: EXIT.config })
  const settings = loaded.value
  const report = reporter(settings)
  if (flags['emulator'] === true) return openEmulated({ settings, report, reread }, flags)
  const token = await keepToken({ env: process.env }, report)
  if (token.isErr()) return err({ msg: describeTokenError(token.error), exitCode: EXIT.config })
  return ok({ settings, token: token.value, report, reread, close: () => Promise.resolve() })
}

/** The log as the settings have it. */
export function logTo({ logLevel, logFormat }: Settings): Report {
  return openLog({ level: logLevel, format: logFormat }).report
}
