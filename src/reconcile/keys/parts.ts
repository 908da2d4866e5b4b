import type { Result } from 'neverthrow'
import type { GatewayError } from '../../gateway/errors.ts'
import type { Priority, ProviderKeyGateway } from '../../gateway/gateway.ts'
import type { LockfileStore } from '../../lockfile/store.ts'
import type { Report } from '../../model/events.ts'
import type { ProviderKeyName } from '../../model/provider-key.ts'
import type { World } from '../../plan/world.ts'
import type { KeyTrouble } from '../errors.ts'
import type { Unrecorded } from '../recorder.ts'
import type { KeyObserver } from './key-observer.ts'
import type { Secrets } from './secrets.ts'

/** What working on provider keys needs. */
export interface KeyParts {
  readonly gateway: ProviderKeyGateway
  readonly observer: KeyObserver
  readonly secrets: Secrets
  readonly store: LockfileStore
  readonly owner: string
  readonly retries: () => number
  /** Always as it is now. */
  readonly world: () => World
  readonly report: Report
  /** Called when one was made, which entries may have failed for. */
  readonly made: (name: ProviderKeyName) => void
  /** Whether no entry is being worked on, which may refer to one by then that is to be deleted. */
  readonly isCalm: () => boolean
}

export interface KeyOptions {
  readonly priority: Priority
  readonly signal: AbortSignal
}

/** `again`: it is not as it was thought to be. */
export type KeyOutcome = 'done' | 'again'

export type KeyError = GatewayError | KeyTrouble | Unrecorded

export type KeyApplying = Promise<Result<KeyOutcome, KeyError>>
