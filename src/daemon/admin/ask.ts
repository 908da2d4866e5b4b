import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { err, ok, type Result } from 'neverthrow'
import type { SystemFailure } from '../../lockfile/errors.ts'
import { attempt } from '../../lockfile/system.ts'
import { findTarget } from '../../lockfile/target.ts'
import { addressToConnect, socketOf } from './address.ts'
import type { Method } from './respond.ts'

/** What a daemon said. */
export interface DaemonAnswer {
  readonly status: number
  readonly body: unknown
}

export type AskError =
  /** None works on this lockfile, or none that can be asked. */
  | { readonly type: 'no-daemon' }
  /** The system keeps us from asking, the connection broke, or what came is no answer (`EBADMSG`). */
  | (SystemFailure & { readonly type: 'daemon-refuses' })
  /** It is there, and does not answer. */
  | { readonly type: 'daemon-silent'; readonly ms: number }

/** In milliseconds. */
const TIMEOUT_MS = 5_000

/** Asks the daemon that works on a lockfile. Writes nothing. @param body sent as JSON */
export async function askDaemon(
  lockfile: string,
  method: Method,
  path: string,
  body?: object,
  timeoutMs = TIMEOUT_MS,
): Promise<Result<DaemonAnswer, AskError>> {
  const signal = AbortSignal.timeout(timeoutMs)
  const asked = await attempt(async () => {
    const address = await addressToConnect(socketOf(await findTarget(lockfile)))
    try {
      return await exchange({ socketPath: address.path, method, path, signal }, body)
    } finally {
      await address.letGo()
    }
  })
  if (asked.isOk()) return parse(asked.value)
  if (signal.aborted) return err({ type: 'daemon-silent', ms: timeoutMs })
  const isNobody = NOBODY.has(asked.error.code)
  return err(isNobody ? { type: 'no-daemon' } : { type: 'daemon-refuses', ...asked.error })
}

/** There is no socket, or nobody listens on it any more. */
const NOBODY: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ECONNREFUSED'])

interface Exchange {
  readonly socketPath: string
  readonly method: Method
  readonly path: string
  readonly signal: AbortSignal
}

async function exchange(options: Exchange, body: object | undefined): Promise<{ status: number; content: string }> {
  const { request } = process.getBuiltinModule('node:http') // `import` would load the client that Node.js has for WebSocket as well
  const asking = request({ ...options, agent: false })
  asking.end(body && JSON.stringify(body))
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  asking.on('error', () => {}) // the response fails with it
  return { status: response.statusCode ?? 0, content: await textOf(response) }
}

/** Ten times what 10,000 entries take, in bytes: who has the name of the socket need not be a daemon. */
const MOST_BYTES = 64 * 1024 * 1024

async function textOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > MOST_BYTES)
      throw Object.assign(new Error('expected an answer that ends, got one that does not'), { code: 'EFBIG' })
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

function parse({ status, content }: { status: number; content: string }): Result<DaemonAnswer, AskError> {
  try {
    return ok({ status, body: JSON.parse(content) as unknown })
  } catch {
    return err({ type: 'daemon-refuses', code: 'EBADMSG', msg: 'expected an answer in JSON, got something else' })
  }
}
