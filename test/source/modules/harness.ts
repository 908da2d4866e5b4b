import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ModuleProblem, SyncEvent } from '../../../src/model/events.ts'
import type { SourceFile } from '../../../src/source/folder/file.ts'
import type { Ahead } from '../../../src/source/evaluator/ahead.ts'
import {
  type Loaded as AnyLoaded,
  type Loader,
  openLoader,
  type Update as AnyUpdate,
} from '../../../src/source/modules/loader.ts'

/** Values are not looked at here, so that a module has one problem at most. */
export type Loaded =
  | Extract<AnyLoaded, { ok: true }>
  | { readonly ok: false; readonly file: string; readonly problem: ModuleProblem; readonly again?: boolean }

export interface Update extends Omit<AnyUpdate, 'loaded'> {
  readonly loaded: readonly Loaded[]
}

export interface Opened {
  readonly dir: string
  readonly loader: Loader
  readonly events: readonly SyncEvent[]
  /** What came late, in order. */
  readonly late: readonly Loaded[]
  /** A text under each path to upsert; null removes. */
  readonly update: (files: Readonly<Record<string, string | null>>) => Promise<Update>
  /** The same, and all results by file, with those that come late: on a busy machine any may. */
  readonly load: (files: Readonly<Record<string, string | null>>) => Promise<Readonly<Record<string, Loaded>>>
}

export interface Limits {
  readonly evaluationTimeoutMs?: number
  readonly evaluationMemoryMb?: number
  readonly recycleAfter?: number
  readonly evaluatorSocket?: string
  readonly strictPermissions?: boolean
  readonly patient?: boolean
  readonly ahead?: Ahead
}

let unitSocket: string | undefined

/** From now on modules run in the evaluator's unit that listens there. */
export function runOverUnit(socket: string): void {
  unitSocket = socket
}

export function isOverUnit(): boolean {
  return unitSocket !== undefined
}

/** A loader over a temporary folder that is gone after the test. Only packages are read from the disk. */
export async function open(limits: Limits = {}): Promise<Opened> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'aigw-modules-')))
  const events: SyncEvent[] = []
  const late: Loaded[] = []
  const options = { dir, evaluationTimeoutMs: 20_000, evaluationMemoryMb: 256, evaluatorSocket: unitSocket, ...limits }
  const loader = openLoader(
    options,
    (event) => events.push(event),
    (loaded) => late.push(withProblem(loaded)),
  )
  onTestFinished(async () => {
    await loader.close()
    await rm(dir, { recursive: true })
  })
  const update: Opened['update'] = async (files) => {
    const { loaded, ...rest } = await loader.update(changeOf(files), isEntry)
    return { ...rest, loaded: loaded.map(withProblem) }
  }
  const load: Opened['load'] = async (files) => {
    const before = late.length
    const { loaded } = await update(files)
    await loader.settled()
    return byFile([...loaded, ...late.slice(before)])
  }
  return { dir, loader, events, late, update, load }
}

function withProblem(loaded: AnyLoaded): Loaded {
  if (loaded.ok) return loaded
  const { file, problems, again } = loaded
  const [problem, ...more] = problems
  if (problem === undefined || more.length > 0) throw new Error(`expected one problem, got ${JSON.stringify(problems)}`)
  return { ok: false, file, problem, ...(again !== undefined && { again }) }
}

export async function install(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
}

function byFile(loaded: readonly Loaded[]): Readonly<Record<string, Loaded>> {
  return Object.fromEntries(loaded.map((each) => [each.file, each]))
}

function changeOf(files: Readonly<Record<string, string | null>>): { upserted: SourceFile[]; removed: string[] } {
  const upserted = Object.entries(files).flatMap(([path, text]) => (text === null ? [] : [fileOf(path, text)]))
  return { upserted, removed: Object.keys(files).filter((path) => files[path] === null) }
}

function fileOf(path: string, text: string): SourceFile {
  return { path, text, hash: createHash('sha256').update(text).digest('hex') }
}

function isEntry(path: string): boolean {
  return !/(^|\/)[_.]/.test(path)
}
