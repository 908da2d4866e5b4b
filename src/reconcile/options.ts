import type { Gateway } from '../gateway/gateway.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import type { DesiredState } from '../model/entry.ts'
import type { Rules } from '../plan/world.ts'
import type { Secrets } from './keys/secrets.ts'

/** What may change while it runs. */
export interface Tuning {
  readonly rules: Rules
  /** Milliseconds that an entry must be gone before its configuration may be deleted. */
  readonly deleteGrace: number
  readonly retries: number
}

export interface ReconcilerOptions {
  readonly gateway: Gateway
  readonly store: LockfileStore
  readonly secrets: Secrets
  readonly owner: string
  /** Always as it is now. */
  readonly tuning: () => Tuning
  /** What the folder declares, always as it is now. */
  readonly desired: () => DesiredState
  /** Whether an entry that failed for the time being is tried again by itself. `apply` does not. */
  readonly persistent: boolean
}
