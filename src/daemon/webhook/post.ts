import { err, ok, type Result } from 'neverthrow'
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
  const { request } = await import('undici')
  try {
    const { statusCode: status, body: answer } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': userAgent },
      body,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    answer.destroy()
    answer.on('error', () => {}) // which it is told of that
    if (status >= 200 && status < 300) return ok()
    return err({ msg: `answered with status ${status}`, status, isPassing: status >= 500 || PASSING.has(status) })
  } catch (error) {
    const { name, code } = error as { readonly name: string; readonly code?: string }
    return err({ msg: `no answer: ${code ?? name}`, errorCode: code ?? name, isPassing: true })
  }
}
