import type { DesiredState, Entry } from './entry.ts'
import { type Managed, providerKeyId } from './provider-key.ts'
import { isSameSecret, type SecretSource } from './secret.ts'

/**
 * What entries say of managed provider keys, by `providerKeyId`, kept as they come and go: ten thousand entries may share one, and
 * are not to be looked at for each of them.
 */
export class ManagedKeys {
  readonly #byId = new Map<string, Counted>()

  /** A live view. */
  get all(): ReadonlyMap<string, Managed> {
    return this.#byId
  }

  add({ key, managedKeys = [] }: Declaring): void {
    for (const use of managedKeys) {
      const id = providerKeyId(use)
      const counted = this.#byId.get(id) ?? new Counted()
      this.#byId.set(id, counted)
      counted.add(key, use.secret)
    }
  }

  remove({ key, managedKeys = [] }: Declaring): void {
    for (const use of managedKeys) {
      const id = providerKeyId(use)
      const counted = this.#byId.get(id)
      counted?.remove(key, use.secret)
      if (counted?.secrets.length === 0) this.#byId.delete(id)
    }
  }
}

type Declaring = Pick<Entry, 'key' | 'managedKeys'>

class Counted implements Managed {
  readonly entries = new Set<string>()
  secrets: readonly SecretSource[] = []
  /** How often each of `secrets` is said, in the same order. */
  #counts: readonly number[] = []

  add(key: string, secret: SecretSource): void {
    this.entries.add(key)
    const index = this.#find(secret)
    if (index === -1) {
      this.secrets = [...this.secrets, secret]
      this.#counts = [...this.#counts, 1]
    } else this.#counts = this.#counts.with(index, (this.#counts[index] ?? 0) + 1)
  }

  /** An entry goes as a whole, with every place that says it. */
  remove(key: string, secret: SecretSource): void {
    this.entries.delete(key)
    const index = this.#find(secret)
    const count = (this.#counts[index] ?? 0) - 1
    if (count > 0) this.#counts = this.#counts.with(index, count)
    else {
      this.secrets = this.secrets.toSpliced(index, 1)
      this.#counts = this.#counts.toSpliced(index, 1)
    }
  }

  #find(secret: SecretSource): number {
    return this.secrets.findIndex((each) => isSameSecret(each, secret))
  }
}

/** The same of entries that stay as they are. */
export function managedBy(entries: Iterable<Declaring>): ReadonlyMap<string, Managed> {
  const managed = new ManagedKeys()
  for (const entry of entries) managed.add(entry)
  return managed.all
}

/** The secrets that entries declare, each once for each provider key. */
export function declaredSecrets({ managed }: Pick<DesiredState, 'managed'>): readonly SecretSource[] {
  return [...managed.values()].flatMap(({ secrets }) => secrets)
}

/** The keys of the entries that declare a managed provider key. */
export function managedEntries({ managed }: Pick<DesiredState, 'managed'>): readonly string[] {
  const keys = new Set<string>()
  for (const { entries } of managed.values()) for (const key of entries) keys.add(key)
  return [...keys]
}
