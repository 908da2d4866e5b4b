import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncFolder } from './target.ts'

/** Whole, or in parts, each of which is asked for when the ones before it are written. */
export type Text = string | Iterable<string>

/**
 * Replaces a file so that a reader, a crash or a power cut at any moment meets the whole old text or the whole new one: the text
 * goes to a temporary file beside it and is made durable there, then takes the name, then the name is made durable. Whoever
 * sees this resolve may rely on the text being there after a power cut.
 * @throws system errors; the old file is then untouched, but where only the name could not be made durable
 */
export async function replaceFile(path: string, text: Text): Promise<void> {
  const temporary = temporaryPath(path)
  try {
    await writeNew(temporary, text)
    await rename(temporary, path)
  } catch (error) {
    await removeQuietly(temporary)
    throw error
  }
  await syncFolder(dirname(path))
}

/** `.<name>.<pid>.tmp` in the same folder, since a rename cannot leave the file system. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
}

/** Exclusive, so that a link which somebody laid under that name is never written through. */
async function writeNew(path: string, text: Text): Promise<void> {
  await rm(path, { force: true })
  const handle = await open(path, 'wx', 0o600)
  try {
    for (const part of typeof text === 'string' ? [text] : text) await writePart(handle, part)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Node.js encodes a text that it is to write itself, into memory that is free again once it is written. `writeFile` makes a `Buffer` of each part,
 * which stays until V8 collects: 0.4 MB for each of many writes with 1,000 entries, and what malloc has once had of the system it keeps.
 */
async function writePart(handle: FileHandle, part: string): Promise<void> {
  const { bytesWritten } = await handle.write(part)
  if (bytesWritten < Buffer.byteLength(part)) await handle.writeFile(Buffer.from(part).subarray(bytesWritten))
}

/** The failure that led here is the one to tell of; what stays behind is removed before the next write, or at the next start. */
async function removeQuietly(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined)
}
