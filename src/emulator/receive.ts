import type { IncomingMessage } from 'node:http'
import { ResultAsync } from 'neverthrow'
import type { EmulatedRequest } from './exchange.ts'

/** A request without its place among the others. */
export type Content = Omit<EmulatedRequest, 'number' | 'at'>

/** Reads a request to its end. Undefined when the client went away before that. */
export async function receive(message: IncomingMessage): Promise<Content | undefined> {
  const bytes = await readBytes(message)
  if (bytes.isErr()) return undefined
  const { method = '', url = '', headers } = message
  const [path = '', ...search] = url.split('?')
  return { method, path, query: new URLSearchParams(search.join('?')), headers, ...readJson(bytes.value) }
}

/** Ample: the API document bounds the labels and not the lists. */
const BODY_LIMIT = 1_048_576

/** The bytes of the body; undefined when they are too many. Read to the end in any case, so that the client hears the answer. */
const readBytes = ResultAsync.fromThrowable(async (message: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= BODY_LIMIT) chunks.push(chunk)
  }
  return size <= BODY_LIMIT ? Buffer.concat(chunks) : undefined
})

function readJson(bytes: Buffer | undefined): Pick<EmulatedRequest, 'text' | 'body' | 'unreadable'> {
  if (bytes === undefined) return { text: undefined, body: undefined, unreadable: 'too-large' }
  const text = bytes.toString('utf8')
  if (!bytes.equals(Buffer.from(text, 'utf8'))) return { text: undefined, body: undefined, unreadable: 'not-utf-8' }
  try {
    return { text, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
  } catch {
    return { text, body: undefined, unreadable: 'not-json' } // the emulator answers 400
  }
}
