import { err, ok, type Result } from 'neverthrow'
import type { Dispatcher } from 'undici'
import type { Failure } from '../../model/events.ts'

export interface Post {
  readonly url: string
  /** JSON */
  readonly body: string
  readonly userAgent: string
  readonly signal: AbortSignal
}

export interface PostFailure extends Failure {
  /** Whether the same may be taken another time. */
  readonly isPassing: boolean
}

/** For all of it, in milliseconds. */
const TIMEOUT_MS = 10_000

/** Statuses of what may pass: too early, too slow, too much, and what is wrong on the other side. */
const PASSING = new Set([408, 425, 429])

/** Posts once. Redirects are not followed, and what the other side says is not read. The URL may hold a secret: no failure names it. */
export async function post({ url, body, userAgent, signal }: Post): Promise<Result<void, PostFailure>> {
  const { default: ClientPool } = await import('undici/lib/dispatcher/pool.js')
  const { origin, pathname, search } = new URL(url)
  const pool = new ClientPool(origin, { connections: 1, allowH2: false })
  const over = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  const giveUp = () => void pool.destroy(over.reason as Error)
  try {
    over.throwIfAborted()
    over.addEventListener('abort', giveUp)
    const headers = { 'content-type': 'application/json', 'user-agent': userAgent }
    const status = await statusOf(pool, { method: 'POST', path: pathname + search, headers, body })
    if (status >= 200 && status < 300) return ok()
    return err({ msg: `answered with status ${status}`, status, isPassing: status >= 500 || PASSING.has(status) })
  } catch (error) {
    const { name, code } = error as { readonly name: string; readonly code?: unknown }
    const errorCode = typeof code === 'string' ? code : name // that of a timeout is a number, which tells nobody anything
    return err({ msg: `no answer: ${errorCode}`, errorCode, isPassing: true })
  } finally {
    over.removeEventListener('abort', giveUp)
    await pool.destroy()
  }
}

/** @throws what went wrong before there was a status */
function statusOf(dispatcher: Dispatcher, request: Dispatcher.DispatchOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, {
      onRequestStart: () => {}, // asked for by undici, as the others are
      onResponseStart: (_controller, status) => {
        if (status >= 200) resolve(status)
      },
      onResponseData: () => {},
      onResponseEnd: () => {},
      onResponseError: (_controller, error) => reject(error),
    })
  })
}
