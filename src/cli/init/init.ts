import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ResultAsync } from 'neverthrow'
import { makeFolders } from '../../lockfile/folders.ts'
import { readRegularFile } from '../../lockfile/regular.ts'
import { hasEntries } from './entries.ts'
import { folderTsconfig, TYPES_PATH } from './tsconfig.ts'

/** What `init` puts into a folder, as the package ships it. */
export interface InitFiles {
  /** `dist/index.d.ts`: the types of `aigw-sync`, one file that needs no other. */
  readonly types: string
  /** `config.example.ts` */
  readonly example: string
}

/** Paths below the folder. */
export interface InitOutcome {
  readonly created: readonly string[]
  /** Ours, and older than this version. */
  readonly refreshed: readonly string[]
  /** There already, and left as it was. */
  readonly kept: readonly string[]
  /** The folder has a `tsconfig.json` of the user's own, which does not name our types. */
  readonly untyped: boolean
}

/** What could not be read or written: the system's code and sentence. */
export interface InitError {
  readonly type: 'not-a-folder' | 'not-found' | 'refused'
  readonly path: string
  readonly code: string
  readonly msg: string
}

type Outcome = keyof InitOutcome

/**
 * Makes a folder that an editor understands without `npm install`: types, a `tsconfig.json` that finds them, and an example if
 * nothing is declared yet. Nothing of the user's is overwritten; doing it again changes nothing, or brings the types up to date.
 * @returns err when the folder or a file in it cannot be made; what was made before stays
 */
export const initFolder: (dir: string, files: InitFiles) => ResultAsync<InitOutcome, InitError> = ResultAsync.fromThrowable(
  makeFolder,
  describeFailure,
)

/**
 * The files that `init` needs, from the package's own folder.
 * @returns err when the package is not built or not whole
 */
export const shippedFiles: (packageFolder: string) => ResultAsync<InitFiles, InitError> = ResultAsync.fromThrowable(
  async (packageFolder) => ({
    types: await readFile(join(packageFolder, 'dist/index.d.ts'), 'utf8'),
    example: await readFile(join(packageFolder, 'config.example.ts'), 'utf8'),
  }),
  describeMissing,
)

async function makeFolder(dir: string, { types, example }: InitFiles): Promise<InitOutcome> {
  await makeFolders(dirname(join(dir, TYPES_PATH)), 0o755)
  const isEmpty = !(await hasEntries(dir))
  const outcomes: readonly (readonly [string, Outcome])[] = [
    [TYPES_PATH, await refresh(join(dir, TYPES_PATH), types)],
    ['tsconfig.json', await createOnly(join(dir, 'tsconfig.json'), folderTsconfig())],
    ...(isEmpty ? [['example.ts', await createOnly(join(dir, 'example.ts'), example)] as const] : []),
  ]
  const pathsOf = (wanted: Outcome): string[] => outcomes.filter(([, outcome]) => outcome === wanted).map(([path]) => path)
  const untyped = !(await readText(join(dir, 'tsconfig.json'))).includes(TYPES_PATH)
  return { created: pathsOf('created'), refreshed: pathsOf('refreshed'), kept: pathsOf('kept'), untyped }
}

/** The modes do not depend on a generous umask: the daemon refuses what others may write. */
async function createOnly(path: string, content: string): Promise<Outcome> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o644 })
    return 'created'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'kept'
    throw error
  }
}

async function refresh(path: string, content: string): Promise<Outcome> {
  if ((await createOnly(path, content)) === 'created') return 'created'
  if ((await readText(path)) === content) return 'kept'
  await writeFile(path, content)
  return 'refreshed'
}

/** What stands in the folder may be anything. */
async function readText(path: string): Promise<string> {
  return (await readRegularFile(path, LARGEST_FILE)).toString()
}

/** In bytes, and more than any file that is kept or refreshed here takes. */
const LARGEST_FILE = 16 * 1024 * 1024

function describeFailure(error: unknown): InitError {
  const { code, path = '', message } = error as NodeJS.ErrnoException
  if (code === undefined) throw error // no failure of the file system, so a fault of ours
  return { type: code === 'ENOTDIR' || code === 'EEXIST' ? 'not-a-folder' : 'refused', path, code, msg: message }
}

function describeMissing(error: unknown): InitError {
  const failure = describeFailure(error)
  return failure.code === 'ENOENT' ? { ...failure, type: 'not-found' } : failure
}
