import { ok, type Result } from 'neverthrow'
import type { DesiredState, Entry } from '../model/entry.ts'
import type { ModuleProblem, Report } from '../model/events.ts'
import { type Folder, type FolderChange, type FolderError, openFolder } from './folder/folder.ts'
import { isEntryPath } from './folder/rules.ts'
import type { Ahead } from './evaluator/ahead.ts'
import { type Loaded, type Loader, openLoader } from './modules/loader.ts'
import { wallOf } from './evaluator/wall.ts'
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
  /** The socket of the evaluator's unit, absolute. Left out: modules run in a child process. */
  readonly evaluatorSocket?: string | undefined
  /** A child for modules that was started before. Left out: one is started. */
  readonly ahead?: Ahead | undefined
  readonly owner: string
  readonly requireAccess: boolean
  readonly plainSecrets: boolean
  readonly strictPermissions: boolean
  /** Whether to follow the folder after the first look. */
  readonly watch: boolean
  /** Whether another was there before in this process, and has told what the system lacks. */
  readonly again?: boolean
}

/** From the folder to the desired state: files are read, modules evaluated, declarations checked and gathered by key. */
export class Source {
  readonly #options: SourceOptions
  readonly #report: Report
  readonly #registry = new Registry()
  /** Modules that are entries. */
  readonly #files = new Set<string>()
  /** Those whose problems were told, until they load again, with what was told. */
  readonly #refused = new Map<string, string>()
  /** Those that cannot be read; what they last held still counts. */
  readonly #unreadable = new Set<string>()
  /** Those that do not load as they were last read, or are still running. */
  readonly #flawed = new Set<string>()
  /** Keys that vanished while absence meant nothing. */
  readonly #undecided = new Set<string>()
  readonly #loader: Loader<readonly Entry[]>
  #folder: Folder | undefined
  #onChange: (keys: ReadonlySet<string>) => void = () => {}
  /** Changes are taken in one after another. */
  #queue: Promise<void> = Promise.resolve()
  #closed = false

  /** Starts the evaluator at once, where it was not before, so that it is warm when the files have been read. */
  constructor(options: SourceOptions, report: Report) {
    this.#options = options
    this.#report = report
    const { evaluationTimeout: evaluationTimeoutMs, evaluationMemory: evaluationMemoryMb, watch: patient } = options
    this.#loader = openLoader(
      { ...options, evaluationTimeoutMs, evaluationMemoryMb, patient },
      report,
      (loaded) => this.#tell(this.#takeLoaded(loaded)),
      (module) => parseModule(module, options),
    )
  }

  /** What the folder declares, always as it is now. Incomplete until it is open. */
  get desired(): DesiredState {
    return this.#registry.desired
  }

  /**
   * Reads the folder and begins to watch it. Resolves when every module was looked at; one that runs long is waited for only
   * where nothing is watched.
   * @param onChange told which keys changed, from then on
   * @returns err when the folder is missing, cannot be read, or is not safe
   */
  async open(onChange: (keys: ReadonlySet<string>) => void): Promise<Result<void, FolderError>> {
    const { dir, settle, strictPermissions, watch, again = false, evaluatorSocket } = this.#options
    const options = { dir, settleMs: settle, strictPermissions, watch }
    const opened = await openFolder(options, (change) => this.#enqueue(change), this.#report)
    if (opened.isErr()) return opened.map(() => {})
    this.#folder = opened.value
    await this.#queue
    if (watch && !again && evaluatorSocket === undefined) this.#tellGaps() // by now a child is up, and has shown what works
    if (!watch) await this.#loader.settled()
    this.#onChange = onChange
    return ok()
  }

  /**
   * Looks at the whole folder again, for what the watcher may have missed. Where it is watched, modules whose cause of failing may lie
   * elsewhere have another try, which is not waited for.
   */
  async rescan(): Promise<void> {
    await this.#folder?.rescan()
    await this.#queue
    if (this.#options.watch) this.#loader.again(this.#flawed)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#folder?.close()
    await this.#loader.close()
  }

  #tellGaps(): void {
    const { gaps } = wallOf()
    if (gaps.length > 0) this.#report({ event: 'evaluator.exposed', gaps })
  }

  #enqueue(change: FolderChange): void {
    this.#queue = this.#queue.then(() => this.#take(change))
  }

  async #take({ upserted, removed, problems, complete, cause }: FolderChange): Promise<void> {
    const start = performance.now()
    if (!complete) this.#registry.setComplete(false)
    for (const path of [...upserted.map((file) => file.path), ...problems.map(({ file }) => file)]) {
      if (isEntryPath(path)) this.#files.add(path)
    }
    const { loaded, late, evaluated } = await this.#loader.update({ upserted, removed, hidden: problems }, isEntryPath)
    if (this.#closed) return // and what did not load may only have been cut short by that
    const changed = new Set<string>()
    for (const file of removed) this.#remove(file).forEach((key) => changed.add(key))
    for (const each of loaded) this.#takeLoaded(each).forEach((key) => changed.add(key))
    for (const file of late) this.#break(file, this.#flawed) // until its result comes
    for (const { path } of upserted) this.#mend(path, this.#unreadable)
    for (const problem of problems) this.#refuse(problem.file, [problem], this.#unreadable)
    this.#registry.setComplete(complete) // no sooner: what is new was not declared until now
    if (cause === 'start' || upserted.length + removed.length > 0) this.#reportLoaded(evaluated, performance.now() - start)
    this.#tell(complete ? this.#decide(changed) : this.#postpone(changed))
  }

  #remove(file: string): ReadonlySet<string> {
    for (const known of [this.#files, this.#refused, this.#unreadable, this.#flawed]) known.delete(file)
    return this.#registry.remove(file)
  }

  #takeLoaded(loaded: Loaded<readonly Entry[]>): ReadonlySet<string> {
    const { file, again = false } = loaded
    if (!this.#files.has(file)) return new Set() // gone before its result came
    if (!loaded.ok) {
      const known = again && this.#refused.get(file) === summaryOf(loaded.problems)
      return known ? new Set() : this.#refuse(file, loaded.problems, this.#flawed)
    }
    const changed = this.#registry.declare(file, loaded.content)
    this.#mend(file, this.#flawed)
    return changed
  }

  #refuse(file: string, problems: readonly ModuleProblem[], reason: Set<string>): ReadonlySet<string> {
    this.#break(file, reason)
    this.#refused.set(file, summaryOf(problems))
    const keys = this.#registry.keysOf(file)
    for (const problem of problems) this.#report({ event: 'source.invalid', ...problem, ...(keys.length > 0 && { keys }) })
    return new Set()
  }

  /** @param reason `#unreadable` or `#flawed` */
  #break(file: string, reason: Set<string>): void {
    reason.add(file)
    if (this.#files.has(file)) this.#registry.break(file)
  }

  /** One reason is gone. A file that can be read again with the content it had is not loaded anew: the other reason stands. */
  #mend(file: string, reason: Set<string>): void {
    reason.delete(file)
    if (this.#unreadable.has(file) || this.#flawed.has(file)) return this.#registry.break(file)
    this.#registry.mend(file)
    if (this.#refused.delete(file)) this.#report({ event: 'source.recovered', file })
  }

  /** Some of the folder is not known: what is absent now has to be looked at again. */
  #postpone(changed: ReadonlySet<string>): ReadonlySet<string> {
    for (const key of changed) if (!this.desired.entries.has(key)) this.#undecided.add(key)
    return changed
  }

  /** The folder is wholly known: what is absent is gone. */
  #decide(changed: ReadonlySet<string>): ReadonlySet<string> {
    const all = new Set([...changed, ...this.#undecided])
    this.#undecided.clear()
    return all
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

/** The same when the same went wrong. Numbers tell one run from another: a duration, a process, an address. */
function summaryOf(problems: readonly ModuleProblem[]): string {
  return JSON.stringify(problems.map(({ problem, path, msg }) => [problem, path, msg])).replaceAll(/\d+/g, '0')
}
