import type { Result } from 'neverthrow'
import type { Asked, LookError } from '../../daemon/ask.ts'
import { look, type LookOptions } from '../../daemon/look.ts'
import type { Report } from '../../model/events.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endingOf } from '../failures.ts'
import { giveUp } from '../narrate.ts'
import { type PlanDocument, planDocument } from '../render/plan-document.ts'
import { planLines } from '../render/plan-lines.ts'
import { show } from '../render/show.ts'

/** What is left to do when the gateway has been asked: to load the folder, to plan, and to say it. */
export async function showPlan(
  options: LookOptions,
  asked: Result<Asked, LookError>,
  flags: Readonly<Record<string, unknown>>,
  report: Report,
): Promise<ExitCode> {
  if (asked.isErr()) return giveUp(endingOf(asked.error))
  const looked = await look(options, asked.value, report)
  if (looked.isErr()) return giveUp(endingOf(looked.error))
  const document = planDocument(looked.value, options.settings)
  show(document, planLines, flags['json'] === true)
  return exitCodeOf(document, flags['exitCode'] === true)
}

/** What needs a person outweighs what `apply` would do. */
function exitCodeOf({ ok, guards, summary }: PlanDocument, tellsChanges: boolean): ExitCode {
  if (guards.length > 0) return EXIT.guarded
  if (!ok) return EXIT.failed
  return tellsChanges && summary.writes > 0 ? EXIT.changes : EXIT.done
}
