import { applyOnce, type OnceOutcome } from '../../daemon/once.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endingOf } from '../failures.ts'
import { openSession } from '../session.ts'
import { complain } from '../stderr.ts'
import { VERSION } from '../package.ts'

/** `aigw-sync apply`: once, then done. */
export async function apply(flags: Readonly<Record<string, unknown>>): Promise<ExitCode> {
  const opened = await openSession(flags)
  if (opened.isErr()) return complain(opened.error)
  const { settings, token, report, close } = opened.value
  const outcome = await applyOnce({ settings, token, version: VERSION }, report)
  await close()
  if (outcome.isOk()) return exitCodeOf(outcome.value)
  const { failure, exitCode } = endingOf(outcome.error)
  report({ event: 'daemon.failed', ...failure })
  return exitCode
}

/** What needs a person outweighs what passes by itself. */
function exitCodeOf({ failed, conflicts, invalid, retrying }: OnceOutcome): ExitCode {
  if (failed + conflicts + invalid > 0) return EXIT.failed
  return retrying > 0 ? EXIT.temporary : EXIT.done
}
