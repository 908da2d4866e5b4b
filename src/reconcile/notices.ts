import type { Report } from '../model/events.ts'
import { isUnrestricted } from '../model/access.ts'
import type { Change } from '../plan/change.ts'

/** Says what a plan found that applying does not change, once for as long as it stays so. */
export class Notices {
  readonly #report: Report
  /** What was said last, by key. */
  readonly #said = new Map<string, string>()
  readonly #conflicts = new Set<string>()

  constructor(report: Report) {
    this.#report = report
  }

  /** How many keys are in conflict. */
  get conflicts(): number {
    return this.#conflicts.size
  }

  about(change: Change): void {
    const said = gist(change)
    if (change.kind === 'conflict') this.#conflicts.add(change.key)
    else this.#conflicts.delete(change.key)
    if (this.#said.get(change.key) === said) return
    if (said === undefined) this.#said.delete(change.key)
    else this.#said.set(change.key, said)
    this.#say(change)
  }

  forget(key: string): void {
    this.#said.delete(key)
    this.#conflicts.delete(key)
  }

  #say(change: Change): void {
    const { key } = change
    if (change.kind === 'orphan') {
      this.#report({ event: 'config.orphaned', key, id: change.id, ...(change.source && { source: change.source }) })
    }
    if (change.kind === 'conflict') {
      const { reason, ids, sources } = change
      this.#report({ event: 'config.conflict', key, reason, ids, sources })
    }
    if (!('entry' in change)) return
    if ('withheld' in change && change.withheld) this.#report({ event: 'config.outdated', key, id: change.id })
    else if (isUnrestricted(change.entry.configuration.access)) this.#report({ event: 'config.unrestricted', key })
  }
}

/** Equal as long as there is nothing new to say. */
function gist(change: Change): string | undefined {
  switch (change.kind) {
    case 'noop':
      return undefined
    case 'create':
    case 'update':
    case 'move':
      return `${change.kind} ${change.entry.digest}`
    case 'orphan':
      return `orphan ${change.id}`
    case 'conflict':
      return `conflict ${change.reason} ${change.ids.join()} ${change.sources.join()}`
  }
}
