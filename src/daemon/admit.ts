import type { Report } from '../model/events.ts'
import type { Loop } from '../reconcile/loop.ts'
import type { ListenAddress } from '../settings/listen-address.ts'
import type { Settings } from '../settings/settings.ts'
import { adminRoutes, publicRoutes } from './admin/routes.ts'
import { type Admin, openAdmin } from './admin/server.ts'
import { openTcp } from './admin/tcp.ts'
import type { House } from './house.ts'
import { gaugesOf } from './metrics/gauges.ts'
import type { Words } from './status/entries.ts'
import { runningStatus } from './status/status.ts'
import type { Witnesses } from './witnesses.ts'

/** How far the daemon has come. */
export interface Progress {
  readonly startedAt: Date
  readyAt?: Date
}

export interface AdmitOptions {
  readonly settings: Settings
  readonly version: string
  readonly words: Words
  readonly progress: Progress
  readonly witnesses: Witnesses
}

/** Who may ask, and where. */
export interface Admission extends Admin {
  /** Others look at another address from now on, or at none. */
  relisten(address: ListenAddress | undefined): Promise<void>
}

/** Lets those on the host who may read our files ask how we fare, and hurry us; and others look, where they are to. */
export async function admit(
  { reconciler }: House,
  loop: Loop,
  { settings, version, words, progress, witnesses }: AdmitOptions,
  report: Report,
): Promise<Admission> {
  const { health, events, metrics } = witnesses
  const status = () => {
    const { world, troubled, troubledKeys, lastListedAt } = reconciler
    const { startedAt, readyAt } = progress
    return runningStatus({ world, troubled, troubledKeys, lastListedAt, words }, settings, {
      pid: process.pid,
      version,
      startedAt,
      readyAt,
    })
  }
  const approveDeletions = (count: number) => reconciler.approveDeletions(count)
  const healthy = () => health.document(loop.isAlive)
  const sighting = () => ({ status: status(), health: healthy(), queueAgeMs: reconciler.ageMs, ...ownResources() })
  const looks = { status, health: healthy, events, metrics: () => metrics.expose(() => gaugesOf(sighting())) }
  const listenAt = async (address: ListenAddress | undefined) => address && openTcp(address, publicRoutes(looks), report)
  const [ear, opened] = await Promise.all([
    openAdmin(settings.lockfile, adminRoutes({ ...looks, hurry: () => loop.hurry(), approveDeletions }), report),
    listenAt(settings.adminListen),
  ])
  let [page, isClosed] = [opened, false]
  return {
    async relisten(address) {
      await page?.close() // first: the other may want the same port
      page = isClosed ? undefined : await listenAt(address)
      if (isClosed) await page?.close()
    },
    async close() {
      isClosed = true
      await Promise.all([ear?.close(), page?.close()])
    },
  }
}

/** What the process itself takes. */
function ownResources() {
  const { user, system } = process.cpuUsage()
  return { node: process.version, memory: process.memoryUsage.rss(), cpu: user + system }
}
