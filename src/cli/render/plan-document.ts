import type { Look } from '../../daemon/look.ts'
import type { Rate } from '../../model/rate.ts'
import { type ChangeKind, countChanges } from '../../plan/change.ts'
import { forecast, isWrite } from '../../plan/work.ts'
import type { Settings } from '../../settings/settings.ts'
import { type ChangeDocument, changeDocument } from './change-document.ts'
import { moduleProblem, type ProblemDocument } from './problems.ts'

/** What `plan --json` prints. */
export interface PlanDocument {
  /** Every module loads, and no key is in conflict. */
  readonly ok: boolean
  readonly dir: string
  readonly apiUrl: string
  readonly owner: string
  readonly policy: Settings['policy']
  /** Anything but `found`: planned from the stamps on the gateway. */
  readonly lockfile: Look['lockfile']['type']
  /** Modules that do not load. */
  readonly problems: readonly ProblemDocument[]
  /** In order of key. */
  readonly changes: readonly ChangeDocument[]
  readonly summary: Summary
  readonly forecast: {
    /** What applying takes, listing included, when nothing fails. */
    readonly requests: number
    /** Null where there is no limit. */
    readonly rateLimit: Rate | null
    /** The least time that the limit makes it wait. */
    readonly waitMs: number
  }
}

/** How many changes of each kind there are. */
export interface Summary extends Readonly<Record<ChangeKind, number>> {
  /** Of the updates and moves: those that the policy does not allow. */
  readonly withheld: number
  /** Of the unchanged: those to be written into the lockfile. */
  readonly unrecorded: number
  /** What applying changes on the gateway. */
  readonly writes: number
}

export type PlanSettings = Pick<Settings, 'dir' | 'apiUrl' | 'owner' | 'policy' | 'rateLimit'>

export function planDocument({ declared, lockfile, plan, world, requests }: Look, settings: PlanSettings): PlanDocument {
  const { dir, apiUrl, owner, policy, rateLimit } = settings
  const problems = declared.problems.map(moduleProblem)
  const changes = plan.changes.map((change) => changeDocument(change, world))
  const counts = summarise(plan.changes, changes)
  const { requests: all, waitMs } = forecast(plan.changes, requests, rateLimit)
  return {
    ok: problems.length === 0 && counts.conflict === 0,
    dir,
    apiUrl,
    owner,
    policy,
    lockfile: lockfile.type,
    problems,
    changes,
    summary: counts,
    forecast: { requests: all, rateLimit: rateLimit === 'off' ? null : rateLimit, waitMs },
  }
}

function summarise(changes: Look['plan']['changes'], documents: readonly ChangeDocument[]): Summary {
  const none = { create: 0, update: 0, move: 0, noop: 0, orphan: 0, conflict: 0 }
  const withheld = documents.filter((change) => 'withheld' in change && change.withheld).length
  const unrecorded = documents.filter(({ reason }) => reason === 'unrecorded').length
  return { ...none, ...countChanges(changes), withheld, unrecorded, writes: changes.filter(isWrite).length }
}
