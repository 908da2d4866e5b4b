import { readDeclared } from '../../daemon/declared.ts'
import type { Begun } from '../begin.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endingOf } from '../failures.ts'
import { giveUp, narrate } from '../narrate.ts'
import { show } from '../render/show.ts'
import { validateDocument } from '../render/validate-document.ts'
import { validateLines } from '../render/validate-lines.ts'
import { complain } from '../stderr.ts'

/** `aigw-sync validate`: everything that is wrong with the folder, at once and offline. Writes nothing. */
export async function validate(flags: Readonly<Record<string, unknown>>, begun: Begun): Promise<ExitCode> {
  if (begun.isErr()) return complain(begun.error)
  const { settings, ahead } = begun.value
  const declared = await readDeclared({ ...settings, ahead }, narrate(settings.logLevel))
  if (declared.isErr()) return giveUp(endingOf(declared.error))
  const document = validateDocument(declared.value)
  show(document, validateLines, flags['json'] === true)
  return document.ok ? EXIT.done : EXIT.config
}
