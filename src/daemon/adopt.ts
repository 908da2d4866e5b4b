import { randomBytes } from 'node:crypto'
import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { LeaseError, LockfileError } from '../lockfile/errors.ts'
import { acquireLease } from '../lockfile/lease/lease.ts'
import { type LockfileStore, openLockfileStore } from '../lockfile/store.ts'
import { contentDigest } from '../model/digest.ts'
import type { Report } from '../model/events.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import { METADATA_LIMIT, type Stamp } from '../model/stamp.ts'
import { stampPatch } from '../plan/patch.ts'
import { appliedEntry } from '../reconcile/applied.ts'
import { type Replan, rewrite, type Sending } from '../reconcile/rewrite.ts'
import { readDeclared } from './declared.ts'
import { openRemote, type RemoteOptions } from './remote.ts'

export interface AdoptOptions extends RemoteOptions {
  readonly key: string
  readonly id: string
}

/** Why a configuration is not adopted. Nothing was changed. */
export type AdoptRefusal =
  | { readonly type: 'no-such-id' }
  /** It carries a stamp: another owner's, or ours for another key. */
  | { readonly type: 'owned'; readonly owner: string; readonly key: string }
  /** The lockfile ties it to another key. */
  | { readonly type: 'recorded'; readonly key: string }
  /** The key has a configuration already. */
  | { readonly type: 'key-taken'; readonly by: string }
  /** Its metadata leaves no room for the stamp. */
  | { readonly type: 'no-room'; readonly characters: number }

export type AdoptError =
  | { readonly type: 'not-adopted'; readonly refusal: AdoptRefusal }
  | LeaseError
  | LockfileError
  | { readonly type: 'unrecorded'; readonly msg: string }
  | GatewayError

export interface Adopted {
  readonly configuration: ObservedConfiguration
  /** False where it carried our stamp for the key already. */
  readonly changed: boolean
  /** Whether a module declares the key. */
  readonly declared: boolean
  /** A daemon works on the lockfile, and takes it in with its next resync. */
  readonly daemon: boolean
}

/**
 * Takes over a configuration that nobody owns: it gets our stamp, and is otherwise left as it is. Where a module declares the key and
 * no daemon runs, it is recorded as applied in the state it is in, so that what is declared otherwise is an edit.
 */
export async function adoptOne(options: AdoptOptions, report: Report): Promise<Result<Adopted, AdoptError>> {
  const { settings } = options
  const { lockfile: path, owner, apiUrl } = settings
  const lease = await acquireLease(path)
  if (lease.isErr() && lease.error.type !== 'held') return err(lease.error)
  const gateway = openRemote(options, 'bounded', report)
  try {
    const store = lease.isOk() ? await openLockfileStore({ path, owner, apiUrl }, report) : ok(undefined)
    return store.isErr() ? err(store.error) : await takeOver(gateway, store.value, options, report)
  } finally {
    await gateway.close(0)
    if (lease.isOk()) await lease.value.release()
  }
}

async function takeOver(
  gateway: Gateway,
  store: LockfileStore | undefined,
  options: AdoptOptions,
  report: Report,
): Promise<Result<Adopted, AdoptError>> {
  const { key, id, settings } = options
  const listed = await gateway.list()
  if (listed.isErr()) return err(listed.error)
  const stamp: Stamp = { owner: settings.owner, key, nonce: randomBytes(16).toString('base64url') }
  const refusal = refusalOf(listed.value, store, { id, stamp })
  if (refusal) return refuse(refusal)
  const entry = (await readDeclared(settings, report)).map(({ desired }) => desired.entries.get(key)).unwrapOr(undefined)
  const written = await rewrite(
    { gateway, retries: () => settings.retries, report },
    {
      id,
      key,
      decide: (present) => (ownership(present, stamp) ? REPLAN : sending(present, stamp)),
      priority: 'fresh',
      signal: new AbortController().signal,
    },
  )
  if (written.isErr()) return err(written.error)
  if (written.value.type === 'gone') return refuse({ type: 'no-such-id' })
  const { configuration } = written.value
  if (written.value.type === 'replan') return refuse(ownership(configuration, stamp) ?? { type: 'no-such-id' })
  if (store && entry) {
    const recorded = await store.record(key, appliedEntry(entry, configuration, contentDigest(configuration), {}))
    if (recorded.isErr()) return err({ type: 'unrecorded', msg: recorded.error.msg })
  }
  return ok({ configuration, changed: written.value.changed, declared: entry !== undefined, daemon: store === undefined })
}

function refuse(refusal: AdoptRefusal): Result<never, AdoptError> {
  return err({ type: 'not-adopted', refusal })
}

function refusalOf(
  listing: readonly ObservedConfiguration[],
  store: LockfileStore | undefined,
  { id, stamp }: { readonly id: string; readonly stamp: Stamp },
): AdoptRefusal | undefined {
  const { owner, key } = stamp
  const wanted = listing.find((each) => each.id === id)
  const owned = wanted && ownership(wanted, stamp)
  if (owned) return owned
  const tied = [...(store?.entries ?? [])].find(([other, each]) => each.id === id && other !== key)
  if (tied) return { type: 'recorded', key: tied[0] }
  const recorded = store?.entries.get(key)?.id
  const by = listing.find(
    (each) => each.id !== id && ((each.stamp?.owner === owner && each.stamp.key === key) || each.id === recorded),
  )
  if (by) return { type: 'key-taken', by: by.id }
  const characters = (wanted && stampPatch(wanted, stamp).metadata?.length) ?? 0
  return characters > METADATA_LIMIT ? { type: 'no-room', characters } : undefined
}

function ownership({ stamp }: ObservedConfiguration, { owner, key }: Stamp): AdoptRefusal | undefined {
  if (!stamp || (stamp.owner === owner && stamp.key === key)) return undefined
  return { type: 'owned', owner: stamp.owner, key: stamp.key }
}

const REPLAN: Replan = { type: 'replan' }

/** The stamp alone; one that is there stays as it is. */
function sending(present: ObservedConfiguration, stamp: Stamp): Sending {
  return { type: 'send', patch: present.stamp ? {} : stampPatch(present, stamp) }
}
