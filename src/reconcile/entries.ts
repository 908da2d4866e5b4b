import type { Priority } from '../gateway/gateway.ts'
import type { Report } from '../model/events.ts'
import type { Change, Plan } from '../plan/change.ts'
import { planKeys } from '../plan/plan.ts'
import type { World } from '../plan/world.ts'
import { Applier } from './applier.ts'
import type { ApplyError } from './errors.ts'
import type { Job } from './job.ts'
import { isUnfinished } from './jobs/declared.ts'
import type { ProviderKeys } from './keys/provider-keys.ts'
import type { Memory } from './memory.ts'
import { Notices } from './notices.ts'
import type { Observer } from './observer.ts'
import type { ReconcilerOptions } from './options.ts'
import { noneDone, type Standing } from './standing.ts'
import { isUnsettled, type Troubled, Troubles } from './troubles.ts'
import { callBack, type Work, Works } from './works.ts'

export interface EntriesParts {
  readonly options: ReconcilerOptions
  readonly retries: () => number
  readonly observer: Observer
  readonly keys: ProviderKeys
  readonly memory: Memory
  /** Always as it is now. */
  readonly world: () => World
  readonly report: Report
}

/** What is being done about each entry: a planned change is carried out, told, waited for or left alone, each by itself. */
export class Entries {
  readonly #parts: EntriesParts
  readonly #applier: Applier
  readonly #notices: Notices
  readonly #troubles: Troubles
  readonly #works = new Works()
  readonly #done = noneDone()
  #stopped = false
  #unsettled = 0

  constructor(parts: EntriesParts) {
    const { options, retries, observer, keys, world, report } = parts
    this.#parts = parts
    this.#notices = new Notices(report)
    this.#troubles = new Troubles(options.persistent ? (key) => this.#look(key, 'backlog') : undefined)
    this.#applier = new Applier({ ...options, retries, observer, keychain: keys.keychain, world, report })
  }

  /** What was done so far, and how those stand that fail or are in conflict. */
  get standing(): Standing {
    const { conflicts, guards } = this.#notices
    const all = [...this.troubled.values()]
    const failed = all.filter(({ permanent }) => permanent).length
    return { ...this.#done, failed, retrying: all.length - failed, conflicts, guards }
  }

  /** How many are being worked on. */
  get pending(): number {
    return this.#works.size
  }

  /** For how long the oldest work has been under way, in milliseconds; 0 where none is. */
  get ageMs(): number {
    return this.#works.ageMs
  }

  /** Keys that fail, and whether they do so until something changes. */
  get troubled(): ReadonlyMap<string, Troubled> {
    return this.#troubles.all
  }

  /** How many have a write whose outcome was not known when it was stopped. */
  get unsettled(): number {
    return this.#unsettled
  }

  /** Begins to carry out what is planned; work that is under way goes on with the declaration as it is by then. */
  apply({ changes, guards, providerKeys }: Plan, priority: Priority): void {
    this.#notices.guarded(guards)
    this.#parts.keys.see(providerKeys, priority)
    for (const change of changes) this.#see(change, priority)
    if (this.#works.size === 0) this.#parts.keys.lookAtRest()
  }

  /** The keys that are being worked on. */
  get underWay(): ReadonlySet<string> {
    return this.#works.keys
  }

  /** What is being done for a key. */
  work(key: string): Work | undefined {
    return this.#works.of(key)
  }

  /** Something changed about it: what failed may be tried at once. @param isEdited whether that was its declaration */
  forgive(key: string, isEdited: boolean): void {
    this.#troubles.forgive(key, isEdited)
  }

  /** The account is listed again: what it refused may be tried again. */
  forgiveAccount(): void {
    this.#troubles.forgiveAccount()
  }

  /** What some of these may have failed for is well again: those are looked at anew. */
  retryFailing(keys: Iterable<string>): void {
    this.#troubles.forgiveFailing(keys, (key) => this.#look(key, 'backlog'))
  }

  /** There is nothing to do any more about those that the plan says nothing of. */
  dropUnplanned({ changes }: Plan, keys: ReadonlySet<string>): void {
    if (keys.size === 0) return
    const planned = new Set(changes.map(({ key }) => key))
    for (const key of keys) if (!planned.has(key)) this.#drop(key)
  }

  /** Resolves when nothing is being worked on. */
  idle(): Promise<void> {
    return this.#works.idle()
  }

  /** Takes no more work, and gives up what has not been sent. */
  stop(): void {
    this.#stopped = true
    this.#troubles.stop()
    this.#works.abort()
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
    if (this.#stopped || this.#troubles.stand(change)) return
    this.#notices.about(change)
    this.#parts.keys.about(change)
    const job = this.#applier.jobFor(change, priority)
    if (job) return this.#begin(job, priority)
    if (change.kind === 'noop') this.#recovered(key)
    this.#rest(key)
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
    const present = job.kind === 'adopt' || job.kind === 'move' ? this.#parts.observer.index.byId(job.id) : undefined
    if (result.value === 'again' || job.kind === 'flush' || isUnfinished(this.#parts.world(), key, present)) work.again = true
    this.#recovered(key)
    if (!work.again) this.#parts.memory.settled(key)
  }

  #fail(key: string, error: ApplyError, { again, job }: Work): void {
    if (this.#stopped) this.#unsettled += isUnsettled(error) ? 1 : 0
    else if (error.type !== 'canceled' && !again) {
      this.#parts.report({ event: 'config.failed', key, change: job.kind, ...this.#troubles.add(key, error) })
    }
  }

  #recovered(key: string): void {
    const durationMs = this.#troubles.end(key)
    if (durationMs === undefined) return
    const id = this.#parts.options.store.entries.get(key)?.id
    if (id !== undefined) this.#parts.report({ event: 'config.recovered', key, id, durationMs })
  }

  #finish(work: Work): void {
    const { job, again, waiting } = work
    this.#works.end(work)
    if (this.#stopped) return
    if (again) this.#look(job.key, 'fresh')
    if (again && job.kind === 'move') this.#look(job.from, 'fresh')
    for (const other of waiting) this.#look(other, 'fresh')
    if (this.#works.size === 0) this.#parts.keys.lookAtRest()
  }

  #look(key: string, priority: Priority): void {
    const [change] = planKeys(this.#parts.world(), [key]).changes
    return change ? this.#see(change, priority) : this.#drop(key)
  }

  /** There is nothing to do about the key. */
  #rest(key: string): void {
    this.#troubles.end(key)
    this.#parts.memory.settled(key)
  }

  /** Nothing is known of the key any more. */
  #drop(key: string): void {
    this.#rest(key)
    this.#notices.forget(key)
    this.#parts.keys.forget(key)
    const underWay = this.#works.of(key)
    if (underWay) callBack(underWay)
  }
}
