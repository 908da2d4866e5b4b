import type { AccessBody } from './bodies.ts'
import { type References, createReferences } from './references.ts'
import { type Table, createTable } from './table.ts'

/** What every stored resource has. Times are RFC 3339; the actors are ids of API keys, one for each token. */
export interface Stored {
  readonly id: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly createdBy: string
  readonly lastUpdatedBy: string
  readonly description?: string
  /** As it was sent. */
  readonly metadata?: string
}

export interface StoredConfiguration extends Stored {
  readonly name: string
  readonly access?: AccessBody
  readonly router?: StoredRouter
}

export interface StoredRouter {
  readonly rules?: readonly StoredRule[]
}

export interface StoredRule {
  readonly provider?: string
  readonly model?: string
  readonly steps: readonly StoredStep[]
}

export interface StoredStep {
  readonly type: 'user' | 'ngrok'
  /** Ids of provider keys; inline keys have become such. */
  readonly keys?: readonly string[]
  readonly keySelectionStrategy?: 'ordered'
}

export interface StoredProviderKey extends Stored {
  readonly providerId: string
  readonly name: string
  /** In the clear: the emulator's secrets are invented, and tests look at them. */
  readonly value: string
}

export interface StoredAccessKey extends Stored {
  readonly name?: string
  /** In the clear, see `StoredProviderKey.value`. */
  readonly token: string
  readonly configurationId?: string
}

/** Everything the emulated account holds. */
export interface Store {
  readonly configurations: Table<StoredConfiguration>
  readonly providerKeys: Table<StoredProviderKey>
  readonly accessKeys: Table<StoredAccessKey>
  /** From configurations to provider keys. */
  readonly keyUse: References
  /** From access keys to configurations. */
  readonly configurationUse: References
}

export function createStore(): Store {
  return {
    configurations: createTable(),
    providerKeys: createTable(),
    accessKeys: createTable(),
    keyUse: createReferences(),
    configurationUse: createReferences(),
  }
}
