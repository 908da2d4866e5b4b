import type { AskError } from '../daemon/admin/ask.ts'
import type { FindError, Unfit } from '../daemon/status/find.ts'
import { formatDuration } from '../model/duration.ts'
import { EXIT } from './exit-codes.ts'
import { type Ending, endingOf } from './failures.ts'

/** Every way in which `status` cannot tell, in words that name the way out. */
export function endingOfStatus(error: FindError): Ending {
  switch (error.type) {
    case 'daemon-refuses':
    case 'daemon-silent':
      return endingOfAsking(error)
    case 'unfit':
      return { failure: { msg: describe(error) }, exitCode: EXIT.config }
    case 'newer-version':
    case 'other-owner':
    case 'unreadable':
    case 'unwritable':
      return endingOf(error)
  }
}

/** Why a daemon that is there cannot be asked. */
export function endingOfAsking(error: Exclude<AskError, { type: 'no-daemon' }>): Ending {
  if (error.type === 'daemon-silent') {
    const msg = `the daemon did not answer within ${formatDuration(error.ms)}: it is busy or stuck; try again, or look at its log`
    return { failure: { msg }, exitCode: EXIT.temporary }
  }
  const { code: errorCode, msg } = error
  if (errorCode === 'EACCES' || errorCode === 'EPERM') {
    const denied = `the daemon belongs to another user: ${msg}; ask as root, or as the user that runs it`
    return { failure: { msg: denied, errorCode }, exitCode: EXIT.denied }
  }
  return { failure: { msg: `the daemon cannot be asked: ${msg}; look at its log`, errorCode }, exitCode: EXIT.temporary }
}

/** `plan` needs no lockfile: the stamps tell. */
const WAY_OUT = 'aigw-sync plan tells from the stamps on the gateway what is there'

function describe({ path, reading }: Unfit): string {
  if (reading.type === 'damaged') {
    const place = 'line' in reading.problem ? ` at line ${reading.problem.line}` : ''
    return `no daemon answers, and ${path} is damaged${place}; ${WAY_OUT}`
  }
  return `no daemon answers, and ${path} belongs to the gateway ${reading.recorded}; give it with --api-url, or name another lockfile with --lockfile`
}
