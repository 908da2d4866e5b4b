import type { ResultAsync } from 'neverthrow'
import { classify } from '../gateway/classify.ts'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import { contentDigest } from '../model/digest.ts'
import type { DesiredState } from '../model/entry.ts'
import type { Report } from '../model/events.ts'
import { type Change, countChanges, type Plan } from '../plan/change.ts'
import { deletableKeys, isOverCap } from '../plan/guards.ts'
import { computePlan, planKeys } from '../plan/plan.ts'
import type { Rules, World } from '../plan/world.ts'
import { Applier, type ApplyError } from './applier.ts'
import type { Job } from './job.ts'
import { Memory } from './memory.ts'
import { Notices } from './notices.ts'
import type { ObservedIndex } from './observed-index.ts'
import { Observer } from './observer.ts'
import { noneDone, type Standing } from './standing.ts'
import { Troubles } from './troubles.ts'
import { callBack, type Work, Works } from './works.ts'

export interface ReconcilerOptions {
  readonly gateway: Gateway
  readonly store: LockfileStore
  readonly owner: string
  readonly rules: Rules
  /** Milliseconds that an entry must be gone before its configuration may be deleted. */
  readonly deleteGrace: number
  readonly retries: number
  /** What the folder declares, always as it is now. */
  readonly desired: () => DesiredState
  /** Whether an entry that failed for the time being is tried again by itself. `apply` does not. */
  readonly persistent: boolean
}

/** Observe, plan, apply; each key by itself, so that one that fails harms itself alone. */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #report: Report
  readonly #observer: Observer
  readonly #applier: Applier
  readonly #notices: Notices
  readonly #troubles: Troubles
  readonly #memory: Memory
  readonly #works = new Works()
  readonly #done = noneDone()
  #onAbsence: () => void = () => {}
  #observed = false
  #stopped = false
  #unsettled = 0

  constructor(options: ReconcilerOptions, report: Report) {
    this.#options = options
    this.#report = report
    this.#observer = new Observer(options.gateway, options.owner)
    this.#notices = new Notices(report)
    this.#troubles = new Troubles(report, options.persistent ? (key) => this.#look(key, 'backlog') : undefined)
    this.#memory = new Memory(options.deleteGrace)
    this.#applier = new Applier({ ...options, observer: this.#observer, world: () => this.world, report })
  }

  get standing(): Standing {
    const { conflicts, guards } = this.#notices
    const failed = this.#troubles.count(true)
    return { ...this.#done, failed, retrying: this.#troubles.count(false), conflicts, guards }
  }

  /** What plans are computed from, as it is now. */
  get world(): World & { readonly observed: ObservedIndex } {
    const { owner, rules, desired, store } = this.#options
    return { owner, rules, desired: desired(), applied: store.entries, observed: this.#observer.index, history: this.#memory }
  }

  /** How many keys are being worked on. */
  get inFlight(): number {
    return this.#works.size
  }

  /** How many keys have a write whose outcome was not known when it was stopped: the next start settles it. */
  get unsettled(): number {
    return this.#unsettled
  }

  /** Keys that fail, and whether they do so until something changes. */
  get troubled(): ReadonlyMap<string, { readonly permanent: boolean; readonly msg: string }> {
    return this.#troubles.all
  }

  /** When the gateway was last listed wholly, by our clock. Undefined before the first time. */
  get lastListedAt(): Date | undefined {
    return this.#observer.listedAt
  }

  /** Milliseconds until something that is gone may be deleted, where that is to come. */
  get nextRipe(): number | undefined {
    return this.#options.rules.policy === 'sync' ? this.#memory.nextRipe() : undefined
  }

  /** @param listener called when something is gone that may be deleted after its grace */
  onAbsence(listener: () => void): void {
    this.#onAbsence = listener
  }

  /** Lists the gateway. Nothing is written before this has succeeded once. */
  observe(priority: Priority): ResultAsync<void, GatewayError> {
    return this.#observer.observe(priority).andTee(() => {
      this.#observed = true
      this.#troubles.forgiveAccount()
    })
  }

  /**
   * A person says that so many deletions are right, once: those that are to be made now.
   * @returns how many there are, where that is another number; nothing is confirmed then
   */
  approveDeletions(count: number): number | undefined {
    const keys = deletableKeys(this.world)
    if (keys.length !== count) return keys.length
    this.#memory.approve(keys)
    return undefined
  }

  /**
   * Finds out which access keys use what is to be deleted, where it is more than a cap allows: what is in use is not deleted, and
   * must not hold up the rest. Where that cannot be had, the cap stands. Below the caps each deletion finds out by itself.
   */
  async seeUsers(priority: Priority): Promise<void> {
    if (isOverCap(this.world)) await this.#observer.refer(priority).unwrapOr(undefined)
  }

  /** Plans everything and begins to apply it. */
  reconcile(priority: Priority): Plan {
    this.#note(this.#options.store.entries.keys())
    const plan = this.#apply(priority, computePlan)
    this.#dropUnplanned(plan, [...this.#troubles.all.keys()])
    return plan
  }

  /** Plans what concerns some keys and begins to apply it, ahead of any backlog. */
  change(keys: ReadonlySet<string>): void {
    if (!this.#observed) return // the first reconcile will see to everything
    this.#memory.changed(this.world, keys)
    this.#note(keys)
    const leaving = [...keys].flatMap((key) => (this.#isDeclared(key) ? [] : (this.#works.of(key) ?? [])))
    if (leaving.length > 0) return void this.#changeAfter(leaving, keys)
    for (const key of keys) this.#troubles.forgive(key)
    this.#dropUnplanned(
      this.#apply('fresh', (world) => planKeys(world, keys)),
      keys,
    )
  }

  /** Resolves when nothing is being worked on; entries that wait for another try do not count. */
  idle(): Promise<void> {
    return this.#works.idle()
  }

  /** Takes no more work, and gives up what has not been sent. */
  stop(): void {
    this.#stopped = true
    this.#troubles.stop()
    this.#works.abort()
  }

  /** What is being done for a key that vanished ends first: what arrives may be the same entry under another key. */
  async #changeAfter(leaving: readonly Work[], keys: ReadonlySet<string>): Promise<void> {
    for (const work of leaving) work.cancel.abort()
    await Promise.all(leaving.map(({ done }) => done))
    if (!this.#stopped) this.change(keys)
  }

  #isDeclared(key: string): boolean {
    const { entries, held } = this.#options.desired()
    return entries.has(key) || held.has(key)
  }

  #note(keys: Iterable<string>): void {
    if (this.#memory.note(this.world, keys)) this.#onAbsence()
  }

  #apply(priority: Priority, compute: (world: World) => Plan): Plan {
    const start = performance.now()
    const plan = compute(this.world)
    this.#report({ event: 'plan.computed', changes: countChanges(plan.changes), durationMs: performance.now() - start })
    this.#notices.guarded(plan.guards)
    for (const change of plan.changes) this.#see(change, priority)
    return plan
  }

  /** Work under way reads the declaration as it leaves; only a fresh change calls it back, to put it ahead of the others. */
  #see(change: Change, priority: Priority): void {
    const { key } = change
    const underWay = this.#works.of(key)
    if (underWay) {
      // A move goes on with the declaration as it is by then: planned anew, its content might not tell it any more.
      if (priority === 'fresh' && underWay.job.kind === 'move') underWay.again = true
      else if (priority === 'fresh') callBack(underWay)
      return
    }
    if (this.#stopped || this.#troubles.isWaiting(key)) return
    this.#notices.about(change)
    const job = this.#applier.jobFor(change, priority)
    if (job) this.#begin(job, priority)
    else this.#rest(key)
  }

  /** There is nothing to do any more about those that the plan says nothing of. */
  #dropUnplanned({ changes }: Plan, keys: Iterable<string>): void {
    const planned = new Set(changes.map(({ key }) => key))
    for (const key of keys) if (!planned.has(key)) this.#drop(key)
  }

  #begin(job: Job, priority: Priority): void {
    const work = this.#works.begin(job)
    if (!work) return
    work.done = this.#carryOut(job, priority, work).finally(() => this.#finish(work))
  }

  async #carryOut(job: Job, priority: Priority, work: Work): Promise<void> {
    const { key } = job
    const result = await this.#applier.carryOut(job, { priority, signal: work.cancel.signal })
    if (result.isErr()) return this.#fail(key, result.error, work)
    if (result.value !== 'again') this.#done[result.value]++
    if (result.value === 'again' || job.kind === 'flush' || this.#isUnfinished(job)) work.again = true
    this.#recovered(key)
    if (!work.again) this.#memory.settled(key)
  }

  /** It has its stamp, and is still to become what is declared. */
  #isUnfinished(job: Job): boolean {
    if (job.kind !== 'adopt' && job.kind !== 'move') return false
    const present = this.#observer.index.byId(job.id)
    return present !== undefined && contentDigest(present) !== this.#options.desired().entries.get(job.key)?.digest
  }

  #fail(key: string, error: ApplyError, { again }: Work): void {
    if (this.#stopped) this.#unsettled += isAmbiguous(error) ? 1 : 0
    else if (error.type !== 'canceled' && !again) this.#troubles.add(key, error) // called back, it is looked at again at once
  }

  #recovered(key: string): void {
    const durationMs = this.#troubles.end(key)
    const id = this.#options.store.entries.get(key)?.id
    if (durationMs !== undefined && id !== undefined) this.#report({ event: 'config.recovered', key, id, durationMs })
  }

  #finish(work: Work): void {
    const { job, again, waiting } = work
    this.#works.end(work)
    if (this.#stopped) return
    if (again) this.#look(job.key, 'fresh')
    if (again && job.kind === 'move') this.#look(job.from, 'fresh')
    for (const other of waiting) this.#look(other, 'fresh')
  }

  #look(key: string, priority: Priority): void {
    const [change] = planKeys(this.world, [key]).changes
    if (change) this.#see(change, priority)
    else this.#drop(key)
  }

  /** There is nothing to do about the key. */
  #rest(key: string): void {
    this.#troubles.end(key)
    this.#memory.settled(key)
  }

  /** Nothing is known of the key any more. */
  #drop(key: string): void {
    this.#rest(key)
    this.#notices.forget(key)
    const underWay = this.#works.of(key)
    if (underWay) callBack(underWay)
  }
}

function isAmbiguous(error: ApplyError): boolean {
  return error.type !== 'unrecorded' && classify(error, 'write') === 'ambiguous'
}
