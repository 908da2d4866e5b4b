/** What a folder holds, for showing that nobody touched it. */
import { createHash } from 'node:crypto'
import { chmod, lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One line for each file and folder: mode, size, time of the last change to a nanosecond, content. */
export async function traces(folder: string): Promise<readonly string[]> {
  const paths = [folder, ...(await everythingIn(folder))]
  return Promise.all(
    paths.map(async (path) => {
      const stats = await lstat(path, { bigint: true })
      const hash = stats.isFile()
        ? createHash('sha256')
            .update(await readFile(path))
            .digest('hex')
        : ''
      return `${path} ${stats.mode.toString(8)} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs} ${hash}`
    }),
  )
}

/** Takes the right to write from everything in a folder. @returns gives it back */
export async function makeReadOnly(folder: string): Promise<() => Promise<void>> {
  const paths = [...(await everythingIn(folder)), folder]
  const before = await Promise.all(paths.map(async (path) => [path, (await lstat(path)).mode] as const))
  for (const [path, mode] of before) await chmod(path, mode & 0o555)
  return async () => {
    for (const [path, mode] of before.toReversed()) await chmod(path, mode)
  }
}

async function everythingIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true })
  return found.toSorted().map((path) => join(folder, path))
}
