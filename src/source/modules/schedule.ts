import type { Closure } from './closure.ts'
import type { ModuleRecord } from './record.ts'

/** A module to be run, in this order. */
export interface Step {
  readonly record: ModuleRecord
  /** A helper that several entries share: run first by itself, so that if it hangs it hangs once and is known by name. */
  readonly probe: boolean
}

export interface Circumstances {
  /** What has run before, in this version, and came to an end. */
  readonly proven: (helper: ModuleRecord) => boolean
  /** Part of a cycle of imports, whose order of evaluation depends on where one enters it. */
  readonly cyclic: (record: ModuleRecord) => boolean
  /** How many entries of the portions before surely import it; these are added. */
  readonly users: Map<ModuleRecord, number>
}

/**
 * The order for the entries of one portion of a batch: theirs, but the imported before the importing, and with helpers of several that are not
 * proven before the first that needs them. Cycles are entered where the first entry does.
 */
export function schedule(entries: ReadonlyMap<ModuleRecord, Closure>, { proven, cyclic, users }: Circumstances): readonly Step[] {
  countUsers(entries.values(), users)
  const done = new Set<ModuleRecord>()
  const steps: Step[] = []
  for (const [entry, { statics }] of entries) {
    for (const record of statics) {
      if (done.has(record) || (record !== entry && cyclic(record))) continue
      const probe = !entries.has(record)
      if (probe && (record.form !== 'module' || (users.get(record) ?? 0) < 2 || proven(record))) continue
      done.add(record)
      steps.push({ record, probe })
    }
  }
  return steps
}

function countUsers(closures: Iterable<Closure>, users: Map<ModuleRecord, number>): void {
  for (const { statics } of closures) for (const record of statics) users.set(record, (users.get(record) ?? 0) + 1)
}
