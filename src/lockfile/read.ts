import { isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { err, ok, type Result, type ResultAsync } from 'neverthrow'
import type { Damage, LockfileProblem, LockfileUnreadable, NewerVersion } from './errors.ts'
import { parseLockfile } from './format.ts'
import type { Lockfile } from './lockfile.ts'
import { attempt, isRefusal } from './system.ts'

/** Which lockfile, and whose record it is to be. */
export interface LockfileIdentity {
  readonly path: string
  readonly owner: string
  /** With or without a trailing slash. */
  readonly apiUrl: string
}

/** What was found at a lockfile's path. `recorded` is what it says instead of what we are. */
export type Reading =
  | { readonly type: 'found'; readonly lockfile: Lockfile }
  | { readonly type: 'missing' }
  | { readonly type: 'damaged'; readonly problem: Damage }
  | { readonly type: 'other-gateway'; readonly recorded: string }
  | { readonly type: 'other-owner'; readonly recorded: string }

/**
 * Reads a lockfile and changes nothing, for commands that only look.
 * @returns err if it is there and cannot be read, or was written by a later version
 */
export function readLockfile(
  identity: LockfileIdentity,
): ResultAsync<Reading, LockfileUnreadable | (NewerVersion & { path: string })> {
  const { path } = identity
  return attempt(() => readIfThere(path))
    .mapErr((failure): LockfileUnreadable => ({ type: 'unreadable', path, ...failure }))
    .andThen((bytes) => (bytes ? interpret(bytes, identity) : ok<Reading>({ type: 'missing' })))
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readRegularFile(path)
  } catch (error) {
    if (isRefusal(error, 'ENOENT')) return undefined
    throw error
  }
}

/** `O_NONBLOCK`, since opening a named pipe would wait for somebody to write to it. */
async function readRegularFile(path: string): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw Object.assign(new Error(`not a regular file, '${path}'`), { code: 'EINVAL' })
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

function interpret(bytes: Buffer, identity: LockfileIdentity): Result<Reading, NewerVersion & { path: string }> {
  const parsed: Result<Lockfile, LockfileProblem> = isUtf8(bytes) ? parseLockfile(decode(bytes)) : err({ type: 'not-text' })
  if (parsed.isOk()) return ok(compare(parsed.value, identity))
  const problem = parsed.error
  return problem.type === 'newer-version' ? err({ ...problem, path: identity.path }) : ok({ type: 'damaged', problem })
}

/** Without a byte order mark, which some editors put first. */
function decode(bytes: Buffer): string {
  return new TextDecoder().decode(bytes)
}

function compare(lockfile: Lockfile, identity: LockfileIdentity): Reading {
  const { owner } = lockfile
  const apiUrl = normalizeApiUrl(lockfile.apiUrl)
  if (apiUrl !== normalizeApiUrl(identity.apiUrl)) return { type: 'other-gateway', recorded: lockfile.apiUrl }
  if (owner !== identity.owner) return { type: 'other-owner', recorded: owner }
  return { type: 'found', lockfile }
}

/** `HTTPS://API.ngrok.ai:443/` and `https://api.ngrok.ai` are one gateway. */
export function normalizeApiUrl(apiUrl: string): string {
  return (URL.canParse(apiUrl) ? new URL(apiUrl).href : apiUrl).replace(/\/+$/, '')
}
