import { setImmediate } from 'node:timers/promises'
import type { Report } from '../../model/events.ts'
import type { SourceFile } from '../folder/file.ts'
import { type Closure, closureOf } from './closure.ts'
import { parseData } from './data.ts'
import { Evaluator } from '../evaluator/evaluator.ts'
import { explainFailure } from './explain.ts'
import { lexerReady } from './imports.ts'
import type { Job, Outcome } from '../evaluator/job.ts'
import { isLarge } from '../large/large.ts'
import { isPlaceholder, LargeFiles, type LargeRead, placeholderOf } from '../large/large-files.ts'
import { mayLinger } from './linger.ts'
import type { Loaded, Loader, LoaderOptions, Update } from './loader.ts'
import { mayBeOutside } from './outside.ts'
import type { Finding } from './problem.ts'
import type { ModuleRecord } from './record.ts'
import { type Batch, newBatch, type Run } from './run.ts'
import { schedule } from './schedule.ts'
import { type Change, ModuleTable } from './table.ts'
import { type Read, Verdicts } from './verdict.ts'

export class ModuleLoader<Content> implements Loader<Content> {
  readonly #options: LoaderOptions
  readonly #onLate: (loaded: Loaded<Content>) => void
  readonly #table: ModuleTable
  readonly #verdicts: Verdicts<Content>
  readonly #evaluator: Evaluator
  readonly #large = new LargeFiles()
  /** Large files that nobody waits for any longer. */
  readonly #reading = new Set<Promise<void>>()
  readonly #runs = new Map<string, Run<Content>>()
  /** By path, the URL of a helper that came to an end when it ran. */
  readonly #proven = new Map<string, string>()
  /** Entries that may do better, or worse, another time. */
  readonly #unsettled = new Set<string>()
  /** Runs what is run again. */
  #second: Evaluator | undefined
  #closed = false
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: LoaderOptions, report: Report, onLate: (loaded: Loaded<Content>) => void, read: Read<Content>) {
    this.#options = options
    this.#onLate = onLate
    this.#table = new ModuleTable(options.dir)
    this.#verdicts = new Verdicts(this.#table, read)
    this.#evaluator = this.#open(report)
  }

  update(change: Change, isEntry: (path: string) => boolean): Promise<Update<Content>> {
    const served = this.#turn.then(() => this.#update(change, isEntry))
    // Its caller gets the result, or the error. The next update is not concerned, and is not to keep what 10,000 modules declare.
    this.#turn = served.then(nothing, nothing)
    return served
  }

  again(files: ReadonlySet<string>): void {
    if (this.#closed || this.#second !== undefined) return
    const entries = new Map<ModuleRecord, Closure>()
    for (const file of [...files].toSorted()) {
      const record = this.#unsettled.has(file) && !this.#runs.has(file) ? this.#table.record(file) : undefined
      const closure = record && closureOf(this.#table, record)
      if (record !== undefined && closure !== undefined && !('kind' in closure)) entries.set(record, closure)
    }
    if (entries.size === 0) return
    this.#second = this.#open(() => undefined) // whoever fails again is told as a module, if he fails in another way
    this.#start(entries, newBatch({ again: true }), this.#second)
  }

  #open(report: Report): Evaluator {
    return new Evaluator(this.#options, report, {
      settled: (job, outcome) => this.#settle(job, outcome),
      late: ({ file }) => this.#stopWaiting(file),
    })
  }

  async settled(): Promise<void> {
    await this.#turn
    while (this.#runs.size + this.#reading.size > 0) {
      await Promise.all([...this.#reading, ...[...this.#runs.values()].map(({ over }) => over.promise)])
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const closed = [this.#evaluator, this.#second, this.#large].map((each) => each?.close() ?? Promise.resolve())
    for (const file of this.#runs.keys()) this.#forget(file)
    await Promise.all(closed)
  }

  async #update(change: Change, isEntry: (path: string) => boolean): Promise<Update<Content>> {
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

  /** While the evaluator runs a portion, the next is taken apart. */
  async #evaluate(
    change: Change,
    isEntry: (path: string) => boolean,
    records: ReadonlyMap<string, ModuleRecord>,
  ): Promise<Update<Content>> {
    const batch = newBatch<Content>({ again: false })
    const others: Promise<Loaded<Content>>[] = []
    const runs: Run<Content>[] = []
    this.#drop(change.removed)
    const portions = this.#table.take(change, records)
    for (let { value: changed } = portions.next(); changed && !this.#closed; { value: changed } = portions.next()) {
      this.#drop([...changed])
      const modules = new Map<ModuleRecord, Closure>()
      for (const record of this.#entriesOf(changed, isEntry)) {
        const closure = record.form === 'module' ? closureOf(this.#table, record) : undefined
        if (closure === undefined) others.push(this.#loadData(record))
        else if ('kind' in closure) others.push(this.#verdicts.ofFinding(record.path, closure))
        else modules.set(record, closure)
      }
      batch.whole = !this.#table.isTaking
      runs.push(...this.#start(modules, batch, this.#evaluator))
      if (this.#table.isTaking) await setImmediate() // answers are taken meanwhile
    }
    return this.#tell(others, runs, batch)
  }

  #entriesOf(changed: ReadonlySet<string>, isEntry: (path: string) => boolean): readonly ModuleRecord[] {
    return [...changed]
      .filter(isEntry)
      .toSorted()
      .flatMap((path) => this.#table.record(path) ?? [])
  }

  async #tell(
    others: readonly Promise<Loaded<Content>>[],
    runs: readonly Run<Content>[],
    batch: Batch<Content>,
  ): Promise<Update<Content>> {
    const loaded = await Promise.all([...others, ...runs.map(({ awaited }) => awaited.promise)])
    batch.told = true
    return {
      loaded: [...loaded.filter((each) => each !== undefined), ...batch.extra],
      late: runs.filter((run) => this.#runs.get(run.file) === run).map(({ file }) => file),
      evaluated: runs.length,
    }
  }

  #start(entries: ReadonlyMap<ModuleRecord, Closure>, batch: Batch<Content>, evaluator: Evaluator): readonly Run<Content>[] {
    const steps = schedule(entries, {
      proven: (helper) => {
        const { url } = this.#table.prepared(helper)
        return batch.probed.has(url) || this.#proven.get(helper.path) === url
      },
      users: batch.users,
      cyclic: (record) => this.#table.cyclic(record),
    })
    const runs = [...entries].map(([record, closure]) => this.#expect(record, closure, batch))
    const jobs = steps.flatMap(({ record, probe }) =>
      this.#job(record, entries.get(record) ?? closureOf(this.#table, record), probe),
    )
    for (const { url, probe } of jobs) if (probe) batch.probed.add(url)
    evaluator.run(jobs, batch)
    return runs
  }

  #expect(entry: ModuleRecord, { reachable, packages }: Closure, batch: Batch<Content>): Run<Content> {
    const run: Run<Content> = {
      file: entry.path,
      url: this.#table.prepared(entry).url,
      reachable: new Map(reachable.map((record) => [this.#table.prepared(record).url, record])),
      batch,
      packages,
      awaited: Promise.withResolvers(),
      over: Promise.withResolvers(),
      late: batch.told,
    }
    this.#runs.set(entry.path, run)
    return run
  }

  #job(record: ModuleRecord, closure: Closure | Finding, probe: boolean): readonly Job[] {
    if ('kind' in closure) return [] // a helper that does not load has no users that do
    const modules = closure.reachable.map((each) => this.#table.prepared(each))
    const statics = new Set(closure.statics.map((each) => this.#table.prepared(each).url))
    const shared = closure.statics
      .filter((each) => each !== record && !this.#table.cyclic(each))
      .map((each) => this.#table.prepared(each).url)
    const { url } = this.#table.prepared(record)
    const lingers = closure.reachable.some(mayLinger)
    return [{ file: record.path, url, probe, lingers, modules, statics, shared, packages: closure.packages }]
  }

  #settle(job: Job, outcome: Outcome): void {
    if (job.probe) {
      if (outcome.type === 'done' || outcome.type === 'threw') this.#proven.set(job.file, job.url)
      return
    }
    const run = this.#runs.get(job.file)
    if (run?.url === job.url) void this.#deliver(run, outcome)
  }

  async #deliver(run: Run<Content>, outcome: Outcome): Promise<void> {
    const loaded = await this.#loadedOf(run, outcome)
    if (this.#runs.get(run.file) !== run) return // stale meanwhile
    this.#forget(run.file, loaded)
    if (run.batch.again && loaded.ok) this.#evaluator.renew()
    if (run.late && !run.batch.told) run.batch.extra.push(loaded)
    else if (run.late) this.#onLate(loaded)
  }

  async #loadedOf(run: Run<Content>, outcome: Outcome): Promise<Loaded<Content>> {
    const { file, packages, batch } = run
    if (outcome.type === 'done') throw new Error(`${file} was only probed`)
    if (packages) this.#unsettled.add(file)
    const verdict = await this.#verdictOf(run, outcome)
    return batch.again ? { ...verdict, again: true } : verdict
  }

  #verdictOf(run: Run<Content>, outcome: Exclude<Outcome, { readonly type: 'done' }>): Promise<Loaded<Content>> {
    const { file } = run
    if (outcome.type === 'value') return this.#verdicts.ofValue({ file, value: outcome.value, several: outcome.several })
    const finding = explainFailure(outcome, run, this.#options)
    if (mayBeOutside(outcome, finding)) this.#unsettled.add(file)
    return this.#verdicts.ofFinding(file, finding)
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
    for (const file of files) {
      this.#forget(file)
      this.#unsettled.delete(file)
    }
    this.#evaluator.drop(new Set(files))
    this.#second?.drop(new Set(files))
  }

  #forget(file: string, loaded?: Loaded<Content>): void {
    const run = this.#runs.get(file)
    this.#runs.delete(file)
    run?.awaited.resolve(loaded)
    run?.over.resolve()
    if (run?.batch.again === true) this.#endSecond()
  }

  #endSecond(): void {
    for (const { batch } of this.#runs.values()) if (batch.again) return
    void this.#second?.close()
    this.#second = undefined
  }

  async #loadData(record: ModuleRecord): Promise<Loaded<Content>> {
    const { path: file } = record
    const parsed = this.#large.data(record) ?? (await parseData(record))
    if (!parsed.ok) return this.#verdicts.ofFinding(file, parsed.finding)
    return this.#verdicts.ofValue({ file, value: parsed.value, several: false })
  }
}

function nothing(): void {}
