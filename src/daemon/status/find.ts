import { err, ok, type Result } from 'neverthrow'
import type { LockfileError } from '../../lockfile/errors.ts'
import { type Reading, readLockfile } from '../../lockfile/read.ts'
import { askDaemon, type AskError, type DaemonAnswer } from '../admin/ask.ts'
import type { StatusDocument } from './document.ts'
import { recordedStatus, type StatusSettings } from './status.ts'

export interface Found {
  readonly document: StatusDocument
  /** There is neither a daemon nor a lockfile. */
  readonly isMissing: boolean
}

export type FindError = Exclude<AskError, { type: 'no-daemon' }> | LockfileError | Unfit

/** The lockfile tells nothing, or of something else. */
export interface Unfit {
  readonly type: 'unfit'
  readonly path: string
  readonly reading: Exclude<Reading, { type: 'found' | 'missing' }>
}

/** `status`: from the running daemon where there is one, else from the lockfile. Writes nothing, and asks nothing of the gateway. */
export async function findStatus(settings: StatusSettings): Promise<Result<Found, FindError>> {
  const asked = await askDaemon(settings.lockfile, 'GET', '/status')
  if (asked.isOk()) return check(asked.value).map((document) => ({ document, isMissing: false }))
  return asked.error.type === 'no-daemon' ? readStatus(settings) : err(asked.error)
}

/** An aigw-sync of another version may answer with more, and never with less. */
function check({ status, body }: DaemonAnswer): Result<StatusDocument, FindError> {
  const isDocument = status === 200 && typeof body === 'object' && body !== null && PROPERTIES.every((name) => name in body)
  if (isDocument) return ok(body as StatusDocument)
  const msg = `expected its status, got an answer with status ${status} that is none; it may be an aigw-sync of another version`
  return err({ type: 'daemon-refuses', code: 'EBADMSG', msg })
}

const PROPERTIES = [
  'running',
  'summary',
  'guards',
  'invalid',
  'entries',
  'providerKeys',
] as const satisfies readonly (keyof StatusDocument)[]

async function readStatus(settings: StatusSettings): Promise<Result<Found, FindError>> {
  const { lockfile: path, owner, apiUrl } = settings
  const read = await readLockfile({ path, owner, apiUrl })
  if (read.isErr()) return err(read.error)
  const reading = read.value
  if (reading.type !== 'found' && reading.type !== 'missing') return err({ type: 'unfit', path, reading })
  const recorded = reading.type === 'found' ? reading.lockfile.entries : new Map<never, never>()
  return ok({ document: recordedStatus(recorded, settings), isMissing: reading.type === 'missing' })
}
