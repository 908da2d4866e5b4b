import { randomUUID } from 'node:crypto'
import { link, lstat, mkdir, open, realpath, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { ResultAsync } from 'neverthrow'
import { makeFolders } from '../../lockfile/folders.ts'

/** Why nothing was written: `exists` where something is there already, else the system's code and sentence. */
export interface WriteError {
  readonly type: 'exists' | 'refused'
  readonly code: string
  readonly msg: string
}

/**
 * Makes the folder where it is missing, as `init` does.
 * @returns its path without links, or err where it cannot be had
 */
export const makeRoot: (dir: string) => ResultAsync<string, WriteError> = ResultAsync.fromThrowable(async (dir) => {
  await makeFolders(dir, 0o755)
  return realpath(dir)
}, describe)

/**
 * Puts a new module below a folder, whole at once: its text goes to a file aside, under a name that is left alone, and then takes
 * the module's name, which a link does only where nothing has it. So a daemon that watches sees all of it or nothing, and what is
 * there stays, whoever came first.
 * @param root without a link in its path
 */
export const writeModule: (root: string, file: string, text: string) => ResultAsync<void, WriteError> = ResultAsync.fromThrowable(
  async (root, file, text) => {
    const target = join(root, file)
    await makeBelow(root, dirname(target))
    const aside = join(dirname(target), `.import-${randomUUID()}.tmp`)
    try {
      await writeNew(aside, text)
      await link(aside, target)
    } finally {
      await rm(aside, { force: true })
    }
  },
  describe,
)

/** One by one, so that none is made behind a link that leads elsewhere. */
async function makeBelow(root: string, folder: string): Promise<void> {
  const names = relative(root, folder).split('/').filter(Boolean)
  for (let depth = 1; depth <= names.length; depth += 1) {
    const path = resolve(root, ...names.slice(0, depth))
    await mkdir(path, { mode: 0o755 }).catch(ignoreExisting)
    if (!(await lstat(path)).isDirectory()) throw systemError('ENOTDIR', `${path} is in the way: it is not a folder`)
  }
}

/** Durable before it has its name: a power cut must not leave a module with nothing in it. */
async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', 0o644)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

function describe(error: unknown): WriteError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) throw error // no failure of the file system, so a fault of ours
  return { type: code === 'EEXIST' ? 'exists' : 'refused', code, msg: message }
}
