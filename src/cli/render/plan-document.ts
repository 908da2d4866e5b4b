import type { Look } from '../../daemon/look.ts'
import type { Rate } from '../../model/rate.ts'
import { type ChangeKind, countChanges } from '../../plan/change.ts'
import type { Guard } from '../../plan/guards.ts'
import { forecast, isKeyPrune, isKeyWrite, isPrune, isWrite } from '../../plan/work.ts'
import type { Settings } from '../../settings/settings.ts'
import { type ChangeDocument, changeDocument } from './change-document.ts'
import { type KeyChangeDocument, keyDocument, type KeySummary, summariseKeys } from './key-document.ts'
import { moduleProblem, type ProblemDocument } from './problems.ts'

/** What `plan --json` prints. */
export interface PlanDocument {
  /** Every module loads, no key is in conflict, and no guard blocks anything. */
  readonly ok: boolean
  readonly dir: string
  readonly apiUrl: string
  readonly owner: string
  readonly policy: Settings['policy']
  readonly drift: Settings['drift']
  /** Anything but `found`: planned from the stamps on the gateway. */
  readonly lockfile: Look['lockfile']['type']
  /** Modules that do not load. */
  readonly problems: readonly ProblemDocument[]
  /** What keeps the plan, or its deletions, from being carried out. */
  readonly guards: readonly Guard[]
  /** In order of key. */
  readonly changes: readonly ChangeDocument[]
  /** The managed provider keys, in order of provider and name. */
  readonly providerKeys: readonly KeyChangeDocument[]
  readonly summary: Summary
  readonly forecast: {
    /** What applying takes, listing included, when nothing fails. */
    readonly requests: number
    /** Null where there is no limit. */
    readonly rateLimit: Rate | null
    /** The least time that the limit makes it wait. */
    readonly waitMs: number
    /** How long what is gone is waited for before it is deleted. */
    readonly graceMs: number
  }
}

/** How many changes of each kind there are. */
export interface Summary extends Readonly<Record<ChangeKind, number>> {
  /** Of the adoptions, updates and moves: those that are not made. */
  readonly withheld: number
  /** Of the unchanged: those to be written into the lockfile. */
  readonly unrecorded: number
  readonly providerKeys: KeySummary
  /** What applying changes on the gateway, provider keys included. */
  readonly writes: number
}

/** What there is to show of a plan. */
export interface PlanSight extends Pick<Look, 'plan' | 'world' | 'requests' | 'pages'> {
  readonly declared: Pick<Look['declared'], 'problems'>
  readonly lockfile: Pick<Look['lockfile'], 'type'>
}

export type PlanSettings = Pick<Settings, 'dir' | 'apiUrl' | 'owner' | 'policy' | 'drift' | 'rateLimit' | 'deleteGrace'>

export function planDocument(
  { declared, lockfile, plan, world, requests, pages }: PlanSight,
  settings: PlanSettings,
): PlanDocument {
  const { dir, apiUrl, owner, policy, drift, rateLimit, deleteGrace } = settings
  const problems = declared.problems.map(moduleProblem)
  const changes = plan.changes.map((change) => changeDocument(change, world))
  const providerKeys = plan.providerKeys.map(keyDocument)
  const counts = summarise(plan, changes, providerKeys)
  const graceMs = plan.changes.some(isPrune) || plan.providerKeys.some(isKeyPrune) ? deleteGrace : 0
  const { requests: all, waitMs } = forecast(plan, requests + (graceMs > 0 ? pages : 0), rateLimit)
  return {
    ok: problems.length === 0 && counts.conflict === 0 && plan.guards.length === 0,
    dir,
    apiUrl,
    owner,
    policy,
    drift,
    lockfile: lockfile.type,
    problems,
    guards: plan.guards,
    changes,
    providerKeys,
    summary: counts,
    forecast: { requests: all, rateLimit: rateLimit === 'off' ? null : rateLimit, waitMs, graceMs },
  }
}

function summarise(
  { changes, providerKeys }: Look['plan'],
  documents: readonly ChangeDocument[],
  keys: readonly KeyChangeDocument[],
): Summary {
  const none = { create: 0, adopt: 0, update: 0, move: 0, delete: 0, noop: 0, orphan: 0, conflict: 0 }
  const withheld = documents.filter((change) => 'withheld' in change && change.withheld).length
  const unrecorded = documents.filter(({ reason }) => reason === 'unrecorded').length
  const writes = changes.filter(isWrite).length + providerKeys.filter(isKeyWrite).length
  return { ...none, ...countChanges(changes), withheld, unrecorded, providerKeys: summariseKeys(keys), writes }
}
