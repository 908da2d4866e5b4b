import type { Report } from '../../model/events.ts'
import type { SourceFile } from '../folder/file.ts'
import { type Closure, closureOf } from './closure.ts'
import { parseData } from './data.ts'
import { Evaluator, type Job, type Outcome } from './evaluator.ts'
import { explainFailure } from './explain.ts'
import { lexerReady } from './imports.ts'
import { isLarge } from './large.ts'
import { isPlaceholder, LargeFiles, type LargeRead, placeholderOf } from './large-files.ts'
import type { Loaded, Loader, LoaderOptions, Update } from './loader.ts'
import { type Finding, problemOf } from './problem.ts'
import type { ModuleRecord } from './record.ts'
import { schedule } from './schedule.ts'
import { type Change, ModuleTable } from './table.ts'

/** An entry module with the evaluator. */
interface Run {
  readonly file: string
  readonly url: string
  readonly reachable: ReadonlyMap<string, ModuleRecord>
  /** What `update` waits for: the result, or undefined when it will not wait any longer. */
  readonly awaited: PromiseWithResolvers<Loaded | undefined>
  readonly over: PromiseWithResolvers<void>
  readonly batch: Batch
  late: boolean
}

/** What belongs to one update. */
interface Batch {
  /** It was told; what comes now comes late. */
  told: boolean
  /** What it did not wait for, and what came nevertheless before it was told. */
  readonly extra: Loaded[]
}

interface Started {
  readonly runs: readonly Run[]
  readonly batch: Batch
}

export class ModuleLoader implements Loader {
  readonly #options: LoaderOptions
  readonly #onLate: (loaded: Loaded) => void
  readonly #table: ModuleTable
  readonly #evaluator: Evaluator
  readonly #large = new LargeFiles()
  /** Large files that nobody waits for any longer. */
  readonly #reading = new Set<Promise<void>>()
  readonly #runs = new Map<string, Run>()
  /** By path, the URL of a helper that came to an end when it ran. */
  readonly #proven = new Map<string, string>()
  #closed = false
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: LoaderOptions, report: Report, onLate: (loaded: Loaded) => void) {
    this.#options = options
    this.#onLate = onLate
    this.#table = new ModuleTable(options.dir)
    this.#evaluator = new Evaluator(options, report, {
      settled: (job, outcome) => this.#settle(job, outcome),
      late: ({ file }) => this.#stopWaiting(file),
    })
  }

  update(change: Change, isEntry: (path: string) => boolean): Promise<Update> {
    const served = this.#turn.then(() => this.#update(change, isEntry))
    this.#turn = served.catch(() => undefined) // its caller gets the error; the next update is not concerned
    return served
  }

  async settled(): Promise<void> {
    await this.#turn
    while (this.#runs.size + this.#reading.size > 0) {
      await Promise.all([...this.#reading, ...[...this.#runs.values()].map(({ over }) => over.promise)])
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const closed = Promise.all([this.#evaluator.close(), this.#large.close()])
    for (const file of this.#runs.keys()) this.#forget(file)
    await closed
  }

  async #update(change: Change, isEntry: (path: string) => boolean): Promise<Update> {
    await lexerReady()
    const large = await this.#large.read(
      change.upserted.filter((file) => this.#table.isNew(file) && isLarge(file)),
      isEntry,
    )
    if (this.#closed) return { loaded: [], late: [], evaluated: 0 }
    const unread = change.upserted.filter(({ path }) => large.late.has(path))
    const records = [...large.records.values(), ...unread.map(placeholderOf)]
    const isRead = (path: string): boolean => isEntry(path) && !large.late.has(path)
    const update = await this.#evaluate(change, isRead, new Map(records.map((record) => [record.path, record])))
    for (const file of unread) this.#awaitLate(file, large, isEntry)
    return { ...update, late: [...update.late, ...unread.map(({ path }) => path).filter(isEntry)] }
  }

  async #evaluate(
    change: Change,
    isEntry: (path: string) => boolean,
    records: ReadonlyMap<string, ModuleRecord>,
  ): Promise<Update> {
    const changed = this.#table.update(change, records)
    this.#drop([...changed, ...change.removed])
    const entries = [...changed]
      .filter(isEntry)
      .toSorted()
      .flatMap((path) => this.#table.record(path) ?? [])
    const modules = new Map<ModuleRecord, Closure>()
    const others: Promise<Loaded>[] = []
    for (const record of entries) {
      const closure = record.form === 'module' ? closureOf(this.#table, record) : undefined
      if (closure === undefined) others.push(this.#loadData(record))
      else if ('kind' in closure) others.push(failed(record.path, closure))
      else modules.set(record, closure)
    }
    return this.#tell(others, this.#start(modules))
  }

  async #tell(others: readonly Promise<Loaded>[], { runs, batch }: Started): Promise<Update> {
    const loaded = await Promise.all([...others, ...runs.map(({ awaited }) => awaited.promise)])
    batch.told = true
    return {
      loaded: [...loaded.filter((each) => each !== undefined), ...batch.extra],
      late: runs.filter((run) => this.#runs.get(run.file) === run).map(({ file }) => file),
      evaluated: runs.length,
    }
  }

  #start(entries: ReadonlyMap<ModuleRecord, Closure>): Started {
    const steps = schedule(entries, {
      proven: (helper) => this.#proven.get(helper.path) === this.#table.prepared(helper).url,
      cyclic: (record) => this.#table.cyclic(record),
    })
    const batch: Batch = { told: false, extra: [] }
    const runs = [...entries].map(([record, closure]) => this.#expect(record, closure, batch))
    this.#evaluator.run(
      steps.flatMap(({ record, probe }) => this.#job(record, entries.get(record) ?? closureOf(this.#table, record), probe)),
    )
    return { runs, batch }
  }

  #expect(entry: ModuleRecord, { reachable }: Closure, batch: Batch): Run {
    const run: Run = {
      file: entry.path,
      url: this.#table.prepared(entry).url,
      reachable: new Map(reachable.map((record) => [this.#table.prepared(record).url, record])),
      batch,
      awaited: Promise.withResolvers(),
      over: Promise.withResolvers(),
      late: false,
    }
    this.#runs.set(entry.path, run)
    return run
  }

  #job(record: ModuleRecord, closure: Closure | Finding, probe: boolean): readonly Job[] {
    if ('kind' in closure) return [] // a helper that does not load has no users that do
    const modules = closure.reachable.map((each) => this.#table.prepared(each))
    const statics = new Set(closure.statics.map((each) => this.#table.prepared(each).url))
    return [{ file: record.path, url: this.#table.prepared(record).url, probe, modules, statics, packages: closure.packages }]
  }

  #settle(job: Job, outcome: Outcome): void {
    if (job.probe) {
      if (outcome.type === 'done' || outcome.type === 'threw') this.#proven.set(job.file, job.url)
      return
    }
    const run = this.#runs.get(job.file)
    if (run?.url === job.url) void this.#deliver(run, outcome)
  }

  async #deliver(run: Run, outcome: Outcome): Promise<void> {
    const loaded = await this.#loadedOf(run, outcome)
    if (this.#runs.get(run.file) !== run) return // stale meanwhile
    this.#forget(run.file, loaded)
    if (run.late && !run.batch.told) run.batch.extra.push(loaded)
    else if (run.late) this.#onLate(loaded)
  }

  async #loadedOf(run: Run, outcome: Outcome): Promise<Loaded> {
    const { file } = run
    if (outcome.type === 'done') throw new Error(`${file} was only probed`)
    if (outcome.type === 'value') return { ok: true, file, value: outcome.value, several: outcome.several }
    return failed(file, explainFailure(outcome, run, this.#options))
  }

  async #loadData(record: ModuleRecord): Promise<Loaded> {
    const parsed = this.#large.data(record) ?? (await parseData(record))
    if (!parsed.ok) return failed(record.path, parsed.finding)
    return { ok: true, file: record.path, value: parsed.value, several: false }
  }

  /** When it is read it is a change of its own, unless another came before. */
  #awaitLate(file: SourceFile, { late }: LargeRead, isEntry: (path: string) => boolean): void {
    const finish = async (): Promise<void> => {
      const record = await late.get(file.path)
      const served = this.#turn.then(() => this.#takeLate(file, record, isEntry))
      this.#turn = served.catch(() => undefined)
      await served
    }
    const reading = finish().finally(() => this.#reading.delete(reading))
    this.#reading.add(reading)
  }

  async #takeLate(file: SourceFile, record: ModuleRecord | undefined, isEntry: (path: string) => boolean): Promise<void> {
    if (this.#closed || record === undefined || !isPlaceholder(this.#table.record(file.path), file)) return
    const { loaded } = await this.#evaluate({ upserted: [file], removed: [] }, isEntry, new Map([[file.path, record]]))
    for (const each of loaded) this.#onLate(each)
  }

  #stopWaiting(file: string): void {
    const run = this.#runs.get(file)
    if (run === undefined) return
    run.late = true
    run.awaited.resolve(undefined)
  }

  #drop(files: readonly string[]): void {
    for (const file of files) this.#forget(file)
    this.#evaluator.drop(new Set(files))
  }

  #forget(file: string, loaded?: Loaded): void {
    const run = this.#runs.get(file)
    this.#runs.delete(file)
    run?.awaited.resolve(loaded)
    run?.over.resolve()
  }
}

async function failed(file: string, finding: Finding): Promise<Loaded> {
  return { ok: false, file, problem: await problemOf(file, finding) }
}
