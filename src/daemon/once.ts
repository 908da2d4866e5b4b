import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Report } from '../model/events.ts'
import type { Standing } from '../reconcile/reconciler.ts'
import { closeHouse, type FolderFailure, type House, type HouseError, type HouseOptions, openHouse } from './house.ts'
import { reportRebuilt } from './rebuilt.ts'

export type OnceError = HouseError | FolderFailure | GatewayError

export interface OnceOutcome extends Standing {
  /** Modules that do not load, and one more where the folder could not be read wholly. */
  readonly invalid: number
}

/** `apply`: loads, lists, plans and applies once. */
export async function applyOnce(options: Omit<HouseOptions, 'lasting'>, report: Report): Promise<Result<OnceOutcome, OnceError>> {
  const opened = await openHouse({ ...options, lasting: false }, report)
  if (opened.isErr()) return err(opened.error)
  const house = opened.value
  const outcome = await reconcileOnce(house, report)
  await closeHouse(house, 0)
  return outcome
}

async function reconcileOnce(house: House, report: Report): Promise<Result<OnceOutcome, OnceError>> {
  const { source, reconciler } = house
  const looking = reconciler.observe('backlog')
  const loaded = await source.open(() => {})
  if (loaded.isErr()) return err({ type: 'folder', reason: loaded.error })
  const looked = await looking
  if (looked.isErr()) return err(looked.error)
  reconciler.reconcile('backlog')
  await reconciler.idle()
  reportRebuilt(house, report)
  return ok({ ...reconciler.standing, invalid: source.desired.broken.size + (source.desired.complete ? 0 : 1) })
}
