/** The provider keys of the account, with their values, by a clock that never stands still. */
import { redact } from '../../../../src/emulator/redact.ts'
import type { ProviderKeyPatch, Removal } from '../../../../src/gateway/gateway.ts'
import type { ObservedProviderKey } from '../../../../src/model/provider-key.ts'
import { decodeMetadata } from '../../../../src/model/stamp.ts'

/** So many older states a listing may show. */
const REMEMBERED = 4

interface StoredKey {
  readonly id: string
  readonly name: string
  readonly value: string
  readonly metadata?: string | undefined
  readonly createdAt: string
  readonly updatedAt: string
  readonly lastUpdatedBy: string
}

type Stored = ReadonlyMap<string, StoredKey>

export class KeyAccount {
  readonly #isUsed: (id: string) => boolean
  #stored: Stored = new Map()
  readonly #before: Stored[] = []
  #serial = 0
  #seconds = 0

  /** @param isUsed whether a rule refers to it, so that it is not deleted */
  constructor(isUsed: (id: string) => boolean) {
    this.#isUsed = isUsed
  }

  get all(): readonly ObservedProviderKey[] {
    return this.listed(0).toReversed()
  }

  get(id: string): ObservedProviderKey | undefined {
    const key = this.#stored.get(id)
    return key && shown(key)
  }

  valueOf(id: string): string | undefined {
    return this.#stored.get(id)?.value
  }

  /** Newest first. @param lag how many changes it is behind */
  listed(lag: number): readonly ObservedProviderKey[] {
    const stored = lag === 0 ? this.#stored : (this.#before.at(-lag) ?? this.#before[0] ?? this.#stored)
    return [...stored.values()].map(shown).toReversed()
  }

  create({ name, value, metadata }: Pick<StoredKey, 'name' | 'value' | 'metadata'>, by: string): ObservedProviderKey {
    const now = this.#now()
    const id = `aigpk_${String(++this.#serial).padStart(4, '0')}`
    return this.#put({ id, name, value, metadata, createdAt: now, updatedAt: now, lastUpdatedBy: by })
  }

  /** @returns undefined where there is none */
  update(id: string, patch: ProviderKeyPatch & { readonly value?: string }, by: string): ObservedProviderKey | undefined {
    const present = this.#stored.get(id)
    return present && this.#put({ ...present, ...patch, updatedAt: this.#now(), lastUpdatedBy: by })
  }

  remove(id: string): Removal {
    if (!this.#stored.has(id)) return 'gone'
    if (this.#isUsed(id)) return 'in-use'
    this.#replace((stored) => stored.delete(id))
    return 'removed'
  }

  #put(key: StoredKey): ObservedProviderKey {
    this.#replace((stored) => stored.set(key.id, key))
    return shown(key)
  }

  #now(): string {
    return new Date(Date.UTC(2026, 0, 1) + 1_000 * ++this.#seconds).toISOString()
  }

  #replace(change: (stored: Map<string, StoredKey>) => void): void {
    this.#before.push(this.#stored)
    if (this.#before.length > REMEMBERED) this.#before.shift()
    const next = new Map(this.#stored)
    change(next)
    this.#stored = next
  }
}

function shown({ value, metadata, ...rest }: StoredKey): ObservedProviderKey {
  const { stamp } = decodeMetadata(metadata)
  const told = { ...(metadata && { metadata }), ...(stamp && { stamp }) }
  return { ...rest, provider: 'openai', keyRedacted: redact(value), ...told }
}
