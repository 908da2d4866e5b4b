/** Judges every write to a provider key as it leaves: what must never happen, whatever else does. */
import { type ObservedProviderKey, providerKeyId } from '../../../../src/model/provider-key.ts'
import type { Stamp } from '../../../../src/model/stamp.ts'
import { idIn } from '../../../../src/plan/keys/records.ts'
import { OWNER } from '../../../support/states.ts'
import { declaredValue } from './declared.ts'
import { GRACE_MS, type KeyProcess } from './process.ts'
import type { KeySim } from './sim.ts'

export class KeyLedger {
  readonly violations: string[] = []
  /** Changed by a person, or by a write of ours that came late. */
  readonly touched = new Set<string>()
  /** A person gave it another value than the one that was declared and applied, and nothing was declared anew since. */
  readonly swapped = new Set<string>()
  /** A lockfile was lost, or an older one put back. */
  isForgetful = false
  /** A process was killed before it wrote down what it had done to a configuration. */
  isUnheard = false
  /** What is carried out is carried out late. */
  isLate = false
  readonly #sim: KeySim
  readonly #nonces = new Set<string>()
  readonly #known = new WeakMap<KeyProcess, Map<string, ObservedProviderKey>>()
  readonly #listed = new WeakMap<KeyProcess, readonly ObservedProviderKey[]>()
  readonly #looks = new WeakMap<KeyProcess, Map<string, ObservedProviderKey | undefined>>()

  constructor(sim: KeySim) {
    this.#sim = sim
  }

  listed(process: KeyProcess, listed: readonly ObservedProviderKey[]): void {
    this.#listed.set(process, listed)
    for (const key of listed) this.#knownTo(process).set(key.id, key)
  }

  looked(process: KeyProcess, id: string, found: ObservedProviderKey | undefined): void {
    this.#looksOf(process).set(id, found)
    if (found) this.#knownTo(process).set(id, found)
  }

  /** The provider keys that a process has seen, whether or not its last listing showed them. */
  knownBy(process: KeyProcess): readonly ObservedProviderKey[] {
    return [...this.#knownTo(process).values()]
  }

  /** @param known what was known when it was decided on */
  creating(process: KeyProcess, known: readonly ObservedProviderKey[], name: string, { owner, key, nonce }: Stamp): void {
    this.#demand(
      owner === OWNER && key === name && !this.#nonces.has(nonce),
      `create-key ${name}: the stamp is ours, its nonce new`,
    )
    this.#nonces.add(nonce)
    const { managed } = process.view.desired
    // What left before a crash may be carried out after it, whatever is declared by then.
    const isDeclared = process.isDead || managed.has(providerKeyId({ provider: 'openai', name }))
    this.#demand(isDeclared, `create-key ${name}: an entry declares it`)
    for (const each of known) {
      const isThere = isOurs(each, name) && isOurs(this.#sim.keys.get(each.id), name)
      this.#demand(!isThere, `create-key ${name}: ${each.id} is not there, as was seen`)
    }
    for (const { id } of this.#recorded(process, name)) {
      const isUnseen = !known.some((each) => each.id === id)
      this.#demand(!isUnseen || !isOurs(this.#sim.keys.get(id), name), `create-key ${name}: ${id} is gone, not only not listed`)
    }
  }

  changing(process: KeyProcess, id: string, what: 'rotate' | 'update'): void {
    const { rules } = this.#sim
    const look = this.#looksOf(process).get(id)
    this.#demand(look, `${what}-key ${id}: it was looked at just before`)
    this.#looksOf(process).delete(id)
    if (!look) return
    const isTied = [...process.store.entries.values()].some(({ secrets }) =>
      Object.values(secrets).some((record) => idIn(record) === id),
    )
    this.#demand(look.stamp ? look.stamp.owner === OWNER : isTied, `${what}-key ${id}: it is ours`)
    this.#demand(rules.policy !== 'create-only', `${what}-key ${id}: create-only changes nothing`)
    this.#demand(what === 'rotate' || rules.drift !== 'report', `${what}-key ${id}: report corrects nothing`)
    const isKept = what === 'rotate' && this.swapped.has(id) && rules.drift !== 'correct-all'
    this.#demand(!isKept, `rotate-key ${id}: the value that a person gave it stays`)
  }

  changed(id: string): void {
    if (this.isLate) this.touched.add(id)
  }

  /** What was rotated before any entry in the lockfile was tied to it: nobody can tell that from a person's doing. */
  crashed(): void {
    const records = [...this.#sim.disk.durable.values()].flatMap(({ secrets }) => Object.values(secrets))
    const tied = new Set(records.map(idIn))
    for (const { id, updatedAt, createdAt } of this.#sim.keys.all) {
      if (updatedAt > createdAt && !tied.has(id)) this.touched.add(id)
    }
  }

  /** @param known as `creating` */
  removing(process: KeyProcess, known: readonly ObservedProviderKey[], id: string): void {
    const look = this.#looksOf(process).get(id)
    this.#demand(look, `remove-key ${id}: it was looked at just before`)
    this.#looksOf(process).delete(id)
    if (!look) return
    const { stamp } = look
    this.#demand(stamp?.owner === OWNER, `remove-key ${id}: it is ours`)
    const name = stamp?.key ?? ''
    const reasons = [this.#againstPrune(process, name), this.#againstSurplus(process, known, look, name)]
    this.#demand(reasons.includes(undefined), `remove-key ${id} of ${name}: it is ${reasons.join(' nor ')}`)
  }

  /** A person gives it another value. */
  swapping(id: string, value: string): void {
    const { keys, daemon } = this.#sim
    this.touched.add(id)
    const present = keys.get(id)
    const name = present?.stamp?.owner === OWNER ? present.stamp.key : ''
    const declared = declaredValue(this.#sim, name)
    if (declared === undefined || declared.value !== keys.valueOf(id) || value === declared.value) return
    const fingerprint = `${id}:${declared.seal.fingerprint(present?.stamp?.nonce ?? '')}`
    const records = [...this.#sim.disk.durable.values(), ...(daemon?.store.entries.values() ?? [])]
    const said = records.flatMap(({ secrets }) => Object.values(secrets).filter((record) => idIn(record) === id))
    const isApplied = said.length > 0 && said.every((record) => record === fingerprint)
    const isUnder = !daemon || daemon.reconciler.world.providerKeys.appliedTo(id) === fingerprint.slice(id.length + 1)
    const isFresh = daemon?.view.desired.entries.keys().some((key) => daemon.reconciler.world.history.isFresh(key))
    const isIdle = !daemon?.isBusy && !isFresh
    if (isApplied && isUnder && isIdle) this.swapped.add(id)
  }

  /** What is declared, or what is known of what was applied, is another. */
  forgetSwaps(): void {
    this.swapped.clear()
  }

  /** @returns what speaks against it */
  #againstPrune(process: KeyProcess, name: string): string | undefined {
    const { managed, complete, broken, held } = process.view.desired
    if (managed.has(providerKeyId({ provider: 'openai', name })) || !complete) return 'declared'
    if (this.#sim.rules.policy !== 'sync') return 'not to be deleted by policy'
    if (broken.size > 0 || held.size > 0) return 'maybe declared in what cannot be read'
    return process.goneFor(name) >= GRACE_MS ? undefined : `gone for ${process.goneFor(name)} ms only`
  }

  /** Judged by what was seen: a person may have taken the other one away since. */
  #againstSurplus(
    process: KeyProcess,
    known: readonly ObservedProviderKey[],
    { id, stamp }: ObservedProviderKey,
    name: string,
  ): string | undefined {
    const siblings = known.filter((each) => each.id !== id && isOurs(each, name))
    if (siblings.length === 0) return 'not surplus'
    const copies = (this.#listed.get(process) ?? []).filter((each) => each.id !== id && isOurs(each, name))
    return copies.some((each) => each.stamp?.nonce === stamp?.nonce) ? 'a copy' : undefined
  }

  /** What the lockfile says of the name, by the entries that declare it. */
  #recorded(process: KeyProcess, name: string): readonly { readonly id: string }[] {
    const { entries } = process.view.desired
    return [...entries.values()].flatMap(({ key, managedKeys = [] }) => {
      const secrets = process.store.entries.get(key)?.secrets ?? {}
      return managedKeys.flatMap((use) => (use.name === name ? { id: idIn(secrets[use.path]) ?? '' } : []))
    })
  }

  #knownTo(process: KeyProcess): Map<string, ObservedProviderKey> {
    const known = this.#known.get(process) ?? new Map<string, ObservedProviderKey>()
    this.#known.set(process, known)
    return known
  }

  #looksOf(process: KeyProcess): Map<string, ObservedProviderKey | undefined> {
    const looks = this.#looks.get(process) ?? new Map<string, ObservedProviderKey | undefined>()
    this.#looks.set(process, looks)
    return looks
  }

  #demand(holds: unknown, what: string): void {
    if (!holds) this.violations.push(what)
  }
}

export function isOurs(key: ObservedProviderKey | undefined, name: string): boolean {
  return key?.stamp?.owner === OWNER && key.stamp.key === name
}
