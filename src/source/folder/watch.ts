import { realpathSync, type Stats } from 'node:fs'
import { basename, join } from 'node:path'
import { concern, isLeftAlone } from './rules.ts'
import { errorCode } from './system.ts'

export interface WatchHandlers {
  /** Something happened at a path below the folder. */
  readonly heard: (path: string) => void
  /** The same, from an event that comes some milliseconds late, or again. */
  readonly heardLate: (path: string) => void
  /** The same of a file that is there. */
  readonly heardAgain: (path: string) => void
  /** Some of the folder is not watched. */
  readonly failed: (error: Error) => void
}

export interface Watch {
  close(): Promise<void>
}

/**
 * Watches a folder and all below it. Whatever is heard is a hint to look, never a fact.
 *
 * chokidar keeps the watches; its raw events come first and all of them come, while its considered events wait for a `stat` and are
 * thinned out (a second change within 50 ms comes at their end), but also tell what it finds by looking into new folders.
 *
 * @param dir absolute
 * @returns once everything that exists is watched
 */
export async function startWatch(dir: string, { heard, heardLate, heardAgain, failed }: WatchHandlers): Promise<Watch> {
  const { watch } = await import('chokidar')
  const watcher = watch(dir, {
    ignoreInitial: true,
    followSymlinks: true, // so that what happens behind a link is told under the link's name
    atomic: false,
    ignorePermissionErrors: true, // looking tells what cannot be read
    ignored: ignoredBelow(dir),
  })
  const pass = (path: string, tell: (path: string) => void): void => {
    const below = pathBelow(dir, path)
    const where = below === undefined ? undefined : concern(below)
    if (where !== undefined) tell(where)
  }
  watcher.on('raw', (_event, name, details) => {
    const path = rawPath(name, details)
    if (path !== undefined) pass(path, heard)
  })
  watcher.on('all', (event, path) => pass(path, event === 'add' || event === 'change' ? heardAgain : heardLate))
  watcher.on('error', (error) => {
    if (!isOfOnePath(error)) failed(error instanceof Error ? error : new Error(String(error)))
  })
  await new Promise<void>((resolve) => void watcher.once('ready', resolve))
  return { close: () => watcher.close() }
}

/** A link that leads back to itself concerns nobody else: looking tells of it. */
function isOfOnePath(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOOP'
}

/**
 * Decided by the path alone wherever it can be: chokidar lists a whole folder again when a name it does not know vanishes, which
 * every save by way of a temporary file would cause.
 */
function ignoredBelow(dir: string): (path: string, stats?: Stats) => boolean {
  return (path, stats) => {
    const below = pathBelow(dir, path)
    if (below === undefined || below === '') return false
    return below.split('/').some(isLeftAlone) || (stats?.isSymbolicLink() === true && leadsOut(dir, path))
  }
}

/** Not to be followed: it may lead to a whole file system. */
function leadsOut(dir: string, link: string): boolean {
  try {
    const root = realpathSync.native(dir)
    const real = realpathSync.native(link)
    return real !== root && !real.startsWith(`${root}/`)
  } catch (error) {
    errorCode(error)
    return false // leads nowhere at present
  }
}

function pathBelow(dir: string, path: string): string | undefined {
  if (path === dir) return ''
  return path.startsWith(`${dir}/`) ? path.slice(dir.length + 1) : undefined
}

/** A folder's own fate is told under its own name, as if that were in it. */
function rawPath(name: string | null, details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null || !('watchedPath' in details)) return undefined
  const watched = String(details.watchedPath)
  return name === null || name === basename(watched) ? watched : join(watched, name)
}
