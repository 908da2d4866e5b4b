import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { LockfileError } from '../lockfile/errors.ts'
import { type Reading, readLockfile } from '../lockfile/read.ts'
import type { Report } from '../model/events.ts'
import type { Plan } from '../plan/change.ts'
import type { World } from '../plan/world.ts'
import { ObservedIndex } from '../reconcile/observed-index.ts'
import type { Settings } from '../settings/settings.ts'
import { type Declared, readDeclared } from './declared.ts'
import { foresee } from './foresee.ts'
import type { FolderFailure } from './house.ts'
import { openRemote, type RemoteOptions } from './remote.ts'

export type LookError = FolderFailure | LockfileError | GatewayError

/** What applying would begin with, and what it would do. */
export interface Look {
  readonly declared: Declared
  readonly lockfile: Reading
  readonly world: World
  readonly plan: Plan
  /** How many requests it took to know that. */
  readonly requests: number
}

/** `plan`: loads, lists and plans as `apply` does, and writes nothing: no lease, no lockfile, nothing on the gateway. */
export async function look(options: RemoteOptions, report: Report): Promise<Result<Look, LookError>> {
  const { lockfile: path, owner, apiUrl } = options.settings
  const lockfile = await readLockfile({ path, owner, apiUrl })
  if (lockfile.isErr()) return err(lockfile.error)
  let pages = 0
  const gateway = openRemote(options, 'bounded', (event) => {
    if (event.event === 'gateway.listed') pages = event.pages
    report(event)
  })
  const seen = await see({ gateway, settings: options.settings, lockfile: lockfile.value, pages: () => pages }, report)
  await gateway.close(0)
  return seen
}

interface Sights {
  readonly gateway: Gateway
  readonly settings: Settings
  readonly lockfile: Reading
  /** How many the listing had. */
  readonly pages: () => number
}

/** Loads the folder while the gateway is listed. Without a lockfile of ours, nothing counts as applied, and the stamps tell. */
async function see({ gateway, settings, lockfile, pages }: Sights, report: Report): Promise<Result<Look, LookError>> {
  const listing = gateway.list()
  const declared = await readDeclared(settings, report)
  if (declared.isErr()) return err(declared.error)
  const listed = await listing
  if (listed.isErr()) return err(listed.error)
  const { owner, policy } = settings
  const { desired } = declared.value
  const observed = new ObservedIndex(owner)
  observed.replace(listed.value, [])
  const applied: World['applied'] = lockfile.type === 'found' ? lockfile.lockfile.entries : new Map()
  const world = { owner, policy, desired, applied, observed }
  const foreseen = await foresee(world, gateway)
  if (foreseen.isErr()) return err(foreseen.error)
  const { plan, lookups } = foreseen.value
  return ok({ declared: declared.value, lockfile, world, plan, requests: pages() + lookups })
}
