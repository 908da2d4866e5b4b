import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  /** Its `Content-Type`. */
  readonly type: string
  readonly content: string
}

/** What a daemon answers on its socket. */
export async function ask(socketPath: string, path: string): Promise<Answer> {
  const asking = request({ socketPath, path, agent: false }).end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', content: await text(response) }
}
