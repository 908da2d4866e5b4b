import type { Report } from '../../model/events.ts'
import { degradedMessage } from './degraded.ts'
import type { Folder, FolderChange } from './folder.ts'
import type { Guard } from './guard.ts'
import { collectHints } from './hints.ts'
import { createLedger, type Difference } from './ledger.ts'
import { look, type Sight, unsafeSight } from './look.ts'
import { findDanger, findRoot, isStillThere, type Root } from './root.ts'
import { type Watch, startWatch } from './watch.ts'

export interface KeeperOptions {
  /** Absolute. */
  readonly dir: string
  readonly root: Root
  readonly guard: Guard
  readonly settleMs: number
  readonly listener: (change: FolderChange) => void
  readonly report: Report
}

type Cause = FolderChange['cause']

const EVERYTHING: readonly string[] = ['']
const NOTHING: Difference = { upserted: [], removed: [], problems: [] }

/** A folder that is a link, or is replaced as a whole, gives no event that can be relied on. */
const ROOT_CHECK_MS = 500

/** How often everything is looked at while the system refuses to watch it. */
const DEGRADED_SCAN_MS = 2_000

/** The kernel queues 16,384 events, two to four for a file, and drops the rest: after so many paths, some may be missing. */
const OVERFLOW_PATHS = 4_000

/** Looks when something is heard, one look at a time, and tells what differs. */
export class Keeper implements Folder {
  readonly #options: KeeperOptions
  readonly #ledger = createLedger()
  readonly #hints
  /** Undefined while the folder is missing. */
  #root: Root | undefined
  #watch: Watch | undefined
  #watching = false
  #degraded = false
  #complete = true
  #closed = false
  #lastTurn: Promise<void> = Promise.resolve()
  /** Pending while an absence is not confirmed. */
  #unfinished: PromiseWithResolvers<void> | undefined
  #confirmTimer: NodeJS.Timeout | undefined
  #rootTimer: NodeJS.Timeout | undefined
  #scanTimer: NodeJS.Timeout | undefined

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#root = options.root
    this.#hints = collectHints(options.settleMs, (paths) => {
      void this.#lookInTurn('change', () => (paths.size > OVERFLOW_PATHS ? EVERYTHING : paths))
    })
  }

  async start(watch: boolean): Promise<void> {
    await this.#lookInTurn('start', () => EVERYTHING)
    if (!watch) return
    this.#watching = true
    await this.#inTurn(() => this.#renewWatch())
    await this.#lookInTurn('scan', () => EVERYTHING) // what was written before the watches stood
    this.#rootTimer = setInterval(() => this.#checkRoot(), ROOT_CHECK_MS)
  }

  async rescan(): Promise<void> {
    await this.#lookInTurn('scan', () => EVERYTHING)
    await this.#unfinished?.promise
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#confirmTimer)
    clearInterval(this.#rootTimer)
    clearTimeout(this.#scanTimer)
    this.#hints.close()
    this.#unfinished?.resolve()
    await this.#watch?.close()
    await this.#lastTurn
  }

  /** What throws in a turn is a broken invariant: it reaches whoever waits for the turn, or ends the process. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#lastTurn.then(() => (this.#closed ? undefined : work()))
    this.#lastTurn = turn.catch(() => undefined)
    return turn
  }

  #lookInTurn(cause: Cause, paths: () => Iterable<string>): Promise<void> {
    return this.#inTurn(() => this.#look(cause, paths()))
  }

  async #look(cause: Cause, paths: Iterable<string>): Promise<void> {
    const root = this.#findRoot()
    if (root === undefined) return this.#lose(cause)
    if (root.identity !== this.#root?.identity) return this.#find(root, cause)
    const sight = await this.#see(root, [...paths, ...this.#ledger.troubled()])
    if (this.#closed) return
    // What was seen while the folder was being taken away says nothing.
    if (!isStillThere(this.#options.dir, root)) return this.#look(cause, EVERYTHING)
    this.#tell(cause, sight)
  }

  /** Permissions may change at any time, those of the parents without a sound: so they are looked at before each look. */
  async #see(root: Root, paths: Iterable<string>): Promise<Sight> {
    const { dir, guard } = this.#options
    const danger = findDanger(dir, guard)
    return danger ? unsafeSight(danger.msg) : look({ root: root.real, guard, known: this.#ledger }, paths)
  }

  #tell(cause: Cause, sight: Sight): void {
    const difference = this.#ledger.take(sight, performance.now())
    const complete = this.#ledger.complete()
    const news = difference.upserted.length + difference.removed.length + difference.problems.length > 0
    if (news || complete !== this.#complete || cause === 'start') this.#deliver({ ...difference, complete, cause })
    this.#confirmLater()
  }

  #deliver(change: FolderChange): void {
    this.#complete = change.complete
    this.#options.listener(change)
  }

  #confirmLater(): void {
    clearTimeout(this.#confirmTimer)
    const due = this.#ledger.due()
    if (due === undefined) {
      this.#unfinished?.resolve()
      this.#unfinished = undefined
      return
    }
    this.#unfinished ??= Promise.withResolvers()
    this.#confirmTimer = setTimeout(
      () => void this.#lookInTurn('change', () => this.#ledger.unfinished()),
      Math.max(0, due - performance.now()),
    )
  }

  #findRoot(): Root | undefined {
    return findRoot(this.#options.dir).unwrapOr(undefined)
  }

  #checkRoot(): void {
    if (this.#findRoot()?.identity !== this.#root?.identity) void this.#lookInTurn('change', () => EVERYTHING)
  }

  /** The old watch stays: it may hear of the folder's return. */
  #lose(cause: Cause): void {
    if (this.#root === undefined) return
    this.#root = undefined
    this.#ledger.forgetUnfinished()
    this.#options.report({ event: 'source.missing', dir: this.#options.dir })
    this.#deliver({ ...NOTHING, complete: false, cause })
    this.#confirmLater()
  }

  async #find(root: Root, cause: Cause): Promise<void> {
    const wasMissing = this.#root === undefined
    this.#root = root
    if (wasMissing) this.#options.report({ event: 'source.found', dir: this.#options.dir })
    await this.#renewWatch()
    return this.#look(cause, EVERYTHING)
  }

  async #renewWatch(): Promise<void> {
    if (!this.#watching) return
    await this.#watch?.close()
    this.#degraded = false
    clearTimeout(this.#scanTimer)
    this.#watch = await startWatch(this.#options.dir, {
      heard: this.#hints.add,
      heardLate: this.#hints.repeat,
      heardAgain: this.#hints.echo,
      failed: (error) => this.#degrade(error),
    })
    if (this.#closed) await this.#watch.close()
  }

  #degrade(error: Error): void {
    if (this.#degraded || this.#closed) return
    this.#degraded = true
    this.#options.report({ event: 'source.degraded', msg: degradedMessage(error, DEGRADED_SCAN_MS) })
    this.#scanLater()
  }

  #scanLater(): void {
    this.#scanTimer = setTimeout(() => void this.#scanAgain(), DEGRADED_SCAN_MS)
  }

  async #scanAgain(): Promise<void> {
    await this.#lookInTurn('scan', () => EVERYTHING)
    if (this.#degraded && !this.#closed) this.#scanLater()
  }
}
