/** One run of the daemon: a reconciler on a lockfile, and what the loop around it does. */
import { pause } from '../../../src/gateway/wait.ts'
import type { LockfileStore } from '../../../src/lockfile/store.ts'
import type { DesiredState } from '../../../src/model/entry.ts'
import type { ObservedConfiguration } from '../../../src/model/observed.ts'
import { Reconciler } from '../../../src/reconcile/reconciler.ts'
import { fakeSecrets } from '../../support/fake-secrets.ts'
import { OWNER } from '../../support/states.ts'
import { type Disk, storeOn } from './disk.ts'
import { View } from './folder.ts'
import { portOf } from './port.ts'
import type { Sim } from './sim.ts'

export const GRACE_MS = 30_000

export class Process {
  readonly disk: Disk
  readonly store: LockfileStore
  readonly view: View
  readonly reconciler: Reconciler
  isDead = false
  /** What its last listing showed. */
  listed: readonly ObservedConfiguration[] = []
  readonly #sim: Sim
  #looking = 0
  /** Since when a key is gone from the folder, by the time of the test. */
  readonly #goneSince = new Map<string, number>()

  constructor(sim: Sim, disk: Disk) {
    this.#sim = sim
    this.disk = disk
    this.view = new View(sim.folder)
    sim.ledger.knows(this.view.desired)
    this.store = storeOn(disk, sim.line, this)
    const options = {
      gateway: portOf(sim, this),
      store: this.store,
      secrets: fakeSecrets(),
      owner: OWNER,
      tuning: () => ({ rules: sim.rules, deleteGrace: GRACE_MS, retries: 1 }),
      persistent: true,
      desired: () => this.view.desired,
    }
    this.reconciler = new Reconciler(options, (event) => {
      if (!this.isDead) sim.ledger.told(this, event)
    })
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
    this.#sim.ledger.knows(this.view.desired)
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

  /** How long it has known, without a break, that a key is gone. */
  goneFor(key: string): number {
    return performance.now() - (this.#goneSince.get(key) ?? performance.now())
  }

  /** Before and after whatever may bring a key or take it away. */
  noteGone(): void {
    for (const key of [...this.#sim.keys, ...this.#goneSince.keys()]) {
      if (!this.#isGone(key)) this.#goneSince.delete(key)
      else if (!this.#goneSince.has(key)) this.#goneSince.set(key, performance.now())
    }
  }

  /** Of a broken module it is not known what it declares: what it declared. */
  #isGone(key: string): boolean {
    const { entries, held, complete } = this.view.desired
    const { broken, modules } = this.#sim.folder
    if (!complete || entries.has(key) || held.has(key)) return false
    return ![...broken].some((path) => modules.get(path)?.key === key)
  }

  async #begin(): Promise<void> {
    while ((await this.reconciler.observe('backlog')).isErr()) await pause(5_000)
    if (!this.isDead) this.reconciler.reconcile('backlog')
  }

  async #resync(): Promise<void> {
    await this.store.flush()
    const looked = await this.reconciler.observe('resync')
    if (looked.isOk() && !this.isDead) this.reconciler.reconcile('resync')
  }

  async #during(work: Promise<void>): Promise<void> {
    this.#looking++
    await work
    this.#looking--
  }
}

/** Keys whose entry or hold differs. */
export function changedKeys(before: DesiredState, after: DesiredState): ReadonlySet<string> {
  const keys = new Set([before, after].flatMap(({ entries, held }) => entries.keys().toArray().concat(held.keys().toArray())))
  return new Set([...keys].filter((key) => textOf(before, key) !== textOf(after, key)))
}

function textOf({ entries, held }: DesiredState, key: string): string {
  return JSON.stringify([entries.get(key), held.get(key)])
}
