import { err, type Result } from 'neverthrow'
import type { Pool } from 'undici'
import { CANCELED, type GatewayError } from './errors.ts'
import { exchange, type Answer } from './exchange.ts'
import { cleanText } from './text.ts'

/** The longest wait for a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000

/** What is ever asked of the gateway. */
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export interface TransportOptions {
  /** With or without a path prefix. */
  readonly apiUrl: string
  readonly connections: number
  readonly timeoutMs: number
  readonly userAgent: string
}

export interface Outgoing {
  readonly method: Method
  /** Below the API's URL, with query. */
  readonly path: string
  readonly body?: string
  readonly token: string
}

/** HTTP to one origin, and no other: paths are all it is given, and redirects are not followed. */
export class Transport {
  readonly #options: TransportOptions
  readonly #origin: string
  readonly #prefix: string
  #pool: Promise<Pool> | undefined
  #isClosed = false

  constructor(options: TransportOptions) {
    const { origin, pathname } = new URL(options.apiUrl)
    this.#options = options
    this.#origin = origin
    this.#prefix = pathname.replace(/\/+$/, '')
  }

  /** Gets ready to send. The HTTP client takes longer to import than all of the daemon, so that waits until it is needed. */
  open(): Promise<Pool> {
    this.#pool ??= this.#createPool()
    return this.#pool
  }

  async send({ method, path, body, token }: Outgoing, sent: () => void): Promise<Result<Answer, GatewayError>> {
    const pool = await this.open()
    if (this.#isClosed) return err(CANCELED)
    const headers = ['authorization', `Bearer ${token}`, 'accept', 'application/json', 'user-agent', this.#options.userAgent]
    if (body !== undefined) headers.push('content-type', 'application/json')
    const request = { method, path: this.#prefix + path, headers, body: body ?? null }
    const answer = await exchange(pool, { request, timeoutMs: this.#options.timeoutMs, sent })
    return answer.mapErr((error) => ('msg' in error ? { ...error, msg: cleanText(error.msg, token) } : error))
  }

  /** Destroys what is in flight and closes every connection. */
  async close(): Promise<void> {
    this.#isClosed = true
    const pool = await this.#pool
    await pool?.destroy()
  }

  async #createPool(): Promise<Pool> {
    const { connections, timeoutMs } = this.#options
    const { default: UndiciPool } = await import('undici/lib/dispatcher/pool.js')
    return new UndiciPool(this.#origin, {
      connections,
      connectTimeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS),
      // Each exchange has a deadline of its own, for all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
      // One request a connection at a time, over HTTP/1.1: behind another, or in an HTTP/2 session that is closed, undici would
      // send a request anew by itself.
      pipelining: 1,
      allowH2: false,
    })
  }
}
