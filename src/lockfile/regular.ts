import { constants, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'

/**
 * Reads a file, and nothing that is none. `O_NONBLOCK`, since opening a named pipe would wait for somebody to write to it.
 * @throws system errors; `EINVAL` where it is no file, `EFBIG` where it has more than `most` bytes
 */
export async function readRegularFile(path: string, most: number): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw refusal('EINVAL', path, `expected a file, found ${kindOf(stat)}; move it away`)
    if (stat.size > most) throw refusal('EFBIG', path, `expected at most ${most} bytes, found ${stat.size}; move it away`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

function refusal(code: string, path: string, message: string): Error {
  return Object.assign(new Error(message), { code, path })
}

function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'a folder'
  return stat.isFIFO() ? 'a named pipe' : 'a device'
}
