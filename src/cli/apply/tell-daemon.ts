import { askDaemon } from '../../daemon/admin/ask.ts'
import type { LeaseHeld } from '../../lockfile/errors.ts'
import { printable } from '../../model/printable.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { endingOf } from '../failures.ts'
import { giveUp } from '../narrate.ts'
import { endingOfAsking } from '../status-failures.ts'
import { complain } from '../stderr.ts'

/**
 * A daemon is at work on the lockfile: it is told that so many deletions are right, and makes them in its own time.
 * @param held who that is
 */
export async function tellDaemon(lockfile: string, confirmed: number, held: LeaseHeld): Promise<ExitCode> {
  const answer = await askDaemon(lockfile, 'POST', '/deletions', { confirm: confirmed })
  if (answer.isErr()) return giveUp(answer.error.type === 'no-daemon' ? endingOf(held) : endingOfAsking(answer.error))
  const { status, body } = answer.value
  if (status === 200) {
    process.stdout.write(
      `the daemon (pid ${held.pid}) was told that ${confirmed} deletions are right, and makes them once their grace is over\n`,
    )
    return EXIT.done
  }
  if (status !== 409) return giveUp(endingOf(held))
  return complain({
    msg: printable(`expected the number of deletions that are to be made, which is ${countIn(body)}, got ${confirmed}`),
    exitCode: EXIT.guarded,
  })
}

function countIn(body: unknown): string {
  return typeof body === 'object' && body !== null && 'count' in body ? String(body.count) : 'another'
}
