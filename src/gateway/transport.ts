import { err, type Result } from 'neverthrow'
import type { Pool } from 'undici'
import { CANCELED, type GatewayError } from './errors.ts'
import { exchange, type Answer } from './exchange.ts'
import type { Limits } from './options.ts'
import { cleanText } from './text.ts'

/** The longest wait for a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000

/** What is ever asked of the gateway. */
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

type PoolLimits = Pick<Limits, 'concurrency' | 'requestTimeoutMs'>

export interface TransportOptions {
  /** With or without a path prefix. */
  readonly apiUrl: string
  /** Always as they are now. */
  readonly limits: () => PoolLimits
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
  #current: { readonly pool: Promise<Pool>; readonly limits: PoolLimits } | undefined
  /** For other limits: they finish what they were given. */
  readonly #former = new Set<Promise<Pool>>()
  #isClosed = false

  constructor(options: TransportOptions) {
    const { origin, pathname } = new URL(options.apiUrl)
    this.#options = options
    this.#origin = origin
    this.#prefix = pathname.replace(/\/+$/, '')
  }

  /** Gets ready to send. The HTTP client takes longer to import than all of the daemon, so that waits until it is needed. */
  open(): Promise<Pool> {
    const limits = this.#options.limits()
    const { concurrency, requestTimeoutMs } = this.#current?.limits ?? {}
    if (this.#current && limits.concurrency === concurrency && limits.requestTimeoutMs === requestTimeoutMs)
      return this.#current.pool
    if (this.#current) void this.#retire(this.#current.pool)
    this.#current = { pool: this.#createPool(limits), limits }
    return this.#current.pool
  }

  async send({ method, path, body, token }: Outgoing, sent: () => void): Promise<Result<Answer, GatewayError>> {
    const pool = await this.open()
    if (this.#isClosed) return err(CANCELED)
    const headers = ['authorization', `Bearer ${token}`, 'accept', 'application/json', 'user-agent', this.#options.userAgent]
    if (body !== undefined) headers.push('content-type', 'application/json')
    const request = { method, path: this.#prefix + path, headers, body: body ?? null }
    const answer = await exchange(pool, { request, timeoutMs: this.#options.limits().requestTimeoutMs, sent })
    return answer.mapErr((error) => ('msg' in error ? { ...error, msg: cleanText(error.msg, token) } : error))
  }

  /** Destroys what is in flight and closes every connection. */
  async close(): Promise<void> {
    this.#isClosed = true
    const pools = [...this.#former, ...(this.#current ? [this.#current.pool] : [])]
    await Promise.all(pools.map(async (pool) => (await pool).destroy()))
  }

  /** Who was handed it sends before it is told to close: they waited for it first. */
  async #retire(former: Promise<Pool>): Promise<void> {
    this.#former.add(former)
    const pool = await former
    await pool.close()
    this.#former.delete(former)
  }

  async #createPool({ concurrency: connections, requestTimeoutMs: timeoutMs }: PoolLimits): Promise<Pool> {
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
