/** The account behind the gateway: what is stored, by a clock of its own that never stands still. */
import type { Configuration } from '../../../src/model/configuration.ts'
import type { ConfigurationPatch } from '../../../src/model/patch.ts'
import type { ObservedConfiguration } from '../../../src/model/observed.ts'
import { decodeMetadata } from '../../../src/model/stamp.ts'
import type { Removal } from '../../../src/gateway/gateway.ts'
import type { FakeAccessKey } from '../../support/fake-gateway.ts'

/** What a server makes of what it is sent: nothing; the same said otherwise; or something a declaration does not say. */
export type Spelling = 'verbatim' | 'normal' | 'trimmed'

/** So many older states a listing may show. */
const REMEMBERED = 4

type Stored = ReadonlyMap<string, ObservedConfiguration>

export class Account {
  readonly #spelling: Spelling
  #stored: Stored = new Map()
  readonly #before: Stored[] = []
  /** Newest first. */
  readonly accessKeys: FakeAccessKey[] = []
  #serial = 0
  #seconds = 0

  constructor(spelling: Spelling) {
    this.#spelling = spelling
  }

  get all(): readonly ObservedConfiguration[] {
    return [...this.#stored.values()]
  }

  get(id: string): ObservedConfiguration | undefined {
    return this.#stored.get(id)
  }

  /** Newest first. @param lag how many changes it is behind */
  listed(lag: number): readonly ObservedConfiguration[] {
    const stored = lag === 0 ? this.#stored : (this.#before.at(-lag) ?? this.#before[0] ?? this.#stored)
    return [...stored.values()].toReversed()
  }

  users(id: string): readonly FakeAccessKey[] {
    return this.accessKeys.filter(({ configurationId }) => configurationId === id)
  }

  create(configuration: Configuration, metadata: string | undefined, by: string): ObservedConfiguration {
    const now = this.#now()
    const id = `aigac_${String(++this.#serial).padStart(4, '0')}`
    const created = this.#answer({ ...configuration, id, metadata, createdAt: now, updatedAt: now, lastUpdatedBy: by })
    this.#replace((stored) => stored.set(id, created))
    return created
  }

  /** @returns undefined where there is none */
  update(id: string, patch: ConfigurationPatch, by: string): ObservedConfiguration | undefined {
    const present = this.#stored.get(id)
    if (!present) return undefined
    const updated = this.preview(present, patch, { updatedAt: this.#now(), lastUpdatedBy: by })
    this.#replace((stored) => stored.set(id, updated))
    return updated
  }

  /** What a patch would make of a configuration. */
  preview(present: ObservedConfiguration, patch: ConfigurationPatch, rest: object = {}): ObservedConfiguration {
    return this.#answer({ ...present, ...patch, ...rest })
  }

  remove(id: string): Removal {
    if (!this.#stored.has(id)) return 'gone'
    if (this.users(id).length > 0) return 'in-use'
    this.#replace((stored) => stored.delete(id))
    return 'removed'
  }

  /** How the server says what is declared, apart from its metadata. */
  spelt(configuration: Configuration): Configuration {
    const { description, access, router, ...rest } = configuration
    if (this.#spelling === 'verbatim') return configuration
    const text = this.#spelling === 'trimmed' ? description?.trim() : description
    return {
      ...rest,
      ...(text && { description: text }),
      ...(access && Object.keys(access).length > 0 && { access: sorted(access) }),
      ...(router?.rules?.length && { router }),
    }
  }

  #answer(fields: object): ObservedConfiguration {
    const told = Object.fromEntries(Object.entries(fields).filter(([name, value]) => value != null && name !== 'stamp'))
    const spelt = this.spelt(told as unknown as Configuration) as unknown as ObservedConfiguration
    const { stamp } = decodeMetadata(spelt.metadata)
    return stamp ? { ...spelt, stamp } : spelt
  }

  #now(): string {
    return new Date(Date.UTC(2026, 0, 1) + 1_000 * ++this.#seconds).toISOString()
  }

  #replace(change: (stored: Map<string, ObservedConfiguration>) => void): void {
    this.#before.push(this.#stored)
    if (this.#before.length > REMEMBERED) this.#before.shift()
    const next = new Map(this.#stored)
    change(next)
    this.#stored = next
  }
}

function sorted({ providers, models }: NonNullable<Configuration['access']>): NonNullable<Configuration['access']> {
  return {
    ...(providers?.allow && { providers: { allow: providers.allow.toSorted() } }),
    ...(models?.allow && { models: { allow: models.allow.toSorted() } }),
  }
}
