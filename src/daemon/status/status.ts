import type { Plan } from '../../plan/change.ts'
import { computePlan } from '../../plan/plan.ts'
import type { AppliedEntry } from '../../lockfile/lockfile.ts'
import type { Settings } from '../../settings/settings.ts'
import { type StatusDocument, type StatusEntry, summarise } from './document.ts'
import { entriesOf, type Sight } from './entries.ts'
import { providerKeysOf, recordedKeys } from './provider-keys.ts'

export type StatusSettings = Pick<Settings, 'dir' | 'lockfile' | 'apiUrl' | 'owner' | 'policy' | 'drift'>

/** How far a daemon has come. */
export interface Life {
  readonly pid: number
  readonly version: string
  readonly startedAt: Date
  /** Undefined until then. */
  readonly readyAt: Date | undefined
}

/** What a running daemon tells of itself, made from what it knows at that moment. */
export function runningStatus(sight: Sight, settings: StatusSettings, life: Life): StatusDocument {
  const plan = sight.lastListedAt ? computePlan(sight.world) : UNLISTED
  return plannedStatus(sight, plan, settings, life)
}

/** @param plan what is to be done, as the daemon sees it */
export function plannedStatus(sight: Sight, plan: Plan, settings: StatusSettings, life: Life): StatusDocument {
  const { world, lastListedAt } = sight
  const entries = entriesOf(sight, plan)
  return {
    running: true,
    pid: life.pid,
    version: life.version,
    startedAt: life.startedAt.toISOString(),
    readyAt: life.readyAt?.toISOString() ?? null,
    lastListedAt: lastListedAt?.toISOString() ?? null,
    ...namely(settings),
    summary: summarise(entries),
    guards: plan.guards,
    invalid: [...world.desired.broken].toSorted(),
    entries,
    providerKeys: providerKeysOf(sight, plan),
  }
}

/** A gateway that was not looked at yet would seem to be empty. */
const UNLISTED: Plan = { changes: [], providerKeys: [], guards: [] }

/** What the lockfile tells without a daemon: what was applied last. @param recorded empty where there is none */
export function recordedStatus(recorded: ReadonlyMap<string, AppliedEntry>, settings: StatusSettings): StatusDocument {
  const entries = [...recorded]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { id, name, source }]): StatusEntry => {
      return { key, id, name, source, state: 'managed', reason: null, msg: null, fields: null, accessKeys: null }
    })
  return {
    running: false,
    pid: null,
    version: null,
    startedAt: null,
    readyAt: null,
    lastListedAt: null,
    ...namely(settings),
    summary: summarise(entries),
    guards: [],
    invalid: [],
    entries,
    providerKeys: recordedKeys(recorded),
  }
}

function namely({ dir, lockfile, apiUrl, owner, policy, drift }: StatusSettings): StatusSettings {
  return { dir, lockfile, apiUrl, owner, policy, drift }
}
