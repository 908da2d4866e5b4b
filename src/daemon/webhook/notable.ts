import type { EventName, SyncEvent } from '../../model/events.ts'

/** What a person may have to do something about. A failure that goes on is told when it begins, and when it is final. */
export function isNotable(event: SyncEvent): boolean {
  if (event.event === 'config.failed' || event.event === 'provider-key.failed') return event.attempt === 1 || event.permanent
  return NOTABLE.has(event.event)
}

const NOTABLE: ReadonlySet<EventName> = new Set([
  'config.conflict',
  'drift.detected',
  'provider-key.drifted',
  'guard.blocked',
  'gateway.rejected',
  'lockfile.failed',
  'daemon.failed',
])
