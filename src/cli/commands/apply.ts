import { applyOnce, type OnceOutcome } from '../../daemon/once.ts'
import { isTerminal } from '../../log/output.ts'
import type { Settings } from '../../settings/settings.ts'
import { Screen } from '../apply/screen.ts'
import { tellDaemon } from '../apply/tell-daemon.ts'
import type { Begun } from '../begin.ts'
import { readConfirmed } from '../confirmed.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endingOf } from '../failures.ts'
import { logTo, openSessionWith } from '../session.ts'
import { complain } from '../stderr.ts'
import { VERSION } from '../package.ts'

/** `aigw-sync apply`: once, then done. For people it shows the plan, the progress and the outcomes; otherwise it logs. */
export async function apply(flags: Readonly<Record<string, unknown>>, begun: Begun): Promise<ExitCode> {
  if (flags['dryRun'] === true) return dryRun(flags, begun)
  const confirmed = readConfirmed(flags)
  if (confirmed.isErr()) return complain({ msg: confirmed.error, exitCode: EXIT.usage })
  if (begun.isErr()) return complain(begun.error)
  let screen: Screen | undefined
  const opened = await openSessionWith(begun.value.settings, flags, (settings) => {
    if (isForPeople(settings)) screen = new Screen(settings)
    return screen?.report ?? logTo(settings)
  })
  if (opened.isErr()) return complain(opened.error)
  const { settings, token, report, close } = opened.value
  const options = {
    settings,
    token,
    ahead: begun.value.ahead,
    version: VERSION,
    ...confirmed.value,
    ...(screen && { foreseen: screen.foreseen }),
  }
  const outcome = await applyOnce(options, report)
  await close()
  if (outcome.isOk()) {
    screen?.finish(outcome.value)
    return exitCodeOf(outcome.value)
  }
  screen?.end()
  const { error } = outcome
  if (error.type === 'held' && confirmed.value.confirmed !== undefined) {
    return tellDaemon(settings.lockfile, confirmed.value.confirmed, error)
  }
  const { failure, exitCode } = endingOf(error)
  report({ event: 'daemon.failed', ...failure })
  return exitCode
}

/** There is no emulator to plan against: it would be empty each time. */
async function dryRun(flags: Readonly<Record<string, unknown>>, begun: Begun): Promise<ExitCode> {
  if (flags['emulator'] !== true) return (await import('./plan.ts')).plan(flags, begun)
  return complain({
    msg: 'Expected either `--emulator` or `--dry-run`, got both: an emulator of its own is empty.',
    exitCode: EXIT.usage,
  })
}

function isForPeople({ logFormat }: Settings): boolean {
  return logFormat === undefined ? isTerminal() : logFormat === 'pretty'
}

/** What needs a person outweighs what passes by itself; and a guard asks for a decision. */
function exitCodeOf({ failed, conflicts, invalid, retrying, guards }: OnceOutcome): ExitCode {
  if (guards > 0) return EXIT.guarded
  if (failed + conflicts + invalid > 0) return EXIT.failed
  return retrying > 0 ? EXIT.temporary : EXIT.done
}
