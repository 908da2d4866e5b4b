import { setImmediate as turn } from 'node:timers/promises'
import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import type { Failure, Report } from '../model/events.ts'
import { Loop } from '../reconcile/loop.ts'
import { admit, type Progress } from './admit.ts'
import { closeHouse, type FolderFailure, type House, type HouseError, type HouseOptions, openHouse } from './house.ts'
import type { Unheard } from './notify/hearing.ts'
import type { Looks, Notifier } from './notify/notifier.ts'
import { reportRebuilt } from './rebuilt.ts'
import { type ReloadRequest, Reloads } from './reload.ts'
import { startRenewal } from './renewal.ts'
import type { Words } from './status/entries.ts'
import { beThrifty } from './thrift.ts'
import { callWitnesses, type Witnesses } from './witnesses.ts'

/** How long requests in flight may take to finish when the daemon stops, in milliseconds. */
const GRACE_MS = 10_000

/** Somebody else took the lease from us: going on could make two of a thing. */
export interface LeaseLost {
  readonly type: 'lease-lost'
}

export type LifeError = HouseError | FolderFailure | GatewayError | LeaseLost | Unheard

export interface LifeOptions extends Omit<HouseOptions, 'lasting'> {
  readonly stop: StopRequest
  readonly reload: ReloadRequest
  /** Why a change is planned, or not made, for those who ask how entries stand. */
  readonly words: Words
  /** What to say of an end that was not asked for. */
  readonly failure: (error: LifeError) => Failure
}

/** What asks the daemon to stop. */
export interface StopRequest {
  readonly signal: AbortSignal
  /** `SIGTERM`, `SIGINT`, … once it was asked. */
  readonly name: () => string
}

/** `run`: from the lease to the last line. Resolves when everything is closed. */
export async function live(given: LifeOptions, log: Report): Promise<Result<void, LifeError>> {
  const spend = beThrifty()
  const options = { ...given, settings: { ...given.settings } } // which reloads change
  const { witnesses, report } = callWitnesses(options, log)
  const ended = await liveWith(witnesses, options, report)
  if (ended.isErr() && !options.stop.signal.aborted) report({ event: 'daemon.failed', ...options.failure(ended.error) })
  witnesses.notifier.close()
  await witnesses.webhook.close()
  spend()
  return ended
}

async function liveWith(witnesses: Witnesses, options: LifeOptions, report: Report): Promise<Result<void, LifeError>> {
  const { notifier } = witnesses
  const start = performance.now()
  const progress: Progress = { startedAt: new Date() }
  announce(options, report)
  const opened = await openHouse({ ...options, lasting: true, onReturn: () => loop.hurry() }, report)
  if (opened.isErr()) return err(opened.error)
  const house = opened.value
  const loop: Loop = new Loop(
    {
      reconciler: house.reconciler,
      rescan: () => house.source.rescan(),
      store: house.store,
      resyncInterval: () => options.settings.resyncInterval,
    },
    report,
  )
  const { reconciler, secrets } = house
  const renewal = startRenewal({ token: options.token, secrets, changed: () => reconciler.secretsChanged() }, report)
  reconciler.onSecrets(() => void renewal.follow())
  const admission = admit(house, loop, { ...options, witnesses, progress }, report)
  const { settings, reload: request, failure } = options
  const describe = (error: FolderFailure): string => failure(error).msg
  const reloads = new Reloads({ settings, request, house, loop, renewal, witnesses, admission, describe }, report)
  request.listen(() => reloads.ask())
  const ended = await Promise.race([
    asked(options.stop),
    lost(house),
    unheard(notifier),
    work({ house, loop, notifier }, { start, progress, signal: options.stop.signal }, report),
  ])
  notifier.stopping()
  loop.stop()
  const reloaded = reloads.stop()
  await renewal.close()
  await (await admission).close()
  await stop(house, options.stop, report)
  await reloaded
  return ended
}

function announce({ settings, version }: LifeOptions, report: Report): void {
  const { dir, lockfile, apiUrl, owner, policy } = settings
  const { pid } = process
  report({ event: 'daemon.started', version, pid, node: process.version, dir, lockfile, apiUrl, owner, policy })
}

async function asked({ signal }: StopRequest): Promise<Result<void, LifeError>> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  return ok()
}

async function lost({ lease, store }: House): Promise<Result<void, LifeError>> {
  await lease.lost
  store.abandon()
  return err({ type: 'lease-lost' })
}

/** Rather than to hang in a start of which systemd never hears the end. */
async function unheard(notifier: Notifier): Promise<Result<void, LifeError>> {
  const found = await notifier.unheard
  return found ? err(found) : new Promise(() => {})
}

/** Loads the folder while the gateway is listed, reconciles, and goes on. Resolves when it cannot, or is to stop. */
async function work(
  { house, loop, notifier }: { readonly house: House; readonly loop: Loop; readonly notifier: Notifier },
  { start, progress, signal }: { readonly start: number; readonly progress: Progress; readonly signal: AbortSignal },
  report: Report,
): Promise<Result<void, LifeError>> {
  const { source, reconciler } = house
  const looking = loop.begin()
  const loaded = await source.open((keys) => reconciler.change(keys))
  if (loaded.isErr()) return err({ type: 'folder', reason: loaded.error })
  notifier.opened({ picture: () => pictureOf(house), isAlive: () => loop.isAlive })
  const looked = await looking
  if (looked.isErr()) return err(looked.error)
  await reconciler.prepare('backlog')
  if (signal.aborted) return ok() // closing has cut the loading short: what it found is not what is declared
  reconciler.reconcile('backlog')
  progress.readyAt = new Date()
  const entries = source.desired.entries.size
  report({ event: 'daemon.ready', entries, pending: reconciler.pending, durationMs: performance.now() - start })
  const rebuilt = reconciler.idle().then(() => reportRebuilt(house, report))
  await Promise.all([rebuilt, loop.continue()])
  return ok()
}

async function stop(house: House, request: StopRequest, report: Report): Promise<void> {
  const start = performance.now()
  house.reconciler.stop()
  await turn() // what had not been sent is out of the way now, and does not count as in flight
  if (request.signal.aborted) {
    report({ event: 'daemon.stopping', signal: request.name(), inFlight: house.reconciler.inFlight })
  }
  const unfinished = await closeHouse(house, GRACE_MS)
  report({ event: 'daemon.stopped', durationMs: performance.now() - start, unfinished })
}

function pictureOf({ source, reconciler }: House): ReturnType<Looks['picture']> {
  const { entries, broken } = source.desired
  const { failed, retrying, conflicts, guards } = reconciler.standing
  return {
    entries: entries.size,
    pending: reconciler.pending,
    failing: failed + retrying,
    conflicts,
    invalid: broken.size,
    guards,
  }
}
