import type { DesiredState, Entry, Hold } from '../model/entry.ts'
import { ManagedKeys } from '../model/managed.ts'
import { type ManagedKeyUse, providerKeyId } from '../model/provider-key.ts'
import { isSameSecret } from '../model/secret.ts'
import { TracedMap } from '../model/traced-map.ts'

/**
 * Which module declares which keys: the desired state as it grows and changes, file by file. A module that breaks keeps what
 * it declared last; a key that several declarations claim is held.
 */
export class Registry {
  readonly #byFile = new Map<string, readonly Entry[]>()
  readonly #byKey = new Map<string, Map<Entry, string>>()
  readonly #entries = new TracedMap<Entry>()
  readonly #held = new Map<string, Hold>()
  readonly #managed = new ManagedKeys()
  readonly #broken = new Set<string>()
  #complete = false

  /** A live view. */
  get desired(): DesiredState {
    const { all: managed } = this.#managed
    return { entries: this.#entries, held: this.#held, managed, broken: this.#broken, complete: this.#complete }
  }

  /** Keys that a module declared when it last loaded. */
  keysOf(file: string): readonly string[] {
    return (this.#byFile.get(file) ?? []).map(({ key }) => key)
  }

  /**
   * The module loads, and declares these entries now.
   * @returns the keys whose entry or hold changed
   */
  declare(file: string, entries: readonly Entry[]): ReadonlySet<string> {
    this.#broken.delete(file)
    const before = this.#byFile.get(file) ?? []
    this.#byFile.set(file, entries)
    for (const entry of before) this.#claims(entry.key).delete(entry)
    for (const entry of entries) this.#claims(entry.key).set(entry, file)
    const touched = new Set([...before, ...entries].map(({ key }) => key))
    return new Set([...touched].filter((key) => this.#settle(key)))
  }

  /** The module does not load. */
  break(file: string): void {
    this.#broken.add(file)
  }

  /** The module loads again, and declares what it did. */
  mend(file: string): void {
    this.#broken.delete(file)
  }

  /** @returns the keys whose entry or hold changed */
  remove(file: string): ReadonlySet<string> {
    const changed = this.declare(file, [])
    this.#byFile.delete(file)
    return changed
  }

  /** While the folder is not wholly known, what it declared last stands. */
  setComplete(complete: boolean): void {
    this.#complete = complete
  }

  #claims(key: string): Map<Entry, string> {
    const claims = this.#byKey.get(key) ?? new Map<Entry, string>()
    this.#byKey.set(key, claims)
    return claims
  }

  #settle(key: string): boolean {
    const claims = this.#claims(key)
    const [sole] = claims.size === 1 ? claims.keys() : []
    const hold: Hold | undefined =
      claims.size > 1 ? { key, sources: [...new Set(claims.values())].toSorted(), reason: 'duplicate-key' } : undefined
    if (claims.size === 0) this.#byKey.delete(key)
    const before = this.#entries.get(key)
    const changed = !sameEntry(before, sole) || !sameHold(this.#held.get(key), hold)
    if (before) this.#managed.remove(before)
    if (sole) this.#managed.add(sole)
    replace(this.#entries, key, sole)
    replace(this.#held, key, hold)
    return changed
  }
}

/** The keys of which two states of a folder say something else. */
export function differingKeys(before: DesiredState, after: DesiredState): readonly string[] {
  const keys = new Set([...before.entries.keys(), ...before.held.keys(), ...after.entries.keys(), ...after.held.keys()])
  const isSame = (key: string): boolean =>
    sameEntry(before.entries.get(key), after.entries.get(key)) && sameHold(before.held.get(key), after.held.get(key))
  return [...keys].filter((key) => !isSame(key))
}

function replace<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

function sameEntry(a: Entry | undefined, b: Entry | undefined): boolean {
  if (!a || !b) return a === b
  return CONTENTS.every((property) => a[property] === b[property]) && sameSecrets(a.managedKeys, b.managedKeys)
}

/** What tells two entries of one key apart; the digest stands for the configuration, but for where its secrets are. */
const CONTENTS = ['digest', 'source', 'protect', 'renamedFrom', 'adopt'] as const

function sameHold(a: Hold | undefined, b: Hold | undefined): boolean {
  return a?.sources.join('\n') === b?.sources.join('\n')
}

function sameSecrets(a: readonly ManagedKeyUse[] = [], b: readonly ManagedKeyUse[] = []): boolean {
  return a.length === b.length && a.every((use, index) => sameUse(use, b[index]))
}

function sameUse(a: ManagedKeyUse, b: ManagedKeyUse | undefined): boolean {
  return b !== undefined && a.path === b.path && providerKeyId(a) === providerKeyId(b) && isSameSecret(a.secret, b.secret)
}
