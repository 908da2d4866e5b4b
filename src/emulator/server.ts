import { once } from 'node:events'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { ResultAsync } from 'neverthrow'
import type { EmulatedRequest, Exchange, Reply } from './exchange.ts'
import { receive } from './receive.ts'
import type { RequestLogFeed } from './request-log.ts'

/** The emulator cannot listen: `EADDRINUSE`, `EACCES`, `ERR_SOCKET_BAD_PORT`, … */
export interface EmulatorError {
  readonly type: 'listen'
  readonly code: string
  readonly msg: string
}

export interface Listening {
  readonly server: Server
  /** `http://127.0.0.1:4040` */
  readonly url: string
}

/** @returns err when the address cannot be had */
export function listen(host: string, port: number): ResultAsync<Listening, EmulatorError> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS })
  return tryListen(server, host, port).map(() => {
    const { address, family, port: bound } = server.address() as AddressInfo
    return { server, url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}` }
  })
}

export interface ServeOptions {
  readonly handle: (request: EmulatedRequest) => Promise<Exchange>
  readonly feed: RequestLogFeed
  readonly now: () => number
  /** How long an answer waits from when its request has been handled. */
  readonly latencyMs: () => number
  /** Once true, nobody is told of anything any more. */
  readonly closed: () => boolean
}

/** Answers the server's requests, or cuts their connections, as `handle` decides. */
export function serveRequests(server: Server, options: ServeOptions): void {
  server.on('request', (message: IncomingMessage, response: ServerResponse) => void serve(message, response, options))
}

/** Longer than any client keeps a connection, so that it is never we who close one that is about to be used. */
const KEEP_ALIVE_MS = 600_000

const tryListen = ResultAsync.fromThrowable(
  async (server: Server, host: string, port: number) => {
    server.listen(port, host)
    await once(server, 'listening')
  },
  (cause): EmulatorError => {
    const { code = 'UNKNOWN', message } = cause as NodeJS.ErrnoException
    return { type: 'listen', code, msg: message }
  },
)

async function serve(message: IncomingMessage, response: ServerResponse, options: ServeOptions): Promise<void> {
  const { handle, feed, now, latencyMs, closed } = options
  const content = await receive(message)
  if (!content) return
  const delay = latencyMs()
  const exchange = await handle(feed.received(content, now()))
  if (delay > 0 && exchange.reply) await wait(delay, undefined, { ref: false })
  if (closed()) return
  feed.done(exchange)
  deliver(exchange, message, response)
}

function deliver({ outcome, reply }: Exchange, { socket }: IncomingMessage, response: ServerResponse): void {
  if (outcome === 'reset') socket.resetAndDestroy()
  else if (outcome === 'lost' || outcome === 'late') socket.destroy()
  else if (reply) send(response, reply)
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, {
    ...(payload !== '' && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    ...headers,
  })
  response.end(payload)
}
