import type { Report, SyncEvent } from '../../model/events.ts'
import type { KeyChange, KeyRotate, KeyUpdate } from '../../plan/key-change.ts'

/** Says what a plan found of provider keys that is not simply done, once for as long as it stays so. */
export class KeyNotices {
  readonly #report: Report
  /** What was said last, by id. */
  readonly #said = new Map<string, string>()

  constructor(report: Report) {
    this.#report = report
  }

  about(change: KeyChange): void {
    if (change.kind === 'create' || change.kind === 'delete') return // what is not let go is the same orphan again
    const { id } = change
    const notice = noticeOf(change)
    const said = notice && JSON.stringify(notice)
    if (this.#said.get(id) === said) return
    if (said === undefined) this.#said.delete(id)
    else this.#said.set(id, said)
    if (notice) this.#report(notice)
  }

  /** Forgets all that a whole plan does not speak of. */
  retain(ids: ReadonlySet<string>): void {
    for (const id of this.#said.keys()) if (!ids.has(id)) this.#said.delete(id)
  }
}

function noticeOf(change: Exclude<KeyChange, { kind: 'create' | 'delete' }>): SyncEvent | undefined {
  const { provider, name, id } = change
  const subject = { provider, name, id }
  if (change.kind === 'orphan') {
    const { stays, configurations } = change
    return { event: 'provider-key.orphaned', ...subject, stays, ...(configurations.length > 0 && { configurations }) }
  }
  if (change.kind === 'update') return driftOf(change, change.fields)
  if (change.kind !== 'rotate') return undefined
  if (isDrift(change)) return driftOf(change, ['value'])
  return change.withheld ? { event: 'provider-key.outdated', ...subject } : undefined
}

/** What somebody changed on the gateway, and what was found there and may have been. */
function isDrift({ reason, withheld }: KeyRotate): boolean {
  return reason === 'drift' || (reason === 'found' && (withheld === 'hold' || withheld === 'report'))
}

function driftOf(
  { provider, name, id, present, withheld }: KeyRotate | KeyUpdate,
  fields: readonly ('value' | 'name' | 'metadata')[],
): SyncEvent {
  const { lastUpdatedBy, updatedAt } = present
  const action = withheld === 'hold' ? 'hold' : withheld ? 'report' : 'correct'
  return { event: 'provider-key.drifted', provider, name, id, fields, action, lastUpdatedBy, updatedAt }
}
