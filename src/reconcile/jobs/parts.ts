import type { Result } from 'neverthrow'
import type { Gateway, Priority } from '../../gateway/gateway.ts'
import type { LockfileStore } from '../../lockfile/store.ts'
import type { Digest } from '../../model/digest.ts'
import type { Report } from '../../model/events.ts'
import type { ObservedConfiguration } from '../../model/observed.ts'
import type { World } from '../../plan/world.ts'
import type { Creator } from '../create.ts'
import type { Keychain } from '../keys/keychain.ts'
import type { Observer } from '../observer.ts'
import type { ApplyError } from '../errors.ts'
import type { Recorded, Recorder } from '../recorder.ts'

/** What carrying out a job needs. */
export interface JobParts {
  readonly gateway: Gateway
  readonly observer: Observer
  readonly keychain: Keychain
  readonly store: LockfileStore
  readonly recorder: Recorder
  readonly creator: Creator<ObservedConfiguration, Digest>
  readonly owner: string
  readonly retries: () => number
  /** Always as it is now. */
  readonly world: () => World
  readonly report: Report
}

export interface ApplyOptions {
  readonly priority: Priority
  readonly signal: AbortSignal
}

/** `again`: the gateway is not as it was thought to be; look at the key anew. */
export type Outcome = Recorded | 'again'

export type Applying = Promise<Result<Outcome, ApplyError>>
