import { ResultAsync } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Priority } from '../gateway/gateway.ts'
import type { Report } from '../model/events.ts'
import { managedEntries } from '../model/managed.ts'
import { countPlan, type Plan } from '../plan/change.ts'
import { isOverCap } from '../plan/guards.ts'
import { computePlan, planKeys } from '../plan/plan.ts'
import { isDeclared, type World } from '../plan/world.ts'
import { Entries } from './entries.ts'
import type { KeyIndex } from './keys/key-index.ts'
import { ProviderKeys } from './keys/provider-keys.ts'
import { Memory } from './memory.ts'
import type { ObservedIndex } from './observed-index.ts'
import { Observer } from './observer.ts'
import type { Standing } from './standing.ts'
import type { ReconcilerOptions } from './options.ts'
import type { Troubled } from './troubles.ts'
import type { Work } from './works.ts'

/** Observe, plan, apply; each key by itself, so that one that fails harms itself alone. */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #report: Report
  readonly #observer: Observer
  readonly #memory: Memory
  readonly #keys: ProviderKeys
  readonly #entries: Entries
  #onAbsence: () => void = () => {}
  #observed = false
  #stopped = false

  constructor(options: ReconcilerOptions, report: Report) {
    this.#options = options
    this.#report = report
    this.#observer = new Observer(options.gateway, options.owner)
    this.#memory = new Memory(() => options.tuning().deleteGrace)
    const world = () => this.world
    const retries = (): number => options.tuning().retries
    const made = (keys: Iterable<string>): void => this.#entries.retryFailing(keys)
    this.#keys = new ProviderKeys({ ...options, retries, world, report, made, isCalm: () => this.pending === 0 })
    const [observer, keys, memory] = [this.#observer, this.#keys, this.#memory]
    this.#entries = new Entries({ options, retries, observer, keys, memory, world, report })
  }

  get standing(): Standing {
    const { standing } = this.#entries
    const keys = [...this.troubledKeys.values()]
    const failed = keys.filter(({ permanent }) => permanent).length
    return { ...standing, failed: standing.failed + failed, retrying: standing.retrying + keys.length - failed }
  }

  /** What plans are computed from, as it is now. */
  get world(): World & { readonly observed: ObservedIndex; readonly providerKeys: KeyIndex } {
    const { owner, tuning, desired, store, secrets } = this.#options
    const { rules } = tuning()
    const [{ index: observed }, { index: providerKeys }] = [this.#observer, this.#keys]
    return { owner, rules, desired: desired(), applied: store.entries, observed, history: this.#memory, providerKeys, secrets }
  }

  /** How many entries are being worked on. */
  get pending(): number {
    return this.#entries.pending
  }

  /** For how long the entry that has been worked on for longest has been, in milliseconds; 0 where none is. */
  get ageMs(): number {
    return this.#entries.ageMs
  }

  /** How many are being worked on, and how many provider keys. */
  get inFlight(): number {
    return this.pending + this.#keys.keychain.inFlight
  }

  /** How many keys have a write whose outcome was not known when it was stopped: the next start settles it. */
  get unsettled(): number {
    return this.#entries.unsettled
  }

  /** Keys that fail, and whether they do so until something changes. */
  get troubled(): ReadonlyMap<string, Troubled> {
    return this.#entries.troubled
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
    return this.#options.tuning().rules.policy === 'sync' ? this.#memory.nextRipe() : undefined
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
      this.#entries.forgiveAccount()
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
    this.#entries.dropUnplanned(plan, new Set(this.troubled.keys()))
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

  /** The rules are others: what was begun by those before and has not been sent is called back, and planned by these. */
  rulesChanged(): void {
    this.#keys.keychain.callBack()
    if (this.#observed) this.#learn(this.#entries.underWay, new Set())
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
    const leaving = [...keys].flatMap((key) => (isDeclared(this.world, key) ? [] : (this.#entries.work(key) ?? [])))
    if (leaving.length > 0) return void this.#changeAfter(leaving, keys, edited)
    for (const key of keys) this.#entries.forgive(key, edited.has(key))
    this.#keys.forgive(keys)
    this.#entries.dropUnplanned(
      this.#apply('fresh', (world) => planKeys(world, keys)),
      keys,
    )
  }

  /** Resolves when nothing is being worked on; entries that wait for another try do not count. */
  async idle(): Promise<void> {
    while (this.inFlight > 0) await Promise.all([this.#entries.idle(), this.#keys.keychain.idle()])
  }

  /** Takes no more work, and gives up what has not been sent. */
  stop(): void {
    this.#stopped = true
    this.#entries.stop()
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
    this.#entries.apply(plan, priority)
    return plan
  }
}
