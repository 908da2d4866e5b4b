import type { ResultAsync } from 'neverthrow'
import { classify } from '../gateway/classify.ts'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway, Priority } from '../gateway/gateway.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import type { DesiredState } from '../model/entry.ts'
import type { Report } from '../model/events.ts'
import { type Change, countChanges, type Plan } from '../plan/change.ts'
import { computePlan, planKeys } from '../plan/plan.ts'
import type { Policy, World } from '../plan/world.ts'
import { Applier, type ApplyError, type Job } from './applier.ts'
import { Notices } from './notices.ts'
import { Observer } from './observer.ts'
import { Troubles } from './troubles.ts'

export interface ReconcilerOptions {
  readonly gateway: Gateway
  readonly store: LockfileStore
  readonly owner: string
  readonly policy: Policy
  readonly retries: number
  /** What the folder declares, always as it is now. */
  readonly desired: () => DesiredState
  /** Whether an entry that failed for the time being is tried again by itself. `apply` does not. */
  readonly persistent: boolean
}

/** How the entries stand. */
export interface Standing {
  readonly created: number
  readonly updated: number
  readonly moved: number
  /** Found by their stamps. */
  readonly linked: number
  /** Written down anew, with nothing changed on the gateway. */
  readonly recorded: number
  /** Failed until something changes. */
  readonly failed: number
  /** Failed for the time being. */
  readonly retrying: number
  readonly conflicts: number
}

/** What is being done for a key. */
interface Work {
  readonly job: Job
  readonly cancel: AbortController
  done: Promise<void>
  /** The key is to be looked at again when this is over. */
  again: boolean
}

/** Observe, plan, apply; each key by itself, so that one that fails harms itself alone. */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #report: Report
  readonly #observer: Observer
  readonly #applier: Applier
  readonly #notices: Notices
  readonly #troubles: Troubles
  readonly #work = new Map<string, Work>()
  readonly #done = { created: 0, updated: 0, moved: 0, linked: 0, recorded: 0 }
  #observed = false
  #stopped = false
  #unsettled = 0

  constructor(options: ReconcilerOptions, report: Report) {
    this.#options = options
    this.#report = report
    this.#observer = new Observer(options.gateway, options.owner)
    this.#notices = new Notices(report)
    this.#troubles = new Troubles(report, options.persistent ? (key) => this.#look(key, 'backlog') : undefined)
    this.#applier = new Applier({ ...options, observer: this.#observer, report })
  }

  get standing(): Standing {
    const failed = this.#troubles.count(true)
    return { ...this.#done, failed, retrying: this.#troubles.count(false), conflicts: this.#notices.conflicts }
  }

  /** How many keys are being worked on. */
  get inFlight(): number {
    return this.#work.size
  }

  /** How many keys have a write whose outcome was not known when it was stopped: the next start settles it. */
  get unsettled(): number {
    return this.#unsettled
  }

  /** Lists the gateway. Nothing is written before this has succeeded once. */
  observe(priority: Priority): ResultAsync<void, GatewayError> {
    return this.#observer.observe(priority).andTee(() => {
      this.#observed = true
      this.#troubles.forgiveAccount()
    })
  }

  /** Plans everything and begins to apply it. */
  reconcile(priority: Priority): Plan {
    return this.#apply(priority, computePlan)
  }

  /** Plans what concerns some keys and begins to apply it, ahead of any backlog. */
  change(keys: ReadonlySet<string>): void {
    if (!this.#observed) return // the first reconcile will see to everything
    const leaving = [...keys].flatMap((key) => (this.#isDeclared(key) ? [] : (this.#work.get(key) ?? [])))
    if (leaving.length > 0) return void this.#changeAfter(leaving, keys)
    for (const key of keys) this.#troubles.forgive(key)
    const { changes } = this.#apply('fresh', (world) => planKeys(world, keys))
    const planned = new Set(changes.map(({ key }) => key))
    for (const key of keys) if (!planned.has(key)) this.#drop(key)
  }

  /** Resolves when nothing is being worked on; entries that wait for another try do not count. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all([...this.#work.values()].map(({ done }) => done))
  }

  /** Takes no more work, and gives up what has not been sent. */
  stop(): void {
    this.#stopped = true
    this.#troubles.stop()
    for (const { cancel } of this.#work.values()) cancel.abort()
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

  #apply(priority: Priority, compute: (world: World) => Plan): Plan {
    const start = performance.now()
    const plan = compute(this.#world())
    this.#report({ event: 'plan.computed', changes: countChanges(plan.changes), durationMs: performance.now() - start })
    for (const change of plan.changes) this.#see(change, priority)
    return plan
  }

  #world(): World {
    const { owner, policy, desired, store } = this.#options
    return { owner, policy, desired: desired(), applied: store.entries, observed: this.#observer.index }
  }

  /** Work under way reads the declaration as it leaves; only a fresh change calls it back, to put it ahead of the others. */
  #see(change: Change, priority: Priority): void {
    const { key } = change
    const underWay = this.#work.get(key)
    if (underWay) {
      // A move goes on with the declaration as it is by then: planned anew, its content might not tell it any more.
      if (priority === 'fresh' && underWay.job.kind === 'move') underWay.again = true
      else if (priority === 'fresh') callBack(underWay)
      return
    }
    if (this.#stopped || this.#troubles.isWaiting(key)) return
    this.#notices.about(change)
    const job = this.#applier.jobFor(change)
    if (job) this.#begin(job, priority)
    else this.#troubles.end(key)
  }

  #begin(job: Job, priority: Priority): void {
    const work: Work = { job, cancel: new AbortController(), done: Promise.resolve(), again: false }
    this.#work.set(job.key, work)
    work.done = this.#carryOut(job, priority, work).finally(() => this.#finish(job.key, work))
  }

  async #carryOut(job: Job, priority: Priority, work: Work): Promise<void> {
    const { key } = job
    const result = await this.#applier.carryOut(job, { priority, signal: work.cancel.signal })
    if (result.isErr()) return this.#fail(key, result.error, work)
    if (result.value !== 'again') this.#done[result.value]++
    if (result.value === 'again' || job.kind === 'flush') work.again = true
    this.#recovered(key)
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

  #finish(key: string, { job, again }: Work): void {
    this.#work.delete(key)
    if (!again || this.#stopped) return
    this.#look(key, 'fresh')
    if (job.kind === 'move') this.#look(job.from, 'fresh')
  }

  #look(key: string, priority: Priority): void {
    const [change] = planKeys(this.#world(), [key]).changes
    if (change) this.#see(change, priority)
    else this.#drop(key)
  }

  /** Nothing is known of the key any more. */
  #drop(key: string): void {
    this.#troubles.end(key)
    this.#notices.forget(key)
    const underWay = this.#work.get(key)
    if (underWay) callBack(underWay)
  }
}

function isAmbiguous(error: ApplyError): boolean {
  return error.type !== 'unrecorded' && classify(error, 'write') === 'ambiguous'
}

function callBack(work: Work): void {
  work.again = true
  work.cancel.abort()
}
