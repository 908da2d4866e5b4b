import type { IncomingMessage, ServerResponse } from 'node:http'

/** What can be asked, by path. */
export type Routes = ReadonlyMap<Route[0], Route[1]>

export type Route = readonly [path: string, methods: { readonly [Name in Method]?: Handler }]

export type Method = 'GET' | 'POST'

/** @param body as it came; empty where none did */
export type Handler = (body: string) => Answer | Promise<Answer>

export type Answer = Told | Kept | Stream

interface Head {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Sent as JSON. */
export interface Told extends Head {
  readonly body: object
}

/** Sent as it is. */
export interface Kept extends Head {
  readonly content: Buffer
  /** A media type. */
  readonly type: string
}

/** Goes on until somebody ends it. */
export interface Stream extends Head {
  readonly type: string
  readonly begin: (response: ServerResponse) => void
}

/** @returns why a request is not answered as it asks, before what it asks is looked at */
export type Guard = (request: IncomingMessage) => Answer | undefined

/** More than any request needs, in bytes. */
const MOST_BYTES = 1024

/** How long an answer may take to be taken, in milliseconds: what nobody takes is not kept for long. */
const PATIENCE_MS = 30_000

/** Nothing of an answer is run, framed, kept or read by another site; what the page loads comes from here alone. */
const DEFENCES = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
}

/** Answers one request, and ends its connection. What goes wrong with the request is told to who sent it, and to nobody else. */
export async function respond(request: IncomingMessage, response: ServerResponse, routes: Routes, guard: Guard): Promise<void> {
  const body = await receive(request)
  if (body === undefined) return // whoever asked is gone
  const given = guard(request) ?? (await answer(request, body, routes))
  const head = { ...DEFENCES, connection: 'close', ...given.headers }
  if ('begin' in given) {
    response.writeHead(given.status, { 'content-type': given.type, ...head })
    given.begin(response)
    return
  }
  const { content, type } = 'content' in given ? given : written(given)
  const timer = setTimeout(() => response.destroy(), PATIENCE_MS).unref()
  response.on('close', () => clearTimeout(timer))
  response.writeHead(given.status, { 'content-type': type, 'content-length': content.length, ...head })
  response.end(content)
}

/** An answer as it is sent. */
export function written({ status, headers, body }: Told): Kept {
  const content = Buffer.from(`${JSON.stringify(body)}\n`)
  return { status, content, type: 'application/json', ...(headers && { headers }) }
}

type Body = string | typeof TOO_MUCH

const TOO_MUCH = Symbol('too much')

function receive(request: IncomingMessage): Promise<Body | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST_BYTES) resolve(TOO_MUCH)
      else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString()))
    request.on('error', () => resolve(undefined))
    request.on('close', () => resolve(undefined))
  })
}

async function answer({ method = '', url = '' }: IncomingMessage, body: Body, routes: Routes): Promise<Answer> {
  const methods = routes.get(url)
  if (!methods) return refusal(404, `there is no such path; expected one of ${[...routes.keys()].join(', ')}`)
  const handler = isMethod(method) ? methods[method] : undefined
  if (!handler) return wrongMethod(Object.keys(methods))
  if (body === TOO_MUCH) return refusal(413, `expected a body of at most ${MOST_BYTES} bytes`)
  try {
    return await handler(body)
  } catch {
    return refusal(500, 'this aigw-sync cannot answer that; its log tells how it fares') // a look must not end what is looked at
  }
}

export function refusal(status: number, error: string): Told {
  return { status, body: { error } }
}

export function wrongMethod(methods: readonly string[]): Answer {
  const allow = methods.join(', ')
  return { ...refusal(405, `expected the method ${allow}`), headers: { allow } }
}

function isMethod(method: string): method is Method {
  return method === 'GET' || method === 'POST'
}
