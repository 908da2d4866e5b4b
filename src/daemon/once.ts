import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import { pause } from '../gateway/wait.ts'
import type { Failure, Report } from '../model/events.ts'
import type { History } from '../plan/world.ts'
import type { Standing } from '../reconcile/standing.ts'
import { foresee } from './foresee.ts'
import { closeHouse, type FolderFailure, type House, type HouseError, type HouseOptions, openHouse } from './house.ts'
import type { Look } from './look.ts'
import { relistingRequests } from './relisting.ts'
import { reportRebuilt } from './rebuilt.ts'

export type OnceError = HouseError | FolderFailure | GatewayError

export interface OnceOptions extends Omit<HouseOptions, 'lasting'> {
  /** How many deletions a person has said to be right. */
  readonly confirmed?: number
  /** Told what is going to be done, before anything is. Left out: it is not found out. */
  readonly foreseen?: (foreseen: Foreseen) => void
}

/** As `Look` has it. */
export interface Foreseen extends Pick<Look, 'world' | 'plan' | 'requests' | 'pages'> {
  readonly house: House
}

export interface OnceOutcome extends Standing {
  /** Modules that do not load, and one more where the folder could not be read wholly. */
  readonly invalid: number
}

/** `apply`: loads, lists, plans and applies once. */
export async function applyOnce(options: OnceOptions, report: Report): Promise<Result<OnceOutcome, OnceError>> {
  const rejections: GatewayError[] = []
  const witness: Report = (event) => {
    if (event.event === 'gateway.rejected') rejections.push(refusalOf(event))
    report(event)
  }
  const opened = await openHouse({ ...options, lasting: false }, witness)
  if (opened.isErr()) return err(opened.error)
  const house = opened.value
  const outcome = await reconcileOnce(house, options, report)
  await closeHouse(house, 0)
  const [rejection] = rejections
  return rejection ? err(rejection) : outcome
}

/** What it was given up for: the entries that failed with it say no more. */
function refusalOf({ msg, status = 401, errorCode, operationId }: Failure): GatewayError {
  return { type: 'refused', msg, status, ...(errorCode && { errorCode }), ...(operationId && { operationId }) }
}

async function reconcileOnce(house: House, options: OnceOptions, report: Report): Promise<Result<OnceOutcome, OnceError>> {
  const { source, reconciler } = house
  const looking = reconciler.observe('backlog')
  const loaded = await source.open(() => {})
  if (loaded.isErr()) return err({ type: 'folder', reason: loaded.error })
  const looked = await looking
  if (looked.isErr()) return err(looked.error)
  await reconciler.prepare('backlog')
  if (options.confirmed !== undefined) reconciler.approveDeletions(options.confirmed)
  const told = await foretell(house, options)
  if (told.isErr()) return err(told.error)
  reconciler.reconcile('backlog')
  await reconciler.idle()
  const graced = await seeOutGrace(house)
  if (graced.isErr()) return err(graced.error)
  reportRebuilt(house, report)
  return ok({ ...reconciler.standing, invalid: source.desired.broken.size + (source.desired.complete ? 0 : 1) })
}

/** Says what is going to be done, as if what is gone had been gone for long enough. */
async function foretell(house: House, { foreseen }: OnceOptions): Promise<Result<void, GatewayError>> {
  if (!foreseen) return ok()
  const { gateway, reconciler } = house
  const { world } = reconciler
  const sent = gateway.sent
  const ripe = { ...world, history: withoutGrace(world.history) }
  const plan = await foresee(ripe, gateway)
  if (plan.isOk())
    foreseen({ house, world: ripe, plan: plan.value, requests: gateway.sent, pages: relistingRequests(world, sent) })
  return plan.map(() => {})
}

function withoutGrace(history: History): History {
  return {
    isRipe: () => true,
    isKeyRipe: () => true,
    isFresh: (key) => history.isFresh(key),
    isApproved: (key) => history.isApproved(key),
    isKeyApproved: (id) => history.isKeyApproved(id),
  }
}

/** What is gone may come back: it is deleted after its grace, and another look at the folder and the gateway. */
async function seeOutGrace({ source, reconciler }: House): Promise<Result<void, GatewayError>> {
  for (let waitMs = reconciler.nextRipe; waitMs !== undefined; waitMs = reconciler.nextRipe) {
    await pause(Math.ceil(waitMs))
    await source.rescan()
    const looked = await reconciler.observe('resync')
    if (looked.isErr()) return err(looked.error)
    await reconciler.prepare('resync')
    reconciler.reconcile('resync')
    await reconciler.idle()
  }
  return ok()
}
