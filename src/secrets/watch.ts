import { statSync, type Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { FSWatcher } from 'chokidar'

/** Writing a file is several events: they are passed on together this many milliseconds after the first. */
const SETTLE_MS = 50

/** Kubernetes swaps this link, and with it every file of the folder. */
const SWAPPED = '..data'

export interface FileWatch {
  /**
   * Watches for these instead, absolute; also looks again for folders that were not there. Resolves when it does.
   * @returns whether something is watched that was not before: what happened to it until now was not heard of
   */
  follow(paths: Iterable<string>): Promise<boolean>
  close(): Promise<void>
}

export interface WatchHandlers {
  /** Something happened to the file at a path, as `follow` was given it, or may have: a hint to read it, never a fact. */
  readonly heard: (path: string) => void
  /** Some of it is not watched. */
  readonly failed: (error: Error) => void
}

/**
 * Watches files by their folders, so that one that is replaced, swapped by way of a link, or not there yet is heard of as well.
 * A folder that does not exist is not watched. Nothing is watched, or imported, before `follow`.
 */
export function watchFiles(handlers: WatchHandlers): FileWatch {
  return new FolderWatch(handlers)
}

class FolderWatch implements FileWatch {
  readonly #failed: (error: Error) => void
  readonly #hints: Hints
  #followed: Followed = { paths: new Set(), folders: new Map() }
  #watcher: FSWatcher | undefined
  /** One after the other. */
  #turn: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor({ heard, failed }: WatchHandlers) {
    this.#failed = failed
    this.#hints = new Hints(heard)
  }

  async follow(paths: Iterable<string>): Promise<boolean> {
    const wanted = new Set(paths)
    let isNew = false
    await this.#take(async () => {
      const next: Followed = { paths: wanted, folders: foldersOf(wanted) }
      if (this.#isClosed || isDeepStrictEqual(this.#followed, next)) return
      const before = this.#watcher
      this.#watcher = next.folders.size === 0 ? undefined : await this.#watch(next)
      this.#followed = next
      isNew = next.folders.size > 0
      await before?.close()
    })
    return isNew
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#hints.close()
    await this.#take(async () => {
      await this.#watcher?.close()
      this.#watcher = undefined
    })
  }

  #take(task: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(task).catch((error: unknown) => this.#failed(asError(error)))
    return this.#turn
  }

  async #watch(followed: Followed): Promise<FSWatcher> {
    const { watch } = await import('chokidar')
    const watcher = watch([...followed.folders.keys()], {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: true, // what is written behind a link is heard of under the link's name
      atomic: false,
      ignorePermissionErrors: true, // reading tells what cannot be read
      ignored: (path) => !followed.folders.has(path) && !isConcerned(followed, path),
    })
    const tell = (path: string) => this.#tell(followed, path)
    watcher.on('raw', (_event, name, details) => tell(rawPath(name, details)))
    watcher.on('all', (_event, path) => tell(path))
    watcher.on('error', (error) => this.#failed(asError(error)))
    await new Promise<void>((resolve) => void watcher.once('ready', resolve))
    return watcher
  }

  #tell({ paths }: Followed, path: string): void {
    if (paths.has(path)) return this.#hints.add(path)
    if (basename(path) !== SWAPPED) return
    for (const each of paths) if (dirname(each) === dirname(path)) this.#hints.add(each)
  }
}

interface Followed {
  readonly paths: ReadonlySet<string>
  /** Those that exist, each with what tells it from another of its name. */
  readonly folders: ReadonlyMap<string, string>
}

function foldersOf(paths: ReadonlySet<string>): Followed['folders'] {
  const folders = new Map<string, string>()
  for (const folder of new Set([...paths].map((path) => dirname(path)))) {
    const stats = statsOf(folder)
    if (stats?.isDirectory()) folders.set(folder, `${stats.dev}:${stats.ino}`)
  }
  return folders
}

function statsOf(folder: string): Stats | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false })
  } catch {
    return undefined // reading a file in it tells what is wrong
  }
}

function isConcerned({ paths }: Followed, path: string): boolean {
  return paths.has(path) || basename(path) === SWAPPED
}

/** A file's own watch tells its name as well: as if that were in it. */
function rawPath(name: string | null, details: unknown): string {
  const watched = typeof details === 'object' && details !== null && 'watchedPath' in details ? String(details.watchedPath) : ''
  return name === null || name === basename(watched) ? watched : join(watched, name)
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

/** Collects paths for a while, and passes each on once. */
class Hints {
  readonly #heard: (path: string) => void
  readonly #paths = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(heard: (path: string) => void) {
    this.#heard = heard
  }

  add(path: string): void {
    if (this.#isClosed) return
    this.#paths.add(path)
    this.#timer ??= setTimeout(() => this.#flush(), SETTLE_MS)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #flush(): void {
    this.#timer = undefined
    const paths = [...this.#paths]
    this.#paths.clear()
    for (const path of paths) this.#heard(path)
  }
}
