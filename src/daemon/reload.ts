import { setImmediate as turn } from 'node:timers/promises'
import type { ResultAsync } from 'neverthrow'
import type { Report } from '../model/events.ts'
import type { Loop } from '../reconcile/loop.ts'
import { CATALOGUE, type Reload } from '../settings/catalogue.ts'
import { differenceOf } from '../settings/difference.ts'
import type { LogLevel, SettingName, Settings } from '../settings/settings.ts'
import type { Admission } from './admit.ts'
import type { FolderFailure, House } from './house.ts'
import type { Successor } from './live-source.ts'
import type { Renewal } from './renewal.ts'
import type { Witnesses } from './witnesses.ts'

/** What asks the daemon to read everything anew. */
export interface ReloadRequest {
  /** @param listener called at each request, and at once for one that came before */
  readonly listen: (listener: () => void) => void
  /** The settings as they are written now. @returns err with what is wrong, for people */
  readonly settings: () => ResultAsync<Settings, string>
  readonly setLogLevel: (level: LogLevel) => void
}

export interface ReloadParts {
  /** Those in force, which everybody reads when they count: what is taken is written into them. */
  readonly settings: Settings
  readonly request: ReloadRequest
  readonly house: House
  readonly loop: Loop
  readonly renewal: Renewal
  readonly witnesses: Witnesses
  readonly admission: Promise<Admission>
  /** Why a folder cannot be used, for people. */
  readonly describe: (failure: FolderFailure) => string
}

/** Reads everything anew when it is asked to: one time after the other, and once more for all that ask meanwhile. */
export class Reloads {
  readonly #parts: ReloadParts
  readonly #report: Report
  #isAsked = false
  #isStopped = false
  /** Settings are being read, which may take as long as they have. */
  #isReading = false
  #running: Promise<void> | undefined

  constructor(parts: ReloadParts, report: Report) {
    this.#parts = parts
    this.#report = report
  }

  /** Before the first plan is made it makes for another soon after. */
  ask(): void {
    if (this.#isStopped) return
    this.#isAsked = true
    this.#running ??= this.#run()
  }

  /** Takes no more. Resolves when what the one under way does has ended, for which the source has to be closed. */
  async stop(): Promise<void> {
    this.#isStopped = true
    if (!this.#isReading) await this.#running
  }

  async #run(): Promise<void> {
    while (this.#isAsked && !this.#isStopped) {
      this.#isAsked = false
      await this.#reload()
      await turn() // others have a turn as well, however many ask
    }
    this.#running = undefined
  }

  async #reload(): Promise<void> {
    const { renewal, loop, witnesses, request } = this.#parts
    const start = performance.now()
    witnesses.notifier.reloading()
    this.#report({ event: 'daemon.reloading', signal: 'SIGHUP' })
    this.#isReading = true
    const read = await request.settings()
    this.#isReading = false
    if (this.#isStopped) return
    if (read.isErr()) this.#report({ event: 'settings.refused', msg: read.error })
    const settings = read.isOk() ? await this.#take(read.value) : []
    if (this.#isStopped) return
    await renewal.reload()
    if (this.#isStopped) return
    loop.hurry()
    this.#report({ event: 'daemon.reloaded', settings, durationMs: performance.now() - start })
    witnesses.notifier.reloaded()
  }

  /** @returns what was taken: all that can be, or nothing */
  async #take(read: Settings): Promise<readonly SettingName[]> {
    const { settings, house, witnesses, request, admission } = this.#parts
    const { taken, postponed } = differenceOf(settings, read)
    if (postponed.length > 0) this.#report({ event: 'settings.postponed', settings: postponed })
    const concerns = new Set<Reload>(taken.map((name) => CATALOGUE[name].reload))
    const wanted = { ...settings, ...Object.fromEntries(taken.map((name) => [name, read[name]])) }
    const successor = concerns.has('source') ? await this.#prepare(wanted) : NOBODY
    if (!successor || this.#isStopped) return []
    // All at once: what is planned by a new source follows the new rules.
    Object.assign(settings, wanted)
    if (concerns.has('rules')) house.reconciler.rulesChanged()
    successor.takeOver()
    if (concerns.has('requests')) house.gateway.limitsChanged()
    if (concerns.has('timer')) witnesses.health.retime(settings.resyncInterval)
    if (concerns.has('log')) request.setLogLevel(settings.logLevel)
    if (concerns.has('page')) await (await admission).relisten(settings.adminListen)
    return taken
  }

  /** @returns undefined where there can be none, which is told */
  async #prepare(settings: Settings): Promise<Successor | undefined> {
    const prepared = await this.#parts.house.source.prepare(settings)
    if (prepared.isOk()) return prepared.value
    if (prepared.error !== 'closed') {
      const msg = this.#parts.describe({ type: 'folder', reason: prepared.error })
      this.#report({ event: 'settings.refused', msg })
    }
    return undefined
  }
}

/** The source stays. */
const NOBODY: Successor = { takeOver: () => {} }
