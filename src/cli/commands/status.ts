import { findStatus } from '../../daemon/status/find.ts'
import type { Settings } from '../../settings/settings.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { giveUp } from '../narrate.ts'
import { show, textOf } from '../render/show.ts'
import { statusLines } from '../render/status-lines.ts'
import { endingOfStatus } from '../status-failures.ts'
import { readSettings } from '../read-settings.ts'
import { complain } from '../stderr.ts'
import { listenForStop } from '../stop-request.ts'
import { watch } from '../watch.ts'

interface View {
  readonly all: boolean
  readonly json: boolean
}

/** `aigw-sync status`: how each entry stands. Writes nothing, and needs no token. */
export async function status(flags: Readonly<Record<string, unknown>>): Promise<ExitCode> {
  const read = await readSettings(flags)
  if (read.isErr()) return complain(read.error)
  const settings = read.value
  const view = { all: flags['all'] === true, json: flags['json'] === true }
  if (flags['watch'] === true) return watchStatus(settings, view)
  const found = await findStatus(settings)
  if (found.isErr()) return giveUp(endingOfStatus(found.error))
  const { document, isMissing } = found.value
  show(document, (told) => statusLines(told, { isMissing, all: view.all }), view.json)
  return EXIT.done
}

/** `--watch`: until it is stopped. A daemon that cannot be asked is told, and asked again. */
async function watchStatus(settings: Settings, { all, json }: View): Promise<ExitCode> {
  const look = async (): Promise<string> => {
    const found = await findStatus(settings)
    if (found.isOk()) {
      const { document, isMissing } = found.value
      return textOf(document, (told) => statusLines(told, { isMissing, all }), json)
    }
    const { msg } = endingOfStatus(found.error).failure
    return json ? `${JSON.stringify({ error: msg })}\n` : `${msg}\n`
  }
  await watch(look, listenForStop().signal)
  return EXIT.done
}
