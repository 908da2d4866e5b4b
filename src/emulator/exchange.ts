import type { IncomingHttpHeaders } from 'node:http'

/** A request as the emulator received it. */
export interface EmulatedRequest {
  /** Counts from 1, in the order in which requests arrived whole. */
  readonly number: number
  readonly method: string
  /** Without the query, percent-encoded as it came. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** The body as text, empty where there is none; undefined when it is too large or not UTF-8. */
  readonly text: string | undefined
  /** The body read as JSON; undefined when it is none. */
  readonly body: unknown
  /** Why there is a body that cannot be read. */
  readonly unreadable?: 'too-large' | 'not-utf-8' | 'not-json'
  /** When it arrived: milliseconds by the emulator's clock. */
  readonly at: number
}

/** What is sent back. */
export interface Reply {
  readonly status: number
  /** A string is sent as it is, anything else as JSON; undefined sends no body. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request and what became of it. */
export interface Exchange {
  readonly request: EmulatedRequest
  /** `/access-keys/{id}`; undefined for a path that does not exist. */
  readonly template: string | undefined
  /**
   * `reset`: nothing was done, the connection was cut. `lost`: it was carried out, the connection was cut without the answer.
   * `late`: the connection was cut, and it is carried out later, where the emulator is not closed before.
   */
  readonly outcome: 'answered' | 'reset' | 'lost' | 'late'
  /** The answer, also the one that got lost; undefined where nothing has been done. */
  readonly reply: Reply | undefined
  /** True when an interceptor, not the emulator, made up the reply. */
  readonly scripted: boolean
}

/** Lets a test decide about single requests. Each function may answer with a promise: the request is held until it settles. */
export interface Interceptor {
  /** Asked before anything is done, faults and the token's check included. A reply is sent instead of carrying the request out. */
  readonly before?: (request: EmulatedRequest) => Verdict<'reset'> | Promise<Verdict<'reset'>>
  /** Asked when the request has been carried out (or refused) and the answer not sent yet. A reply replaces the answer. */
  readonly after?: (request: EmulatedRequest, reply: Reply) => Verdict<'lose'> | Promise<Verdict<'lose'>>
}

export type Verdict<Cut extends string> = 'continue' | Cut | Reply
