import { findStatus } from '../../daemon/status/find.ts'
import { loadSettings } from '../../settings/load.ts'
import { describeSettingsError } from '../../settings/problem.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { giveUp } from '../narrate.ts'
import { show } from '../render/show.ts'
import { statusLines } from '../render/status-lines.ts'
import { endingOfStatus } from '../status-failures.ts'
import { complain } from '../stderr.ts'

/** `aigw-sync status`: how each entry stands. Writes nothing, and needs no token. */
export async function status(flags: Readonly<Record<string, unknown>>): Promise<ExitCode> {
  const loaded = await loadSettings({ flags, env: process.env, cwd: process.cwd() })
  if (loaded.isErr()) return complain({ msg: describeSettingsError(loaded.error), exitCode: EXIT.config })
  const found = await findStatus(loaded.value.settings)
  if (found.isErr()) return giveUp(endingOfStatus(found.error))
  const { document, isMissing } = found.value
  const view = { isMissing, all: flags['all'] === true }
  show(document, (told) => statusLines(told, view), flags['json'] === true)
  return EXIT.done
}
