import { err, ok, type Result } from 'neverthrow'
import type { LimitedGateway } from '../gateway/client.ts'
import type { LeaseError, LeaseHeld, LockfileError } from '../lockfile/errors.ts'
import { acquireLease, type Lease } from '../lockfile/lease/lease.ts'
import { type LockfileStore, openLockfileStore } from '../lockfile/store.ts'
import type { Report } from '../model/events.ts'
import type { Tuning } from '../reconcile/options.ts'
import { Reconciler } from '../reconcile/reconciler.ts'
import type { FolderError } from '../source/folder/folder.ts'
import type { Settings } from '../settings/settings.ts'
import type { SourceOptions } from '../source/source.ts'
import type { SecretBook } from '../secrets/book.ts'
import { LiveSource } from './live-source.ts'
import { openRemote, type RemoteOptions } from './remote.ts'
import { rulesOf } from './rules.ts'
import { openSecrets } from './secrets.ts'

export interface HouseOptions extends RemoteOptions, Pick<SourceOptions, 'ahead'> {
  /** Whether to go on after the first look: watch the folder, wait for a gateway that is down, try again what failed. */
  readonly lasting: boolean
}

/** Everything that reconciling needs. */
export interface House {
  readonly lease: Lease
  readonly store: LockfileStore
  readonly gateway: LimitedGateway
  /** Not yet open: nothing was read. */
  readonly source: LiveSource
  readonly secrets: SecretBook
  readonly reconciler: Reconciler
}

/** The folder cannot be used. */
export interface FolderFailure {
  readonly type: 'folder'
  readonly reason: FolderError
}

export type HouseError = LeaseHeld | LeaseError | LockfileError

/** Opens what the daemon owns. Nothing is read or written before the lease is ours. */
export async function openHouse(options: HouseOptions, report: Report): Promise<Result<House, HouseError>> {
  const { settings } = options
  const lease = await acquireLease(settings.lockfile)
  if (lease.isErr()) return err(lease.error)
  const { lockfile: path, owner, apiUrl } = settings
  const store = await openLockfileStore({ path, owner, apiUrl }, report)
  if (store.isErr()) {
    await lease.value.release()
    return err(store.error)
  }
  return ok({ lease: lease.value, store: store.value, ...furnish(options, store.value, report) })
}

/**
 * Closes in the order in which work flows: no more changes, no more requests, what is known on disk, the lease last.
 * @param graceMs for requests in flight
 * @returns how many entries have an attempt whose outcome is not known
 */
export async function closeHouse(house: House, graceMs: number): Promise<number> {
  const { source, reconciler, gateway, store, lease } = house
  reconciler.stop()
  await source.close()
  await gateway.close(graceMs)
  await reconciler.idle()
  await store.close() // its failure is reported by the store itself
  await lease.release()
  return reconciler.unsettled
}

function furnish(
  options: HouseOptions,
  store: LockfileStore,
  report: Report,
): Pick<House, 'gateway' | 'source' | 'secrets' | 'reconciler'> {
  const { settings, lasting, ahead } = options
  const gateway = openRemote(options, lasting ? 'endless' : 'bounded', report)
  const source = new LiveSource({ ...settings, watch: lasting, ahead }, report)
  const desired = () => source.desired
  const tuning = () => tuningOf(settings)
  const secrets = openSecrets(settings)
  const reconciler = new Reconciler(
    { gateway, store, secrets, owner: settings.owner, tuning, desired, persistent: lasting },
    report,
  )
  return { gateway, source, secrets, reconciler }
}

function tuningOf(settings: Settings): Tuning {
  const { deleteGrace, retries } = settings
  return { rules: rulesOf(settings), deleteGrace, retries }
}
