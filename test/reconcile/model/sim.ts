/** A world in which anything may happen between any two steps: one account, one folder, a lockfile, and who works on them. */
import { vi } from 'vitest'
import type { Rules } from '../../../src/plan/world.ts'
import { rulesOf } from '../../support/states.ts'
import { Account, type Spelling } from './account.ts'
import { Disk } from './disk.ts'
import type { Fate } from './fates.ts'
import { Folder, View } from './folder.ts'
import { Ledger } from './ledger.ts'
import { Line, quiet } from './line.ts'
import { OURS } from './port.ts'
import { changedKeys, Process } from './process.ts'

export interface Setting {
  readonly rules: Partial<Rules>
  readonly spelling: Spelling
}

/** Every key that a module may declare. */
export const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']

export class Sim {
  readonly rules: Rules
  readonly account: Account
  readonly folder = new Folder()
  readonly line = new Line()
  readonly ledger: Ledger
  readonly keys = KEYS
  /** The lockfile; and that of a second daemon, once there is one. */
  readonly disks: Disk[] = [new Disk()]
  /** Those that run, by their disk. */
  readonly #running = new Map<Disk, Process>()
  readonly #view = new View(this.folder)
  fates: Fate[] = []
  /** Written by a process that was killed before it wrote that down: what the lockfile says instead, by id. */
  readonly unrecorded = new Map<string, { readonly key: string; readonly digest: string }>()
  /** Written to since it was created, by a process that was killed before any lockfile named it: nobody can tell that from a person's doing. */
  readonly unheard = new Set<string>()
  /** The history of some configuration is not known any more. */
  isForgetful = false

  constructor({ rules, spelling }: Setting) {
    this.rules = rulesOf(rules)
    this.account = new Account(spelling)
    this.ledger = new Ledger(this)
  }

  get disk(): Disk {
    return this.disks[0] as Disk
  }

  get processes(): readonly Process[] {
    return [...this.#running.values()]
  }

  /** The daemon, where it runs. */
  get daemon(): Process | undefined {
    return this.#running.get(this.disk)
  }

  nextFate(): Fate {
    return this.fates.shift() ?? 'done'
  }

  start(disk = this.disk): void {
    if (!this.#running.has(disk)) this.#running.set(disk, new Process(this, disk))
  }

  crash(isCarriedOut: boolean, disk = this.disk): void {
    this.#running.get(disk)?.crash(isCarriedOut)
    this.#running.delete(disk)
    for (const [key, { id, digest, updatedAt }] of disk.durable) {
      const present = this.account.get(id)
      if (present?.lastUpdatedBy === OURS && present.updatedAt > updatedAt) this.unrecorded.set(id, { key, digest })
    }
    const named = new Set([...disk.durable.values()].map(({ id }) => id))
    for (const { id, lastUpdatedBy, createdAt, updatedAt } of this.account.all) {
      if (lastUpdatedBy === OURS && updatedAt > createdAt && !named.has(id)) this.unheard.add(id)
    }
  }

  /** Changes the folder; whoever runs is told. */
  write(change: (folder: Folder) => void): void {
    const before = this.#view.desired
    for (const process of this.processes) process.noteGone()
    change(this.folder)
    this.#view.refresh()
    const after = this.#view.desired
    for (const key of changedKeys(before, after)) this.ledger.declare(key, after.entries.get(key))
    for (const process of this.processes) process.look()
  }

  late(commit: () => unknown, label: string): void {
    this.line.log.push(`  done late: ${label}`)
    this.ledger.isLate = true
    commit()
    this.ledger.isLate = false
  }

  /**
   * So many steps, or until nobody does anything. Where all only wait, their wait is over at once.
   * @returns how many it took
   */
  async run(steps: number): Promise<number> {
    for (let taken = 0; taken < steps; taken++) {
      if (!(await this.line.step())) {
        this.judge()
        if (!this.processes.some(({ isBusy }) => isBusy)) return taken
        if (vi.getTimerCount() === 0) throw new Error(`Expected somebody to go on, but all wait for ever\n${this.story}`)
        vi.advanceTimersToNextTimer()
      }
      this.judge()
    }
    return steps
  }

  async settle(): Promise<void> {
    if ((await this.run(MANY)) === MANY) throw new Error(`Expected an end, but it goes on and on\n${this.story}`)
  }

  async pass(milliseconds: number): Promise<void> {
    vi.advanceTimersByTime(milliseconds)
    await quiet()
    this.judge()
  }

  judge(): void {
    const [violation] = this.ledger.violations
    if (violation !== undefined) throw new Error(`Expected that ${violation}\n${this.story}`)
  }

  get story(): string {
    return this.line.log.join('\n')
  }
}

/** More than anything here takes. */
const MANY = 3_000
