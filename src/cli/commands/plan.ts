import { ask } from '../../daemon/ask.ts'
import { TOKEN_PLACES } from '../../settings/problem.ts'
import { describeTokenError, type TokenError } from '../../settings/token.ts'
import { keepToken } from '../../settings/token-keeper.ts'
import type { Begun } from '../begin.ts'
import { readConfirmed } from '../confirmed.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { narrate } from '../narrate.ts'
import { VERSION } from '../package.ts'
import { complain } from '../stderr.ts'

/** `aigw-sync plan`: what `apply` would do. Writes nothing. What works with the answer of the gateway is loaded while it comes. */
export async function plan(flags: Readonly<Record<string, unknown>>, begun: Begun): Promise<ExitCode> {
  if (begun.isErr()) return complain(begun.error)
  const { settings, ahead } = begun.value
  const confirmed = readConfirmed(flags)
  if (confirmed.isErr()) return complain({ msg: confirmed.error, exitCode: EXIT.usage })
  const report = narrate(settings.logLevel)
  const token = await keepToken({ env: process.env }, report)
  if (token.isErr()) return complain({ msg: describeMissingToken(token.error), exitCode: EXIT.config })
  const asked = await ask({ settings, token: token.value, version: VERSION }, report)
  const { showPlan } = await import('../plan/show-plan.ts')
  return showPlan({ settings, ahead, ...confirmed.value }, asked, flags, report)
}

/** There is no emulator to plan against: it would be empty each time. */
function describeMissingToken(error: TokenError): string {
  return error.type === 'none'
    ? `there is no API token: ${TOKEN_PLACES}; aigw-sync validate needs none`
    : describeTokenError(error)
}
