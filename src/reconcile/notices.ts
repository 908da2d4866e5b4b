import { isUnrestricted } from '../model/access.ts'
import type { Report, SyncEvent } from '../model/events.ts'
import type { Change } from '../plan/change.ts'
import type { Guard } from '../plan/guards.ts'
import { compareReach } from '../plan/reach.ts'
import { describeKeyProblem } from '../model/key-problem.ts'
import { isFailure } from './job.ts'

type Update = Extract<Change, { kind: 'update' }>

/** Says what a plan found that applying does not change, or changes for a reason, once for as long as it stays so. */
export class Notices {
  readonly #report: Report
  /** What was said last, by key. */
  readonly #said = new Map<string, string>()
  readonly #conflicts = new Set<string>()
  /** By name, what was said of it. */
  readonly #guards = new Map<Guard['guard'], string>()

  constructor(report: Report) {
    this.#report = report
  }

  /** How many keys are in conflict. */
  get conflicts(): number {
    return this.#conflicts.size
  }

  /** How many guards keep plans from being carried out. */
  get guards(): number {
    return this.#guards.size
  }

  about(change: Change): void {
    const said = gist(change)
    if (change.kind === 'conflict' && !(change.problem && isFailure(change.problem))) this.#conflicts.add(change.key)
    else this.#conflicts.delete(change.key)
    if (this.#said.get(change.key) === said) return
    if (said === undefined) this.#said.delete(change.key)
    else this.#said.set(change.key, said)
    const notice = noticeOf(change)
    if (notice) this.#report(notice)
  }

  forget(key: string): void {
    this.#said.delete(key)
    this.#conflicts.delete(key)
  }

  guarded(guards: readonly Guard[]): void {
    for (const guard of guards) {
      const said = `${guard.count} ${guard.limit} ${guard.managed}`
      if (this.#guards.get(guard.guard) === said) continue
      this.#guards.set(guard.guard, said)
      this.#report({ event: 'guard.blocked', ...guard })
    }
    for (const guard of this.#guards.keys()) {
      if (guards.some((each) => each.guard === guard)) continue
      this.#guards.delete(guard)
      this.#report({ event: 'guard.cleared', guard })
    }
  }
}

/** What is to be said of a change that applying does not make, or makes for a reason. */
export function noticeOf(change: Change): SyncEvent | undefined {
  const { key } = change
  if (change.kind === 'orphan') {
    const { id, stays, source, accessKeys } = change
    const keptBy = stays === 'in-use' && { accessKeys }
    return { event: 'config.orphaned', key, id, stays, ...(source !== undefined && { source }), ...keptBy }
  }
  if (change.kind === 'conflict') {
    const { reason, ids, sources, problem } = change
    if (problem && isFailure(problem)) return undefined // it fails, and that is told
    return { event: 'config.conflict', key, reason, ids, sources, ...(problem && { msg: describeKeyProblem(problem) }) }
  }
  if (!('entry' in change)) return undefined
  if (change.kind === 'update' && change.reason !== 'edited' && isDrift(change)) return driftOf(change, change.reason)
  if ('withheld' in change && change.withheld) return { event: 'config.outdated', key, id: change.id }
  return isUnrestricted(change.entry.configuration.access) ? { event: 'config.unrestricted', key } : undefined
}

function driftOf({ key, id, entry, fields, withheld, present }: Update, reason: Exclude<Update['reason'], 'edited'>): SyncEvent {
  const { lastUpdatedBy, updatedAt } = present
  const reach = compareReach(entry.configuration, present)
  const action = withheld === 'widening' ? 'hold' : withheld ? 'report' : 'correct'
  return { event: 'drift.detected', key, id, reason, fields, reach, action, lastUpdatedBy, updatedAt }
}

/** What somebody changed on the gateway, and what was found there and may have been. */
function isDrift({ reason, withheld }: Update): boolean {
  return reason === 'drift' || reason === 'stamp' || (reason === 'found' && withheld !== undefined && withheld !== 'policy')
}

/** Equal as long as there is nothing new to say. */
function gist(change: Change): string | undefined {
  switch (change.kind) {
    case 'noop':
    case 'delete':
      return undefined
    case 'create':
    case 'adopt':
    case 'move':
      return `${change.kind} ${change.entry.digest}`
    case 'update':
      return isDrift(change)
        ? `drift ${change.id} ${change.present.updatedAt} ${change.fields.join()} ${change.withheld}`
        : `update ${change.entry.digest}`
    case 'orphan':
      return `orphan ${change.id} ${change.stays} ${change.accessKeys.map(({ id }) => id).join()}`
    case 'conflict':
      return `conflict ${change.reason} ${change.ids.join()} ${change.sources.join()} ${change.problem ? describeKeyProblem(change.problem) : ''}`
  }
}
