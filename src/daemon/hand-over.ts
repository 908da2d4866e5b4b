import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { LeaseError, LeaseHeld, LockfileError } from '../lockfile/errors.ts'
import { acquireLease } from '../lockfile/lease/lease.ts'
import type { AppliedEntry } from '../lockfile/lockfile.ts'
import { type LockfileStore, openLockfileStore } from '../lockfile/store.ts'
import type { Report } from '../model/events.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import { stampPatch } from '../plan/patch.ts'
import { type Replan, rewrite, type Sending } from '../reconcile/rewrite.ts'
import { handOverKeys, type KeyNotHandedOver } from './hand-over-keys.ts'
import { openRemote, type RemoteOptions } from './remote.ts'

export interface HandOverOptions extends RemoteOptions {
  readonly formerOwner: string
}

export type HandOverError =
  | LeaseHeld
  | LeaseError
  | LockfileError
  /** There is no lockfile that records the former owner: only who holds its claim can hand it over. */
  | { readonly type: 'no-record'; readonly path: string; readonly owner: string }
  | { readonly type: 'unrecorded'; readonly msg: string }
  | GatewayError

/** What became of each key that the lockfile records. */
export interface HandedOver {
  readonly done: readonly string[]
  /** Gone from the gateway. */
  readonly gone: readonly string[]
  /** They carry a stamp that is neither owner's, or another key's. */
  readonly foreign: readonly string[]
  /** The gateway refused, or it is not known what became of it. */
  readonly failed: readonly { readonly key: string; readonly error: GatewayError }[]
  /** The same of managed provider keys. */
  readonly failedKeys: readonly KeyNotHandedOver[]
}

/**
 * Changes the name of our claim: what the lockfile records gets the new owner into its stamp, then the lockfile does. It can be broken
 * off and done again at any point, and nothing is created meanwhile: neither owner's daemon runs, since the lease is held.
 */
export async function handOver(options: HandOverOptions, report: Report): Promise<Result<HandedOver, HandOverError>> {
  const { settings, formerOwner } = options
  const { lockfile: path, owner, apiUrl } = settings
  const lease = await acquireLease(path)
  if (lease.isErr()) return err(lease.error)
  const gateway = openRemote(options, 'bounded', report)
  try {
    const store = await openLockfileStore({ path, owner, apiUrl, formerOwner }, report)
    if (store.isErr()) return err(store.error)
    if (store.value.origin.type !== 'found') return err({ type: 'no-record', path, owner: formerOwner })
    return await restampAll(gateway, store.value, options, report)
  } finally {
    await gateway.close(0)
    await lease.value.release()
  }
}

async function restampAll(
  gateway: Gateway,
  store: LockfileStore,
  options: HandOverOptions,
  report: Report,
): Promise<Result<HandedOver, HandOverError>> {
  const { formerOwner, settings } = options
  const { owner, retries } = settings
  const parts = { gateway, retries: () => retries, report }
  // Before the configurations that refer to them: nothing is lost if it goes no further.
  const keys = await handOverKeys({ retries, report, gateway: gateway.providerKeys, formerOwner, owner }, store.entries)
  if (keys.isErr()) return err(keys.error)
  const outcomes = await Promise.all(
    [...store.entries].map(async ([key, entry]) => {
      const decide = (present: ObservedConfiguration) => restamping(present, key, entry, options)
      const signal = new AbortController().signal
      return { key, written: await rewrite(parts, { id: entry.id, key, decide, priority: 'backlog', signal }) }
    }),
  )
  const keysOf = (type: 'done' | 'gone' | 'replan') =>
    outcomes.flatMap(({ key, written }) => (written.isOk() && written.value.type === type ? [key] : []))
  const failed = outcomes.flatMap(({ key, written }) => (written.isErr() ? [{ key, error: written.error }] : []))
  if (failed.length + keys.value.length === 0) {
    const claimed = await store.claim()
    if (claimed.isErr()) return err({ type: 'unrecorded', msg: claimed.error.msg })
  }
  return ok({ done: keysOf('done'), gone: keysOf('gone'), foreign: keysOf('replan'), failed, failedKeys: keys.value })
}

function restamping(
  present: ObservedConfiguration,
  key: string,
  { nonce }: AppliedEntry,
  { settings, formerOwner }: HandOverOptions,
): Sending | Replan {
  const { stamp } = present
  const isOurs = !stamp || (stamp.key === key && (stamp.owner === formerOwner || stamp.owner === settings.owner))
  if (!isOurs) return { type: 'replan' }
  return { type: 'send', patch: stampPatch(present, { owner: settings.owner, key, nonce: stamp?.nonce ?? nonce }) }
}
