import { classify } from '../gateway/classify.ts'
import type { AdoptError } from '../daemon/adopt.ts'
import type { HandOverError } from '../daemon/hand-over.ts'
import type { LifeError } from '../daemon/life.ts'
import type { Unheard } from '../daemon/notify/hearing.ts'
import type { OtherOwner } from '../lockfile/errors.ts'
import type { Failure } from '../model/events.ts'
import type { FolderError } from '../source/folder/folder.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'

/** Why a command cannot go on, for the log, and what the process then ends with. */
export interface Ending {
  readonly failure: Failure
  readonly exitCode: ExitCode
}

type Refusal = LifeError & { type: 'refused' }

/** What else `adopt` can meet. */
type CommandError = Extract<AdoptError | HandOverError, { type: 'unrecorded' | 'no-record' }>

/** Every way in which `run`, `apply` and `adopt` can end before their time, in words that name the way out. */
export function endingOf(error: LifeError | CommandError): Ending {
  switch (error.type) {
    case 'held':
      return temporary(
        `another aigw-sync (pid ${error.pid} on ${error.host}, since ${error.since}) works on this lockfile; stop it, or give this one a lockfile of its own with --lockfile`,
      )
    case 'lease-lost':
      return temporary('another aigw-sync has taken over this lockfile; this one stops, so that nothing is done twice')
    case 'unusable':
    case 'unreadable':
    case 'unwritable':
      return system(error.code, `${error.path} cannot be used: ${error.msg}`)
    case 'newer-version':
      return config(
        `${error.path} was written by a newer aigw-sync (lockfileVersion ${error.version}, this one knows 1); upgrade aigw-sync, or name another file with --lockfile`,
      )
    case 'unrecorded':
      return temporary(`it is done on the gateway, and cannot be written into the lockfile: ${error.msg}; run it again`)
    case 'no-record':
      return config(
        `${error.path} records no owner ${error.owner}; name the lockfile that does with --lockfile, or run once with --owner ${error.owner} to rebuild it`,
      )
    case 'other-owner':
      return config(otherOwner(error))
    case 'unheard':
      return config(unheard(error))
    case 'folder':
      return folder(error.reason)
    case 'unreachable':
    case 'lost':
      return temporary(`the gateway cannot be reached: ${error.msg}`, error.code)
    case 'malformed':
      return temporary(`the gateway gave an answer that is not one of its API: ${error.msg}; check --api-url`)
    case 'refused':
      return refused(error)
    case 'canceled':
      return temporary('stopped before it began')
  }
}

function otherOwner({ path, recorded, owner }: OtherOwner): string {
  return (
    `the lockfile ${path} belongs to owner ${recorded}, this one is ${owner}; ` +
    `to hand everything over: \`aigw-sync adopt --from-owner ${recorded} --owner ${owner}\`; ` +
    'to run both side by side give this one a lockfile of its own with --lockfile'
  )
}

function unheard({ unit, notifyAccess }: Unheard): string {
  const place = `/etc/systemd/system/${unit.replace(/@.*/, '@.service')}.d`
  return (
    `systemd would not hear that it is up: ${unit} has NotifyAccess=${notifyAccess} and passes no descriptor by OpenFile=, which systemd knows from 253 on; ` +
    `for an older one put drop-ins/10-systemd-252.conf, which lies beside the units, into ${place}, then \`systemctl daemon-reload\``
  )
}

function folder({ type, dir, msg }: FolderError): Ending {
  if (type === 'missing')
    return config(`there is no folder ${dir}; make it with \`aigw-sync init ${dir}\`, or name another with --dir`)
  return { failure: { msg }, exitCode: type === 'not-a-folder' ? EXIT.config : EXIT.denied }
}

function refused(error: Refusal): Ending {
  const { status, errorCode, operationId } = error
  const details = { status, ...(errorCode && { errorCode }), ...(operationId && { operationId }) }
  if (status === 401 || status === 403) {
    const msg = `the gateway rejects the token: ${error.msg}; check that it is an AI Gateway API key of the right account`
    return { failure: { msg, ...details }, exitCode: EXIT.denied }
  }
  const permanent = classify(error, 'read') === 'permanent'
  const msg = `the gateway refuses to list: ${error.msg}${permanent ? '; check --api-url' : ''}`
  return { failure: { msg, ...details }, exitCode: permanent ? EXIT.config : EXIT.temporary }
}

function temporary(msg: string, errorCode?: string): Ending {
  return { failure: { msg, ...(errorCode && { errorCode }) }, exitCode: EXIT.temporary }
}

function config(msg: string): Ending {
  return { failure: { msg }, exitCode: EXIT.config }
}

/** What may be over by the next start: a service manager is to try again. `BUSY`: a damaged lease that is too young to be replaced. */
const PASSING = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE', 'ETIMEDOUT', 'BUSY'])

function system(errorCode: string, msg: string): Ending {
  if (PASSING.has(errorCode)) return temporary(msg, errorCode)
  const denied = errorCode === 'EACCES' || errorCode === 'EPERM'
  return { failure: { msg, errorCode }, exitCode: denied ? EXIT.denied : EXIT.config }
}
