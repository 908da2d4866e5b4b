import { ok, type Result } from 'neverthrow'
import type { DesiredState } from '../model/entry.ts'
import type { ModuleProblem, Report } from '../model/events.ts'
import { type Folder, type FolderChange, type FolderError, openFolder } from './folder/folder.ts'
import { isEntryPath } from './folder/rules.ts'
import { type Loaded, type Loader, openLoader } from './modules/loader.ts'
import { parseModule } from './parse/parse.ts'
import { Registry } from './registry.ts'

export interface SourceOptions {
  /** The folder, absolute. */
  readonly dir: string
  /** Milliseconds of quiet after a change. */
  readonly settle: number
  /** Milliseconds. */
  readonly evaluationTimeout: number
  /** Megabytes. */
  readonly evaluationMemory: number
  readonly owner: string
  readonly requireAccess: boolean
  /** Whether to follow the folder after the first look. */
  readonly watch: boolean
}

/** From the folder to the desired state: files are read, modules evaluated, declarations checked and gathered by key. */
export class Source {
  readonly #options: SourceOptions
  readonly #report: Report
  readonly #registry = new Registry()
  /** Modules that are entries. */
  readonly #files = new Set<string>()
  /** Those whose problems were told. */
  readonly #refused = new Set<string>()
  readonly #loader: Loader
  #folder: Folder | undefined
  #onChange: (keys: ReadonlySet<string>) => void = () => {}
  /** Changes are taken in one after another. */
  #queue: Promise<void> = Promise.resolve()

  /** Starts the evaluator at once, so that it is warm when the files have been read. */
  constructor(options: SourceOptions, report: Report) {
    this.#options = options
    this.#report = report
    const { dir, evaluationTimeout, evaluationMemory } = options
    const limits = { dir, evaluationTimeoutMs: evaluationTimeout, evaluationMemoryMb: evaluationMemory }
    this.#loader = openLoader(limits, report, (loaded) => this.#tell(this.#takeLoaded(loaded)))
  }

  /** What the folder declares, always as it is now. Incomplete until it is open. */
  get desired(): DesiredState {
    return this.#registry.desired
  }

  /**
   * Reads the folder and begins to watch it. Resolves when every module was looked at; one that runs long is waited for only
   * where nothing is watched.
   * @param onChange told which keys changed, from then on
   * @returns err when the folder is missing or cannot be read
   */
  async open(onChange: (keys: ReadonlySet<string>) => void): Promise<Result<void, FolderError>> {
    const { dir, settle, watch } = this.#options
    const opened = await openFolder({ dir, settleMs: settle, watch }, (change) => this.#enqueue(change), this.#report)
    if (opened.isErr()) return opened.map(() => {})
    this.#folder = opened.value
    await this.#queue
    if (!watch) await this.#loader.settled()
    this.#onChange = onChange
    return ok()
  }

  /** Looks at the whole folder again, for what the watcher may have missed. */
  async rescan(): Promise<void> {
    await this.#folder?.rescan()
    await this.#queue
  }

  async close(): Promise<void> {
    await this.#folder?.close()
    await this.#loader.close()
  }

  #enqueue(change: FolderChange): void {
    this.#queue = this.#queue.then(() => this.#take(change))
  }

  async #take({ upserted, removed, problems, complete, cause }: FolderChange): Promise<void> {
    const start = performance.now()
    this.#registry.setComplete(complete)
    for (const { path } of upserted) if (isEntryPath(path)) this.#files.add(path)
    const { loaded, late, evaluated } = await this.#loader.update({ upserted, removed }, isEntryPath)
    const changed = new Set<string>()
    for (const file of removed) this.#remove(file).forEach((key) => changed.add(key))
    for (const each of loaded) this.#takeLoaded(each).forEach((key) => changed.add(key))
    for (const problem of problems) this.#refuse(problem.file, [problem])
    for (const file of late) this.#registry.break(file) // until its result comes
    if (cause === 'start' || upserted.length + removed.length > 0) this.#reportLoaded(evaluated, performance.now() - start)
    this.#tell(changed)
  }

  #remove(file: string): ReadonlySet<string> {
    this.#files.delete(file)
    return this.#registry.remove(file)
  }

  #takeLoaded(loaded: Loaded): ReadonlySet<string> {
    const { file } = loaded
    if (!this.#files.has(file)) return new Set() // gone before its result came
    if (!loaded.ok) return this.#refuse(file, [loaded.problem])
    const parsed = parseModule(loaded, this.#options)
    if (parsed.isErr()) return this.#refuse(file, parsed.error)
    if (this.#refused.delete(file)) this.#report({ event: 'source.recovered', file })
    return this.#registry.declare(file, parsed.value)
  }

  #refuse(file: string, problems: readonly ModuleProblem[]): ReadonlySet<string> {
    if (this.#files.has(file)) {
      this.#registry.break(file)
      this.#refused.add(file)
    }
    const keys = this.#registry.keysOf(file)
    for (const problem of problems) this.#report({ event: 'source.invalid', ...problem, ...(keys.length > 0 && { keys }) })
    return new Set()
  }

  #reportLoaded(evaluated: number, durationMs: number): void {
    const { entries, broken } = this.desired
    const counts = { files: this.#files.size, entries: entries.size, evaluated, invalid: broken.size }
    this.#report({ event: 'source.loaded', ...counts, durationMs })
  }

  #tell(keys: ReadonlySet<string>): void {
    if (keys.size > 0) this.#onChange(keys)
  }
}
