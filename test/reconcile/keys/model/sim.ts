/** A world in which anything may happen to provider keys between any two steps. */
import { vi } from 'vitest'
import type { Rules } from '../../../../src/plan/world.ts'
import { rulesOf } from '../../../support/states.ts'
import { Account } from '../../model/account.ts'
import { Disk } from '../../model/disk.ts'
import type { Fate } from '../../model/fates.ts'
import { Folder, View } from '../../model/folder.ts'
import { Line, quiet } from '../../model/line.ts'
import { KeyAccount } from './account.ts'
import { KeyLedger } from './ledger.ts'
import { KeyProcess } from './process.ts'

/** What a managed provider key may be called, and a person may call one. */
export const NAMES = ['one', 'two', 'three']

export class KeySim {
  readonly rules: Rules
  readonly account = new Account('verbatim')
  readonly keys = new KeyAccount((id) => this.account.all.some((each) => JSON.stringify(each.router ?? {}).includes(id)))
  readonly folder = new Folder()
  readonly line = new Line()
  readonly disk = new Disk()
  readonly ledger: KeyLedger
  readonly names = NAMES
  /** Where secrets are. */
  readonly env: Record<string, string | undefined> = { ...VALUES_AT_FIRST }
  daemon: KeyProcess | undefined
  fates: Fate[] = []

  constructor(rules: Partial<Rules>) {
    this.rules = rulesOf(rules)
    this.ledger = new KeyLedger(this)
  }

  /** What the folder declares, as far as it can be read. */
  get view(): View {
    return new View(this.folder)
  }

  nextFate(): Fate {
    return this.fates.shift() ?? 'done'
  }

  start(): void {
    this.daemon ??= new KeyProcess(this)
  }

  crash(isCarriedOut: boolean): void {
    if (this.daemon?.isBusy) this.ledger.isUnheard = true
    this.daemon?.crash(isCarriedOut)
    this.daemon = undefined
    this.ledger.crashed()
  }

  /** Changes the folder; who runs is told. */
  write(change: (folder: Folder) => void): void {
    this.daemon?.noteGone()
    change(this.folder)
    this.daemon?.look()
  }

  late(commit: () => unknown, label: string): void {
    this.line.log.push(`  done late: ${label}`)
    this.ledger.isLate = true
    commit()
    this.ledger.isLate = false
  }

  /** So many steps, or until nobody does anything. Where all only wait, their wait is over at once. @returns how many it took */
  async run(steps: number): Promise<number> {
    for (let taken = 0; taken < steps; taken++) {
      if (!(await this.line.step())) {
        this.judge()
        if (!this.daemon?.isBusy) return taken
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

/** Two that show much of themselves, one that shows little. */
export const VALUES = ['sk-aaaaaaaaaaaaaaaaaaaa-0001', 'sk-bbbbbbbbbbbbbbbbbbbb-0002', 'short-3', 'sk-dddddddddddddddddddd-0004']

const VALUES_AT_FIRST = { A: VALUES[0], B: VALUES[1] }

/** More than anything here takes. */
const MANY = 2_000
