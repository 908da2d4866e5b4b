import { isUtf8 } from 'node:buffer'
import { err, ok, type Result, type ResultAsync } from 'neverthrow'
import type { Damage, LockfileProblem, LockfileRefusal, LockfileUnreadable } from './errors.ts'
import { parseLockfile } from './format.ts'
import type { Lockfile } from './lockfile.ts'
import { readRegularFile } from './regular.ts'
import { attempt, isRefusal } from './system.ts'

/** Which lockfile, and whose record it is to be. */
export interface LockfileIdentity {
  readonly path: string
  readonly owner: string
  /** With or without a trailing slash. */
  readonly apiUrl: string
  /** For handing over: a lockfile that records this owner is taken too. */
  readonly formerOwner?: string
}

/** What was found at a lockfile's path. `recorded` is what it says instead of what we are. */
export type Reading =
  | { readonly type: 'found'; readonly lockfile: Lockfile }
  | { readonly type: 'missing' }
  | { readonly type: 'damaged'; readonly problem: Damage }
  | { readonly type: 'other-gateway'; readonly recorded: string }

/**
 * Reads a lockfile and changes nothing, for commands that only look.
 * @returns err if it is there and cannot be read, was written by a later version, or records another owner
 */
export function readLockfile(identity: LockfileIdentity): ResultAsync<Reading, LockfileRefusal> {
  const { path } = identity
  return attempt(() => readIfThere(path))
    .mapErr((failure): LockfileUnreadable => ({ type: 'unreadable', path, ...failure }))
    .andThen((bytes) => (bytes ? interpret(bytes, identity) : ok<Reading>({ type: 'missing' })))
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readRegularFile(path, MOST_BYTES)
  } catch (error) {
    if (isRefusal(error, 'ENOENT')) return undefined
    throw error
  }
}

/** More than 100 times what 10,000 entries take. Whatever is larger is no lockfile, and might not fit into memory. */
const MOST_BYTES = 2 ** 29 - 2 ** 20

function interpret(bytes: Buffer, identity: LockfileIdentity): Result<Reading, LockfileRefusal> {
  const parsed: Result<Lockfile, LockfileProblem> = isUtf8(bytes) ? parseLockfile(decode(bytes)) : err({ type: 'not-text' })
  if (parsed.isOk()) return compare(parsed.value, identity)
  const problem = parsed.error
  return problem.type === 'newer-version' ? err({ ...problem, path: identity.path }) : ok({ type: 'damaged', problem })
}

/** Without a byte order mark, which some editors put first. */
function decode(bytes: Buffer): string {
  return new TextDecoder().decode(bytes)
}

/** The gateway first: what is on another one is not endangered by whoever works on this one. */
function compare(lockfile: Lockfile, { path, owner, apiUrl, formerOwner }: LockfileIdentity): Result<Reading, LockfileRefusal> {
  if (normalizeApiUrl(lockfile.apiUrl) !== normalizeApiUrl(apiUrl))
    return ok({ type: 'other-gateway', recorded: lockfile.apiUrl })
  const { owner: recorded } = lockfile
  if (recorded !== owner && recorded !== formerOwner) return err({ type: 'other-owner', path, recorded, owner })
  return ok({ type: 'found', lockfile })
}

/** `HTTPS://API.ngrok.ai:443/` and `https://api.ngrok.ai` are one gateway. */
export function normalizeApiUrl(apiUrl: string): string {
  return (URL.canParse(apiUrl) ? new URL(apiUrl).href : apiUrl).replace(/\/+$/, '')
}
