import type { IncomingMessage, ServerResponse } from 'node:http'

/** What can be asked, by path. */
export type Routes = ReadonlyMap<string, { readonly [Name in Method]?: Handler }>

export type Method = 'GET' | 'POST'

/** @param body as it came; empty where none did */
export type Handler = (body: string) => Answer

export interface Answer {
  readonly status: number
  /** Sent as JSON. */
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
}

/** More than any request needs, in bytes. */
const MOST_BYTES = 1024

/** Answers one request, and ends its connection. What goes wrong with the request is told to who sent it, and to nobody else. */
export async function respond(request: IncomingMessage, response: ServerResponse, routes: Routes): Promise<void> {
  const body = await receive(request)
  if (body === undefined) return // whoever asked is gone
  const { status, body: content, headers } = answer(request, body, routes)
  const text = `${JSON.stringify(content)}\n`
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
    ...headers,
  })
  response.end(text)
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

function answer({ method = '', url = '' }: IncomingMessage, body: Body, routes: Routes): Answer {
  const methods = routes.get(url)
  if (!methods) return refusal(404, `there is no such path; expected one of ${[...routes.keys()].join(', ')}`)
  const handler = isMethod(method) ? methods[method] : undefined
  if (!handler) {
    const allow = Object.keys(methods).join(', ')
    return { ...refusal(405, `expected the method ${allow}`), headers: { allow } }
  }
  if (body === TOO_MUCH) return refusal(413, `expected a body of at most ${MOST_BYTES} bytes`)
  try {
    return handler(body)
  } catch {
    return refusal(500, 'this aigw-sync cannot answer that; its log tells how it fares') // a look must not end what is looked at
  }
}

export function refusal(status: number, error: string): Answer {
  return { status, body: { error } }
}

function isMethod(method: string): method is Method {
  return method === 'GET' || method === 'POST'
}
