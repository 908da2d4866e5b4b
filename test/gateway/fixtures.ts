import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import type { Result } from 'neverthrow'
import { onTestFinished } from 'vitest'
import { type LimitedGateway, openGateway } from '../../src/gateway/client.ts'
import type { GatewayOptions, Limits } from '../../src/gateway/options.ts'
import type { Draft } from '../../src/gateway/gateway.ts'
import type { EventFields, EventName, SyncEvent } from '../../src/model/events.ts'

export const TOKEN = 'ngrok-api-key-s3cr3t'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Handler = (request: Received, response: ServerResponse, number: number) => void

export interface Server {
  readonly url: string
  readonly port: number
  readonly received: Received[]
}

/** An HTTP server for one test; `number` counts requests from 1. */
export async function serve(handler: Handler, host = '127.0.0.1', port = 0): Promise<Server> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      received.push({ method, url, headers, body })
      handler({ method, url, headers, body }, response, received.length)
    })
  })
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = await listen(server, host, port)
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`, port: address.port, received }
}

/** A TCP server for one test, for answers that no HTTP server would give. `number` counts connections from 1. */
export async function serveRaw(onConnection: (socket: Socket, number: number) => void): Promise<{ url: string }> {
  const sockets = new Set<Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket, sockets.size)
  })
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = await listen(server, '127.0.0.1', 0)
  return { url: `http://127.0.0.1:${port}` }
}

function listen(server: net.Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = net.createServer()
  const { port } = await listen(server, '127.0.0.1', 0)
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface Trial {
  readonly gateway: LimitedGateway
  /** What is told without being asked for each request. */
  readonly events: SyncEvent[]
  readonly told: <Name extends EventName>(name: Name) => ({ event: Name } & EventFields[Name])[]
}

/**
 * For a server that lets the first request wait in vain: it is given up after a second. Those after it have all the time that a busy
 * machine takes.
 * @param isFirst whether it is the first that is under way
 */
export function impatientAtFirst(isFirst: () => boolean): Pick<GatewayOptions, 'limits'> {
  const limits = { concurrency: 1, retries: 3, rateLimit: 'off' } as const
  return { limits: () => ({ ...limits, requestTimeoutMs: isFirst() ? 1_000 : 20_000 }) }
}

/** A gateway for one test, without waits between attempts. */
export function trial(apiUrl: string, options: Partial<GatewayOptions & Limits> = {}): Trial {
  const { concurrency = 8, requestTimeoutMs = 20_000, retries = 3, rateLimit = 'off', ...others } = options
  const [all, events]: [SyncEvent[], SyncEvent[]] = [[], []]
  const gateway = openGateway(
    {
      apiUrl,
      token: () => TOKEN,
      limits: () => ({ concurrency, requestTimeoutMs, retries, rateLimit }),
      patience: 'endless',
      userAgent: 'aigw-sync/test',
      random: () => 0,
      ...others,
    },
    (event) => {
      all.push(event)
      if (event.event !== 'gateway.requested') events.push(event)
    },
  )
  onTestFinished(() => gateway.close(0))
  const told = <Name extends EventName>(name: Name) =>
    all.filter((event): event is { event: Name } & EventFields[Name] & SyncEvent => event.event === name)
  return { gateway, events, told }
}

export const draft = (): Draft => ({
  configuration: {
    name: 'Chatbot',
    description: 'In production',
    metadata: { team: 'a' },
    access: { models: { allow: ['openai/gpt-4o'] } },
    router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: 'aigpk_1' }] }, { type: 'ngrok' }] }] },
  },
  stamp: { owner: 'default', key: 'team-a/chatbot', nonce: 'AAAAAAAAAAAAAAAAAAAAAA' },
})

/** A configuration as the gateway sends it. */
export function sentConfiguration(id: string, more: object = {}): Record<string, unknown> {
  const by = { id: 'usr_1', uri: 'https://api.example/users/usr_1' }
  const times = { createdAt: '2026-07-01T00:00:00Z', updatedAt: '2026-07-02T00:00:00Z' }
  return { id, uri: `https://api.example/${id}`, name: id, ...times, createdBy: by, lastUpdatedBy: by, ...more }
}

/** An access key as the gateway sends it, linked or not. */
export function sentAccessKey(id: string, configurationId: string | null, more: object = {}): Record<string, unknown> {
  const { name: _, ...rest } = sentConfiguration(id)
  const accessKeyConfiguration = configurationId && { id: configurationId, uri: '', name: 'Chatbot' }
  return { ...rest, keyRedacted: 'ngrok-***abcd', lastUsed: null, accessKeyConfiguration, ...more }
}

/** A provider key as the gateway sends it. */
export function sentProviderKey(id: string, more: object = {}): Record<string, unknown> {
  return {
    ...sentConfiguration(id),
    providerId: 'openai',
    name: 'prod',
    keyRedacted: 'sk-proj-01***ghij',
    lastUsed: null,
    ...more,
  }
}

export function sendProviderKeys(response: ServerResponse, keys: readonly unknown[], nextPageUri: string | null = null): void {
  sendJson(response, 200, { aiGatewayProviderKeys: keys, uri: '', nextPageUri })
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(JSON.stringify(body))
}

export function refuse(response: ServerResponse, status: number, errorCode?: string, headers: Record<string, string> = {}): void {
  sendJson(response, status, { errorCode, statusCode: status, msg: `no: ${status}`, details: { operation_id: 'op_1' } }, headers)
}

export function sendPage(response: ServerResponse, ids: readonly string[], nextPageUri: string | null = null): void {
  sendJson(response, 200, { aiGatewayAccessKeyConfigurations: ids.map((id) => sentConfiguration(id)), uri: '', nextPageUri })
}

export function sendAccessKeys(response: ServerResponse, keys: readonly unknown[], nextPageUri: string | null = null): void {
  sendJson(response, 200, { aiGatewayAccessKeys: keys, uri: '', nextPageUri })
}

/** Answers a create as the gateway would: with an id, and provider keys by name. */
export const created: Handler = ({ body }, response) =>
  sendJson(response, 201, sentConfiguration('aigac_1', JSON.parse(body, named) as object))

function named(key: string, value: unknown): unknown {
  return key === 'keys' ? (value as object[]).map((id) => Object.assign(id, { name: 'prod', keyRedacted: 'sk-***abcd' })) : value
}

export function valueOf<T, E>(result: Result<T, E>): T {
  if (result.isErr()) throw new Error(`expected success, got ${JSON.stringify(result.error)}`)
  return result.value
}

export function errorOf<T, E>(result: Result<T, E>): E {
  if (result.isOk()) throw new Error(`expected an error, got ${JSON.stringify(result.value)}`)
  return result.error
}
