import { setImmediate } from 'node:timers/promises'
import { err, ok, type Result, ResultAsync } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { LockfileError } from '../lockfile/errors.ts'
import { type Reading, readLockfile } from '../lockfile/read.ts'
import type { Report } from '../model/events.ts'
import type { ObservedConfiguration } from '../model/observed.ts'
import type { ObservedProviderKey } from '../model/provider-key.ts'
import { checkRoot } from '../source/folder/root.ts'
import type { FolderFailure } from './house.ts'
import { openRemote, type RemoteOptions } from './remote.ts'

export type LookError = FolderFailure | LockfileError | GatewayError

/** What was asked, and of whom; the answer is on its way. */
export interface Asked {
  readonly lockfile: Reading
  readonly gateway: Gateway
  readonly listing: ResultAsync<readonly [readonly ObservedConfiguration[], readonly ObservedProviderKey[]], GatewayError>
}

/**
 * Begins to look, before what reads the folder is loaded: the gateway takes as long to answer. So this imports little. Where the lockfile or the
 * folder cannot be used nothing is asked.
 */
export async function ask(options: RemoteOptions, report: Report): Promise<Result<Asked, LookError>> {
  const { lockfile: path, owner, apiUrl, dir, strictPermissions } = options.settings
  const lockfile = await readLockfile({ path, owner, apiUrl })
  if (lockfile.isErr()) return err(lockfile.error)
  const folder = checkRoot(dir, strictPermissions)
  if (folder.isErr()) return err({ type: 'folder', reason: folder.error })
  const gateway = openRemote(options, 'bounded', report)
  const listing = ResultAsync.combine([gateway.list(), gateway.providerKeys.list()])
  await letItLeave()
  return ok({ lockfile: lockfile.value, gateway, listing })
}

/** The first time round the connection is asked for; the next, where the gateway is near, it has come about, and what is to be sent leaves. */
async function letItLeave(): Promise<void> {
  await setImmediate()
  await setImmediate()
}
