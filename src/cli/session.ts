import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { err, ok, type Result } from 'neverthrow'
import { startEmulator } from '../emulator/emulator.ts'
import { openLog } from '../log/log.ts'
import type { Report } from '../model/events.ts'
import { loadSettings } from '../settings/load.ts'
import { describeSettingsError } from '../settings/problem.ts'
import type { Settings } from '../settings/settings.ts'
import { describeTokenError, findToken, Token } from '../settings/token.ts'
import { readEmulatorSwitches } from './emulator-switches.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** What `run` and `apply` begin with. */
export interface Session {
  readonly settings: Settings
  readonly token: Token
  readonly report: Report
  /** Ends what the session started itself. */
  readonly close: () => Promise<void>
}

/** Why there is no session: for standard error, since there is no log yet. */
export interface Refusal {
  readonly msg: string
  readonly exitCode: ExitCode
}

/** Settings, log and token; with `--emulator`, a gateway of our own instead of an account. */
export async function openSession(flags: Readonly<Record<string, unknown>>): Promise<Result<Session, Refusal>> {
  const loaded = await loadSettings({ flags, env: process.env, cwd: process.cwd() })
  if (loaded.isErr()) return err({ msg: describeSettingsError(loaded.error), exitCode: EXIT.config })
  const { settings } = loaded.value
  const { report } = openLog({ level: settings.logLevel, format: settings.logFormat })
  if (flags['emulator'] === true) return openEmulated(settings, flags, report)
  const token = await findToken({ env: process.env })
  if (token.isErr()) return err({ msg: describeTokenError(token.error), exitCode: EXIT.config })
  return ok({ settings, token: token.value, report, close: () => Promise.resolve() })
}

/**
 * The emulator forgets everything when it ends, so what was applied to it is recorded beside nothing of the user's: only a lockfile
 * named on the command line is used, never one that belongs to a real gateway.
 */
async function openEmulated(
  settings: Settings,
  flags: Readonly<Record<string, unknown>>,
  report: Report,
): Promise<Result<Session, Refusal>> {
  const switches = readEmulatorSwitches(flags, 'emulator')
  if (switches.isErr()) return err({ msg: switches.error, exitCode: EXIT.usage })
  const started = await startEmulator(switches.value)
  if (started.isErr()) return err({ msg: `the emulator does not start: ${started.error.msg}`, exitCode: EXIT.temporary })
  const emulator = started.value
  report({ event: 'emulator.started', url: emulator.url })
  const scratch = await mkdtemp(join(tmpdir(), 'aigw-sync-emulator-'))
  const lockfile = flags['lockfile'] === undefined ? join(scratch, 'aigw-sync.lock.json') : settings.lockfile
  const close = async () => {
    await emulator.close()
    await rm(scratch, { recursive: true, force: true })
  }
  return ok({
    settings: { ...settings, apiUrl: emulator.url, lockfile },
    token: new Token(emulator.token, 'the emulator'),
    report,
    close,
  })
}
