/** One run of the daemon: a reconciler on a lockfile, secrets in an environment, and what the loop around them does. */
import { pause } from '../../../../src/gateway/wait.ts'
import type { LockfileStore } from '../../../../src/lockfile/store.ts'
import type { SyncEvent } from '../../../../src/model/events.ts'
import { Reconciler } from '../../../../src/reconcile/reconciler.ts'
import { SecretBook } from '../../../../src/secrets/book.ts'
import { OWNER } from '../../../support/states.ts'
import { storeOn } from '../../model/disk.ts'
import { View } from '../../model/folder.ts'
import { changedKeys } from '../../model/process.ts'
import { portOf } from './port.ts'
import type { KeySim } from './sim.ts'

export const GRACE_MS = 30_000

export class KeyProcess {
  readonly store: LockfileStore
  readonly view: View
  readonly reconciler: Reconciler
  readonly events: SyncEvent[] = []
  isDead = false
  readonly #sim: KeySim
  #looking = 0
  /** Since when no entry declares a provider key of ours any more, by its name and the time of the test. */
  readonly #goneSince = new Map<string, number>()

  constructor(sim: KeySim) {
    this.#sim = sim
    this.view = new View(sim.folder)
    this.store = storeOn(sim.disk, sim.line, this)
    const options = {
      gateway: portOf(sim, this),
      store: this.store,
      secrets: new SecretBook({ env: sim.env, dir: '/', credentialsDirectory: undefined }),
      owner: OWNER,
      tuning: () => ({ rules: sim.rules, deleteGrace: GRACE_MS, retries: 1 }),
      persistent: true,
      desired: () => this.view.desired,
    }
    this.reconciler = new Reconciler(options, (event) => void this.events.push(event))
    this.noteGone()
    void this.#during(this.#begin())
  }

  get isBusy(): boolean {
    return !this.isDead && (this.#looking > 0 || this.reconciler.inFlight > 0)
  }

  /** Takes in what became of the folder. */
  look(): void {
    this.noteGone()
    const before = this.view.desired
    this.view.refresh()
    this.noteGone()
    const changed = changedKeys(before, this.view.desired)
    if (changed.size > 0) this.reconciler.change(changed)
  }

  resync(): void {
    this.noteGone()
    void this.#during(this.#resync())
  }

  crash(isCarriedOut: boolean): void {
    this.isDead = true
    this.#sim.line.abandon(this, isCarriedOut)
  }

  /** How long it has known, without a break, that no entry declares one. */
  goneFor(name: string): number {
    return performance.now() - (this.#goneSince.get(name) ?? performance.now())
  }

  noteGone(): void {
    const { managed, complete } = this.view.desired
    if (!complete) return // nothing is concluded from that: what was gone before is so still
    for (const name of this.#sim.names) {
      if (managed.has(`openai\n${name}`)) this.#goneSince.delete(name)
      else if (!this.#goneSince.has(name)) this.#goneSince.set(name, performance.now())
    }
  }

  async #begin(): Promise<void> {
    while ((await this.reconciler.observe('backlog')).isErr()) await pause(5_000)
    await this.#reconcile('backlog')
  }

  async #resync(): Promise<void> {
    await this.store.flush()
    if ((await this.reconciler.observe('resync')).isOk()) await this.#reconcile('resync')
  }

  async #reconcile(priority: 'backlog' | 'resync'): Promise<void> {
    await this.reconciler.prepare(priority)
    if (!this.isDead) this.reconciler.reconcile(priority)
  }

  async #during(work: Promise<void>): Promise<void> {
    this.#looking++
    await work
    this.#looking--
  }
}
