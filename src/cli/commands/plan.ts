import { look } from '../../daemon/look.ts'
import { TOKEN_PLACES } from '../../settings/problem.ts'
import { describeTokenError, type TokenError } from '../../settings/token.ts'
import { keepToken } from '../../settings/token-keeper.ts'
import type { Begun } from '../begin.ts'
import { readConfirmed } from '../confirmed.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endingOf } from '../failures.ts'
import { giveUp, narrate } from '../narrate.ts'
import { VERSION } from '../package.ts'
import { type PlanDocument, planDocument } from '../render/plan-document.ts'
import { planLines } from '../render/plan-lines.ts'
import { show } from '../render/show.ts'
import { complain } from '../stderr.ts'

/** `aigw-sync plan`: what `apply` would do. Writes nothing. */
export async function plan(flags: Readonly<Record<string, unknown>>, begun: Begun): Promise<ExitCode> {
  if (begun.isErr()) return complain(begun.error)
  const { settings, ahead } = begun.value
  const confirmed = readConfirmed(flags)
  if (confirmed.isErr()) return complain({ msg: confirmed.error, exitCode: EXIT.usage })
  const report = narrate(settings.logLevel)
  const token = await keepToken({ env: process.env }, report)
  if (token.isErr()) return complain({ msg: describeMissingToken(token.error), exitCode: EXIT.config })
  const looked = await look({ settings, ahead, token: token.value, version: VERSION, ...confirmed.value }, report)
  if (looked.isErr()) return giveUp(endingOf(looked.error))
  const document = planDocument(looked.value, settings)
  show(document, planLines, flags['json'] === true)
  return exitCodeOf(document, flags['exitCode'] === true)
}

/** There is no emulator to plan against: it would be empty each time. */
function describeMissingToken(error: TokenError): string {
  return error.type === 'none'
    ? `there is no API token: ${TOKEN_PLACES}; aigw-sync validate needs none`
    : describeTokenError(error)
}

/** What needs a person outweighs what `apply` would do. */
function exitCodeOf({ ok, guards, summary }: PlanDocument, tellsChanges: boolean): ExitCode {
  if (guards.length > 0) return EXIT.guarded
  if (!ok) return EXIT.failed
  return tellsChanges && summary.writes > 0 ? EXIT.changes : EXIT.done
}
