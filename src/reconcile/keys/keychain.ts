import { Result, type ResultAsync } from 'neverthrow'
import type { GatewayError } from '../../gateway/errors.ts'
import type { Priority } from '../../gateway/gateway.ts'
import { type ObservedProviderKey, type ProviderKeyName, providerKeyId } from '../../model/provider-key.ts'
import type { KeyChange } from '../../plan/key-change.ts'
import { Creator } from '../create.ts'
import { type Failing, Troubles } from '../troubles.ts'
import { changeKey, type KeyWork } from './change.ts'
import { KeyNotices } from './key-notices.ts'
import { type KeyCreator, makeKey } from './make.ts'
import type { KeyError, KeyOptions, KeyParts } from './parts.ts'
import { Turns } from './turns.ts'

export interface KeychainOptions extends KeyParts {
  /** Called when one was worked on, or has waited long enough: it is to be looked at. */
  readonly look: (name: ProviderKeyName, priority: Priority) => void
  /** Whether what failed for the time being is tried again by itself. */
  readonly persistent: boolean
}

/** The provider keys that are ours: makes what entries need, each once, and carries out what plans say of those that are there. */
export class Keychain {
  readonly #options: KeychainOptions
  readonly #creator: KeyCreator
  readonly #turns = new Turns((id) => this.#free(id))
  readonly #notices: KeyNotices
  readonly #troubles: Troubles
  readonly #stop = new AbortController()
  /** Gives up what has not been sent, and is looked at again. */
  #recall = new AbortController()
  readonly #postponed = new Map<string, ProviderKeyName>()
  /** By `providerKeyId`, what changed while it was being worked on. */
  readonly #missed = new Set<string>()
  /** What was worked on last, by `providerKeyId`. */
  readonly #tried = new Map<string, ProviderKeyName>()

  constructor(options: KeychainOptions) {
    const { report, retries, persistent } = options
    this.#options = options
    this.#creator = new Creator<ObservedProviderKey, string>(retries)
    this.#notices = new KeyNotices(report)
    this.#troubles = new Troubles(persistent ? (id) => this.#look(id, 'backlog') : undefined)
  }

  /** How many are being worked on. */
  get inFlight(): number {
    return this.#turns.size
  }

  /** Whether one may have been made that no listing has shown. */
  get isUnsettled(): boolean {
    return this.#creator.isUnsettled
  }

  /** Those that fail, by `providerKeyId`. */
  get troubled(): ReadonlyMap<string, { readonly permanent: boolean; readonly msg: string }> {
    return this.#troubles.all
  }

  /** A complete listing that begins after this call. */
  observe(priority: Priority): ResultAsync<void, GatewayError> {
    return this.#options.observer.observe(priority).andTee(() => this.#troubles.forgiveAccount())
  }

  /** Sees to it that these exist, as far as they are declared. One that another entry needs as well is made once. */
  async ensure(names: readonly ProviderKeyName[], options: KeyOptions): Promise<Result<void, KeyError>> {
    const each = names.map((name) => {
      const id = providerKeyId(name)
      this.#tried.set(id, name)
      return this.#turns.take(id, () => makeKey(this.#options, this.#creator, name, options))
    })
    return Result.combine(await Promise.all(each)).map(() => {})
  }

  /** Begins what a plan says of them, and says what it does not do. */
  see(changes: readonly KeyChange[], priority: Priority): void {
    const worked = new Set(changes.filter(isWork).map(providerKeyId))
    for (const change of changes) this.#see(change, priority, worked)
  }

  /** Those that were to be deleted while an entry was being worked on. */
  takePostponed(): readonly ProviderKeyName[] {
    const names = [...this.#postponed.values()]
    this.#postponed.clear()
    return names
  }

  /** There is nothing to do any more about those that a whole plan does not speak of. */
  retain(changes: readonly KeyChange[]): void {
    const planned = new Set(changes.map(providerKeyId))
    for (const id of this.#troubles.all.keys()) if (!planned.has(id) && !this.#turns.isTaken(id)) this.#troubles.end(id)
    this.#notices.retain(new Set(changes.flatMap((change) => ('id' in change ? change.id : []))))
  }

  /** What failed may be tried at once: its declaration or its secret changed. */
  forgive(names: Iterable<ProviderKeyName>): void {
    for (const name of names) this.#troubles.forgive(providerKeyId(name))
  }

  /** What has not been sent of what plans said is given up, and looked at again. */
  callBack(): void {
    this.#recall.abort()
    this.#recall = new AbortController()
  }

  idle(): Promise<void> {
    return this.#turns.idle()
  }

  /** Takes no more work, and gives up what has not been sent. */
  stop(): void {
    this.#stop.abort()
    this.#recall.abort()
    this.#troubles.stop()
  }

  /** @param worked those about which there is something to do: that may be what fails */
  #see(change: KeyChange, priority: Priority, worked: ReadonlySet<string>): void {
    const id = providerKeyId(change)
    if (this.#stop.signal.aborted) return
    if (this.#turns.isTaken(id)) return void (priority === 'fresh' && this.#missed.add(id))
    if (isWork(change)) return this.#begin(change, priority)
    this.#notices.about(change)
    if ('record' in change && change.record !== undefined) this.#options.observer.index.setApplied(change.id, change.record)
    if (worked.has(id)) return
    if (change.kind === 'noop') this.#recovered(change, change.id)
    else this.#troubles.end(id)
  }

  #begin(change: KeyWork, priority: Priority): void {
    const id = providerKeyId(change)
    if (this.#troubles.isWaiting(id)) return
    this.#notices.about(change)
    // What is on its way to the gateway may refer to it. It is looked at again once nothing is.
    if (change.kind === 'delete' && !this.#options.isCalm()) return void this.#postponed.set(id, change)
    void this.#turns.take(id, () => this.#work(change, priority))
  }

  async #work(change: KeyWork, priority: Priority): Promise<void> {
    const id = providerKeyId(change)
    this.#tried.set(id, change)
    const outcome = await changeKey(this.#options, change, { priority, signal: this.#recall.signal })
    if (this.#stop.signal.aborted) return
    if (outcome.isErr() && outcome.error.type !== 'canceled') return this.#tell(change, this.#troubles.add(id, outcome.error))
    if (outcome.isOk()) this.#recovered(change, change.id)
  }

  /** What failed waits for its time, unless something changed meanwhile. */
  #free(id: string): void {
    if (this.#stop.signal.aborted) return
    if (this.#missed.delete(id)) this.#troubles.forgive(id)
    else if (this.#troubles.all.has(id)) return
    this.#look(id, 'fresh')
  }

  #look(id: string, priority: Priority): void {
    const tried = this.#tried.get(id)
    if (tried) this.#options.look(tried, priority)
  }

  #recovered({ provider, name }: ProviderKeyName, id: string): void {
    const durationMs = this.#troubles.end(providerKeyId({ provider, name }))
    if (durationMs !== undefined) this.#options.report({ event: 'provider-key.recovered', provider, name, id, durationMs })
  }

  #tell({ provider, name, id }: KeyWork, failing: Failing): void {
    const { reason: _, ...failure } = failing
    this.#options.report({ event: 'provider-key.failed', provider, name, id, ...failure })
  }
}

function isWork(change: KeyChange): change is KeyWork {
  if (change.kind === 'delete') return true
  return (change.kind === 'rotate' || change.kind === 'update') && change.withheld === undefined
}
