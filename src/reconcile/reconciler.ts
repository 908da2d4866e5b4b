import { ResultAsync } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Priority } from '../gateway/gateway.ts'
import type { Report } from '../model/events.ts'
import { managedEntries } from '../model/managed.ts'
import { type Change, countPlan, type Plan } from '../plan/change.ts'
import { isOverCap } from '../plan/guards.ts'
import { computePlan, planKeys } from '../plan/plan.ts'
import { isDeclared, type World } from '../plan/world.ts'
import { Applier } from './applier.ts'
import type { Job } from './job.ts'
import { isUnfinished } from './jobs/declared.ts'
import type { ApplyError } from './errors.ts'
import type { KeyIndex } from './keys/key-index.ts'
import { ProviderKeys } from './keys/provider-keys.ts'
import { Memory } from './memory.ts'
import { Notices } from './notices.ts'
import type { ObservedIndex } from './observed-index.ts'
import { Observer } from './observer.ts'
import { noneDone, type Standing } from './standing.ts'
import type { ReconcilerOptions } from './options.ts'
import { isUnsettled, type Troubled, Troubles } from './troubles.ts'
import { callBack, type Work, Works } from './works.ts'

/** Observe, plan, apply; each key by itself, so that one that fails harms itself alone. */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #report: Report
  readonly #observer: Observer
  readonly #applier: Applier
  readonly #notices: Notices
  readonly #troubles: Troubles
  readonly #memory: Memory
  readonly #keys: ProviderKeys
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
    this.#troubles = new Troubles({
      tell: (key, failing) => report({ event: 'config.failed', key, ...failing }),
      retry: options.persistent ? (key) => this.#look(key, 'backlog') : undefined,
    })
    this.#memory = new Memory(options.deleteGrace)
    const world = () => this.world
    const made = (keys: Iterable<string>): void => this.#troubles.forgiveFailing(keys, (key) => this.#look(key, 'backlog'))
    this.#keys = new ProviderKeys({ ...options, world, report, made, isCalm: () => this.#works.size === 0 })
    this.#applier = new Applier({ ...options, observer: this.#observer, keychain: this.#keys.keychain, world, report })
  }

  get standing(): Standing {
    const { conflicts, guards } = this.#notices
    const all = [...this.#troubles.all.values(), ...this.troubledKeys.values()]
    const failed = all.filter(({ permanent }) => permanent).length
    return { ...this.#done, failed, retrying: all.length - failed, conflicts, guards }
  }

  /** What plans are computed from, as it is now. */
  get world(): World & { readonly observed: ObservedIndex; readonly providerKeys: KeyIndex } {
    const { owner, rules, desired, store, secrets } = this.#options
    const [{ index: observed }, { index: providerKeys }] = [this.#observer, this.#keys]
    return { owner, rules, desired: desired(), applied: store.entries, observed, history: this.#memory, providerKeys, secrets }
  }

  /** How many entries are being worked on. */
  get pending(): number {
    return this.#works.size
  }

  /** The same, and how many provider keys. */
  get inFlight(): number {
    return this.#works.size + this.#keys.keychain.inFlight
  }

  /** How many keys have a write whose outcome was not known when it was stopped: the next start settles it. */
  get unsettled(): number {
    return this.#unsettled
  }

  /** Keys that fail, and whether they do so until something changes. */
  get troubled(): ReadonlyMap<string, Troubled> {
    return this.#troubles.all
  }

  /** Provider keys that fail, by `providerKeyId`. */
  get troubledKeys(): ReadonlyMap<string, Troubled> {
    return this.#keys.keychain.troubled
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

  /** @param listener called when secrets were read that may lie in other places than before */
  onSecrets(listener: () => void): void {
    this.#keys.onSecrets = listener
  }

  /** Lists the gateway. Nothing is written before this has succeeded once. */
  observe(priority: Priority): ResultAsync<void, GatewayError> {
    return ResultAsync.combine([this.#observer.observe(priority), this.#keys.observe(priority)]).map(() => {
      this.#observed = true
      this.#troubles.forgiveAccount()
    })
  }

  /**
   * A person says that so many deletions are right, once: those that are to be made now.
   * @returns how many there are, where that is another number; nothing is confirmed then
   */
  approveDeletions(count: number): number | undefined {
    return this.#memory.approve(this.world, count)
  }

  /**
   * Reads what plans need besides the folder and the listing: the secrets that are declared; and who uses what is to be deleted, where
   * it is more than a cap allows: what is in use is not deleted, and must not hold up the rest. Where that cannot be had, the cap
   * stands. Below the caps each deletion finds out by itself.
   */
  async prepare(priority: Priority): Promise<void> {
    await this.#keys.prepare()
    if (isOverCap(this.world)) await this.#observer.refer(priority).unwrapOr(undefined)
  }

  /** Plans everything and begins to apply it. */
  reconcile(priority: Priority): Plan {
    if (this.#memory.noteAll(this.world)) this.#onAbsence()
    const plan = this.#apply(priority, computePlan)
    this.#dropUnplanned(plan, [...this.#troubles.all.keys()])
    this.#keys.keychain.retain(plan.providerKeys)
    return plan
  }

  /** Plans what concerns some keys and begins to apply it, ahead of any backlog. */
  change(keys: ReadonlySet<string>): void {
    if (this.#observed) this.#learn(keys, keys) // otherwise the first reconcile will see to everything
  }

  /** Secrets are otherwise than they were: looks at all that is declared of them. */
  secretsChanged(): void {
    if (this.#observed) this.#learn(new Set(managedEntries(this.world.desired)), new Set())
  }

  #learn(keys: ReadonlySet<string>, edited: ReadonlySet<string>): void {
    const all = this.#keys.concernedBy(keys)
    const declared = this.#keys.secretsOf(all)
    if (declared.length === 0) return this.#change(all, edited)
    void this.#keys.learn(declared).then(() => this.#stopped || this.#change(all, edited))
  }

  /** @param edited those of the keys whose declaration changed */
  #change(keys: ReadonlySet<string>, edited: ReadonlySet<string>): void {
    this.#memory.changed(this.world, edited)
    this.#note(keys)
    const leaving = [...keys].flatMap((key) => (isDeclared(this.world, key) ? [] : (this.#works.of(key) ?? [])))
    if (leaving.length > 0) return void this.#changeAfter(leaving, keys, edited)
    for (const key of keys) this.#troubles.forgive(key, edited.has(key))
    this.#keys.forgive(keys)
    this.#dropUnplanned(
      this.#apply('fresh', (world) => planKeys(world, keys)),
      keys,
    )
  }

  /** Resolves when nothing is being worked on; entries that wait for another try do not count. */
  async idle(): Promise<void> {
    while (this.inFlight > 0) await Promise.all([this.#works.idle(), this.#keys.keychain.idle()])
  }

  /** Takes no more work, and gives up what has not been sent. */
  stop(): void {
    this.#stopped = true
    this.#troubles.stop()
    this.#works.abort()
    this.#keys.keychain.stop()
  }

  /** What is being done for a key that vanished ends first: what arrives may be the same entry under another key. */
  async #changeAfter(leaving: readonly Work[], keys: ReadonlySet<string>, edited: ReadonlySet<string>): Promise<void> {
    for (const work of leaving) work.cancel.abort()
    await Promise.all(leaving.map(({ done }) => done))
    if (!this.#stopped) this.#learn(keys, edited)
  }

  #note(keys: Iterable<string>): void {
    if (this.#memory.note(this.world, keys)) this.#onAbsence()
  }

  #apply(priority: Priority, compute: (world: World) => Plan): Plan {
    const start = performance.now()
    const plan = compute(this.world)
    this.#report({ event: 'plan.computed', ...countPlan(plan), durationMs: performance.now() - start })
    this.#notices.guarded(plan.guards)
    this.#keys.see(plan.providerKeys, priority)
    for (const change of plan.changes) this.#see(change, priority)
    if (this.#works.size === 0) this.#keys.lookAtRest()
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
    if (this.#stopped || this.#troubles.stand(change)) return
    this.#notices.about(change)
    this.#keys.about(change)
    const job = this.#applier.jobFor(change, priority)
    if (job) return this.#begin(job, priority)
    if (change.kind === 'noop') this.#recovered(key)
    this.#rest(key)
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
    const present = job.kind === 'adopt' || job.kind === 'move' ? this.#observer.index.byId(job.id) : undefined
    if (result.value === 'again' || job.kind === 'flush' || isUnfinished(this.world, key, present)) work.again = true
    this.#recovered(key)
    if (!work.again) this.#memory.settled(key)
  }

  #fail(key: string, error: ApplyError, { again }: Work): void {
    if (this.#stopped) this.#unsettled += isUnsettled(error) ? 1 : 0
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
    if (this.#works.size === 0) this.#keys.lookAtRest()
  }

  #look(key: string, priority: Priority): void {
    const [change] = planKeys(this.world, [key]).changes
    return change ? this.#see(change, priority) : this.#drop(key)
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
    this.#keys.forget(key)
    const underWay = this.#works.of(key)
    if (underWay) callBack(underWay)
  }
}
