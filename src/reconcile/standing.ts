import type { Outcome } from './jobs/parts.ts'

/** What was done so far, and how the entries stand. */
export interface Standing extends Readonly<Record<Done, number>> {
  /** Failed until something changes. */
  readonly failed: number
  /** Failed for the time being. */
  readonly retrying: number
  readonly conflicts: number
  /** What keeps plans from being carried out. */
  readonly guards: number
}

/** `linked`: found by their stamps. `recorded`: written down anew, with nothing changed on the gateway. */
type Done = Exclude<Outcome, 'again'>

export function noneDone(): Record<Done, number> {
  return { created: 0, adopted: 0, updated: 0, moved: 0, deleted: 0, linked: 0, recorded: 0, forgotten: 0 }
}
