import { okAsync, ResultAsync } from 'neverthrow'
import type { GatewayError } from '../../gateway/errors.ts'
import type { Gateway, Priority } from '../../gateway/gateway.ts'
import type { LockfileStore } from '../../lockfile/store.ts'
import type { Report } from '../../model/events.ts'
import { declaredSecrets } from '../../model/managed.ts'
import { type ProviderKeyName, providerKeyId } from '../../model/provider-key.ts'
import type { SecretSource } from '../../model/secret.ts'
import { isAnotherAccount, survey } from '../../plan/guards.ts'
import type { Change } from '../../plan/change.ts'
import type { KeyChange } from '../../plan/key-change.ts'
import { planDeclaredKeys, planUndeclaredKeys, undeclaredKeys } from '../../plan/keys/plan-keys.ts'
import { fingerprintsIn } from '../../plan/keys/records.ts'
import { needsProviderKeys } from '../../plan/keys/needs.ts'
import type { World } from '../../plan/world.ts'
import { KeyIndex } from './key-index.ts'
import { KeyObserver } from './key-observer.ts'
import { Keychain } from './keychain.ts'
import type { Secrets } from './secrets.ts'

export interface ProviderKeysOptions {
  readonly gateway: Gateway
  readonly secrets: Secrets
  readonly store: LockfileStore
  readonly owner: string
  readonly retries: () => number
  readonly persistent: boolean
  /** Always as it is now. */
  readonly world: () => World
  readonly report: Report
  /** Called with the keys of the entries that declare it when one was made. */
  readonly made: (entries: Iterable<string>) => void
  /** Whether no entry is being worked on. */
  readonly isCalm: () => boolean
}

/** Everything that reconciling does about provider keys. */
export class ProviderKeys {
  readonly #options: ProviderKeysOptions
  readonly #observer: KeyObserver
  /** Entries that a provider key keeps from being applied. */
  readonly #kept = new Set<string>()
  readonly keychain: Keychain
  /** Called when secrets were read that may lie in other places than before. */
  onSecrets: () => void = () => {}

  constructor(options: ProviderKeysOptions) {
    const { gateway, owner, store } = options
    this.#options = options
    const index = new KeyIndex(owner, fingerprintsIn(store.entries))
    this.#observer = new KeyObserver(gateway.providerKeys, index, () => fingerprintsIn(store.entries).keys())
    const look = (name: ProviderKeyName, priority: Priority): void => this.#look(name, priority)
    const made = (name: ProviderKeyName): void =>
      options.made(options.world().desired.managed.get(providerKeyId(name))?.entries ?? [])
    this.keychain = new Keychain({ ...options, gateway: gateway.providerKeys, observer: this.#observer, look, made })
  }

  get index(): KeyIndex {
    return this.#observer.index
  }

  /** Lists them once, since nobody else tells of what is left of ours; and then as long as any is needed, or ours. */
  observe(priority: Priority): ResultAsync<void, GatewayError> {
    return this.#isNeeded() ? this.keychain.observe(priority) : okAsync(undefined)
  }

  /** Reads all the secrets that entries declare anew, and forgets what others said. */
  async prepare(): Promise<void> {
    const { secrets, world } = this.#options
    const declared = declaredSecrets(world().desired)
    secrets.retain(declared)
    await this.learn(declared)
  }

  async learn(declared: readonly SecretSource[]): Promise<void> {
    if (declared.length === 0) return
    await this.#options.secrets.learn(declared)
    this.onSecrets()
  }

  /** What some entries declare of secrets. */
  secretsOf(keys: Iterable<string>): readonly SecretSource[] {
    const { entries } = this.#options.world().desired
    return [...keys].flatMap((key) => entries.get(key)?.managedKeys?.map(({ secret }) => secret) ?? [])
  }

  /** Takes note whether a provider key keeps an entry from being applied. */
  about({ key, ...change }: Change): void {
    if (change.kind === 'conflict' && change.problem) this.#kept.add(key)
    else this.#kept.delete(key)
  }

  forget(key: string): void {
    this.#kept.delete(key)
  }

  /** Some entries, and those for which a change of them may matter: who says another secret for the same key, and who waits for one. */
  concernedBy(keys: ReadonlySet<string>): ReadonlySet<string> {
    const { entries, managed } = this.#options.world().desired
    const all = new Set([...keys, ...this.#kept])
    for (const key of keys) {
      for (const use of entries.get(key)?.managedKeys ?? []) {
        const declared = managed.get(providerKeyId(use))
        if (declared && declared.secrets.length > 1) for (const other of declared.entries) all.add(other)
      }
    }
    return all
  }

  /** What some entries declare may be tried at once. */
  forgive(keys: Iterable<string>): void {
    const { entries } = this.#options.world().desired
    for (const key of keys) this.keychain.forgive(entries.get(key)?.managedKeys ?? [])
  }

  /** Begins what a plan says of those that entries declare. What none does any more is looked at once nothing may refer to it. */
  see(changes: readonly KeyChange[], priority: Priority): void {
    this.keychain.see(changes.filter(isDeclaredChange), priority)
  }

  /** Looks at what no entry declares any more, and at what is there twice, once nothing else is under way that may still refer to it. */
  lookAtRest(): void {
    if (!this.index.ownsAny) return
    for (const name of this.keychain.takePostponed()) this.#look(name, 'backlog')
    const world = this.#options.world()
    if (undeclaredKeys(world).length === 0) return
    const { areKeysCapped, isStrange } = survey(world)
    if (!isStrange) this.keychain.see(planUndeclaredKeys(world, { isCapped: areKeysCapped }), 'backlog')
  }

  #look(name: ProviderKeyName, priority: Priority): void {
    const world = this.#options.world()
    const id = providerKeyId(name)
    if (!world.desired.managed.has(id)) return this.lookAtRest()
    if (!isAnotherAccount(world)) this.keychain.see(planDeclaredKeys(world, [name]), priority)
  }

  #isNeeded(): boolean {
    return this.#observer.age === Infinity || this.keychain.isUnsettled || needsProviderKeys(this.#options.world())
  }
}

function isDeclaredChange(change: KeyChange): boolean {
  return change.kind !== 'orphan' && !(change.kind === 'delete' && change.reason === 'not-declared')
}
