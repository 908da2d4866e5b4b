import { err, ok, type Result, type ResultAsync } from 'neverthrow'
import { openLog } from '../log/log.ts'
import type { Report } from '../model/events.ts'
import type { Settings } from '../settings/settings.ts'
import { describeTokenError } from '../settings/token.ts'
import { keepToken, type TokenKeeper } from '../settings/token-keeper.ts'
import { EXIT } from './exit-codes.ts'
import { readSettings } from './read-settings.ts'
import type { Refusal } from './stderr.ts'

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

/**
 * Settings, log and token; with `--emulator`, a gateway of our own instead of an account.
 * @param reporter where events go; default: the log
 */
export async function openSession(
  flags: Readonly<Record<string, unknown>>,
  reporter: (settings: Settings) => Report = logTo,
): Promise<Result<Session, Refusal>> {
  const read = await readSettings(flags)
  return read.isErr() ? err(read.error) : openSessionWith(read.value, flags, reporter)
}

/** The same where the settings are known. */
export async function openSessionWith(
  settings: Settings,
  flags: Readonly<Record<string, unknown>>,
  reporter: (settings: Settings) => Report,
): Promise<Result<Session, Refusal>> {
  const report = reporter(settings)
  const reread = () => readSettings(flags).mapErr(({ msg }) => msg)
  if (flags['emulator'] === true) return (await import('./emulated-session.ts')).openEmulated({ settings, report, reread }, flags)
  const token = await keepToken({ env: process.env }, report)
  if (token.isErr()) return err({ msg: describeTokenError(token.error), exitCode: EXIT.config })
  return ok({ settings, token: token.value, report, reread, close: () => Promise.resolve() })
}

/** The log as the settings have it. */
export function logTo({ logLevel, logFormat }: Settings): Report {
  return openLog({ level: logLevel, format: logFormat }).report
}
