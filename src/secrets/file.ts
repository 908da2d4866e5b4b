import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { getSystemErrorMap } from 'node:util'
import { err, ok, ResultAsync, type Result } from 'neverthrow'

/** The largest file that is read, in bytes: keys are some hundred, the JSON of a service account some thousand. */
export const LARGEST_FILE = 64 * 1024

/** Why a file gives no text. `msg` is without its path and without anything of its content. */
export interface FileProblem {
  /** `special`: neither a file nor a folder, such as a FIFO. */
  readonly type: 'missing' | 'unreadable' | 'special' | 'folder' | 'large' | 'binary'
  readonly msg: string
}

/** What a file holds, and which one it is, whatever its name. */
export interface FileText {
  readonly text: string
  readonly identity: FileIdentity
}

/** Tells files apart by what they are, not by their names. */
export type FileIdentity = Pick<Stats, 'dev' | 'ino'>

/** Reads a small text. What is no regular file is not read, and does not make us wait; links are followed. */
export function readSmallFile(path: string): ResultAsync<FileText, FileProblem> {
  return new ResultAsync(readOpened(path))
}

async function readOpened(path: string): Promise<Result<FileText, FileProblem>> {
  let file: FileHandle | undefined
  try {
    // Opening a FIFO would wait for somebody to write into it.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return await readRegular(file)
  } catch (error) {
    return err(systemProblem(error))
  } finally {
    await file?.close()
  }
}

async function readRegular(file: FileHandle): Promise<Result<FileText, FileProblem>> {
  const stats = await file.stat()
  if (stats.isDirectory()) return err({ type: 'folder', msg: 'it is a folder' })
  if (!stats.isFile()) return err({ type: 'special', msg: 'it is no regular file' })
  const buffer = Buffer.alloc(LARGEST_FILE + 1)
  const length = await fill(file, buffer)
  const text = length > LARGEST_FILE ? LARGE : decode(buffer.subarray(0, length))
  buffer.fill(0)
  return typeof text === 'string' ? ok({ text, identity: stats }) : err(text)
}

/** Up to the end of the file, or of the buffer: files in memory may give less at a time than there is. */
async function fill(file: FileHandle, buffer: Buffer): Promise<number> {
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return length
}

const LARGE: FileProblem = { type: 'large', msg: `it is larger than ${LARGEST_FILE / 1024} KiB` }

function decode(bytes: Uint8Array): string | FileProblem {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? { type: 'binary', msg: 'it has a NUL character inside' } : text
  } catch {
    return { type: 'binary', msg: 'it is not UTF-8' }
  }
}

/** The system's words for an error: its message would repeat the path. */
function systemProblem(error: unknown): FileProblem {
  const { code = 'unknown error', errno } = error as NodeJS.ErrnoException
  const [, words] = (errno !== undefined && getSystemErrorMap().get(errno)) || []
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR'
  return { type: isMissing ? 'missing' : 'unreadable', msg: words === undefined ? code : `${words} (${code})` }
}
