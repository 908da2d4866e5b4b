import type { SyncEvent } from '../../model/events.ts'

/** What a person may have to do something about. A failure that goes on is told when it begins, and when it is final. */
export function isNotable(event: SyncEvent): boolean {
  switch (event.event) {
    case 'config.failed':
    case 'provider-key.failed':
      return event.attempt === 1 || event.permanent
    case 'config.conflict':
    case 'drift.detected':
    case 'provider-key.drifted':
    case 'guard.blocked':
    case 'gateway.rejected':
    case 'lockfile.failed':
    case 'daemon.failed':
      return true
    default:
      return false
  }
}
