import { rowOf } from '../../log/catalogue.ts'
import type { EventName, SyncEvent } from '../../model/events.ts'

/** The plan has told of them. */
const PLANNED: ReadonlySet<EventName> = new Set<EventName>([
  'config.unrestricted',
  'config.conflict',
  'config.outdated',
  'guard.blocked',
  'drift.detected',
  'provider-key.drifted',
  'provider-key.outdated',
])

/**
 * Whether an event is told to who was shown the plan.
 * @param kept the ids of the provider keys that the plan says to stay: one that was to be deleted may turn out to be in use
 */
export function isWorthALine(event: SyncEvent, kept: ReadonlySet<string>): boolean {
  if (event.event === 'config.orphaned') return event.stays === 'grace'
  if (event.event === 'provider-key.orphaned') return !kept.has(event.id)
  if (PLANNED.has(event.event)) return false
  const { level } = rowOf(event)
  return level === 'warn' || level === 'error' || level === 'fatal' || isOutcome(event)
}

function isOutcome({ event }: SyncEvent): boolean {
  return event.startsWith('config.') || event.startsWith('provider-key.')
}
