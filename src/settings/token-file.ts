import { constants, openSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { type FileProblem, LARGEST_FILE, readSmallFile } from '../secrets/file.ts'

/** So long a pipe may take to give the token, in milliseconds. */
const PATIENCE_MS = 30_000

/**
 * The text of a file, or of a pipe, as `AI_GATEWAY_API_KEY_FILE=<(pass show ngrok)` gives one. Devices are not read: some never end.
 * @param patienceMs how long to wait for a pipe to end
 * @throws Error whose `code` is `ENOENT` where there is none
 */
export async function readTokenFile(path: string, patienceMs = PATIENCE_MS): Promise<string> {
  // Looked at before it is opened: who writes to a pipe would see it opened and closed.
  return (await stat(path)).isFIFO() ? readPipe(path, patienceMs) : readTokenAgain(path)
}

/** The same without pipes: one gives its token once. */
export async function readTokenAgain(path: string): Promise<string> {
  const read = await readSmallFile(path)
  if (read.isOk()) return read.value.text
  throw asError(read.error)
}

function asError({ type, msg }: FileProblem): Error {
  return Object.assign(new Error(msg), { code: type === 'missing' ? 'ENOENT' : type })
}

/** Up to its end. It is opened without waiting for somebody to write to it, which nothing could call off. */
function readPipe(path: string, patienceMs: number): Promise<string> {
  const pipe = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false })
  const pieces: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => pipe.destroy(new Error(`nothing whole came through the pipe within ${patienceMs} ms`)),
      patienceMs,
    )
    pipe.on('data', (piece: Buffer) => {
      length += piece.length
      if (length > LARGEST_FILE) pipe.destroy(new Error(`it is larger than ${LARGEST_FILE / 1024} KiB`))
      else pieces.push(piece)
    })
    pipe.on('end', () => resolve(Buffer.concat(pieces).toString()))
    pipe.on('error', reject)
    pipe.on('close', () => clearTimeout(timer))
  })
}
