import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { err, ok, type Result } from 'neverthrow'
import { startEmulator } from '../emulator/emulator.ts'
import { readLockfile } from '../lockfile/read.ts'
import { Secret } from '../model/secret.ts'
import type { Settings } from '../settings/settings.ts'
import { fixedToken } from '../settings/token-keeper.ts'
import { isLoopback } from '../settings/url.ts'
import { readEmulatorSwitches } from './emulator-switches.ts'
import { EXIT } from './exit-codes.ts'
import type { Session } from './session.ts'
import type { Refusal } from './stderr.ts'

/**
 * A session on an emulator of its own. The emulator forgets everything when it ends, so what is applied to it is recorded in a
 * folder that goes with it; or in a lockfile named on the command line, unless that belongs to a real gateway.
 */
export async function openEmulated(
  { settings, report, reread }: Pick<Session, 'settings' | 'report' | 'reread'>,
  flags: Readonly<Record<string, unknown>>,
): Promise<Result<Session, Refusal>> {
  const switches = readEmulatorSwitches(flags, 'emulator')
  if (switches.isErr()) return err({ msg: switches.error, exitCode: EXIT.usage })
  const isNamed = flags['lockfile'] !== undefined
  const owner = isNamed ? await gatewayOf(settings) : undefined
  if (owner !== undefined) {
    const msg = `${settings.lockfile} belongs to ${owner}; an emulator needs another: leave --lockfile out, or name a new file`
    return err({ msg, exitCode: EXIT.config })
  }
  const started = await startEmulator(switches.value)
  if (started.isErr()) return err({ msg: `the emulator does not start: ${started.error.msg}`, exitCode: EXIT.temporary })
  const emulator = started.value
  report({ event: 'emulator.started', url: emulator.url })
  const scratch = await mkdtemp(join(tmpdir(), 'aigw-sync-emulator-'))
  const close = async () => {
    await emulator.close()
    await rm(scratch, { recursive: true, force: true })
  }
  const lockfile = isNamed ? settings.lockfile : join(scratch, 'aigw-sync.lock.json')
  const token = fixedToken(new Secret(emulator.token, 'the emulator'))
  // Nothing real hangs on a trial, and where new files may be written by their group, which is usual, the first one is to work.
  const trialOf = (given: Settings) => ({ ...given, apiUrl: emulator.url, lockfile, strictPermissions: false })
  return ok({ settings: trialOf(settings), token, report, reread: () => reread().map(trialOf), close })
}

/** The real gateway that a lockfile belongs to, if it does. */
async function gatewayOf({ lockfile: path, owner }: Settings): Promise<string | undefined> {
  const reading = (await readLockfile({ path, owner, apiUrl: '' })).unwrapOr(undefined)
  return reading?.type === 'other-gateway' && !isLoopback(reading.recorded) ? reading.recorded : undefined
}
