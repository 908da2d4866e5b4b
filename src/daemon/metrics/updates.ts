import type { EventFields, EventName, SyncEvent } from '../../model/events.ts'
import type { MetricName } from './catalogue.ts'

/** Adds to a counter, or a value to a histogram. */
export interface Update {
  readonly metric: MetricName
  readonly labels: Readonly<Record<string, string>>
  readonly amount: number
}

/** What an event adds to the metrics. Labels come from fixed sets alone: no key, no name, no id. */
export function updatesOf(event: SyncEvent): readonly Update[] {
  const of = TABLE[event.event] as ((fields: SyncEvent) => readonly Update[]) | undefined
  return of?.(event) ?? []
}

type Table = { readonly [Name in EventName]?: (event: EventFields[Name]) => readonly Update[] }

const TABLE: Table = {
  'config.created': ({ durationMs }) => applied('create', durationMs),
  'config.adopted': ({ durationMs }) => applied('adopt', durationMs),
  'config.updated': ({ durationMs }) => applied('update', durationMs),
  'config.moved': ({ durationMs }) => applied('move', durationMs),
  'config.deleted': ({ durationMs }) => applied('delete', durationMs),
  'config.failed': ({ change, permanent }) => [
    counted('aigw_sync_changes_total', { kind: change, outcome: permanent ? 'refused' : 'failed' }),
  ],
  'config.retrying': () => [counted('aigw_sync_retries_total', { of: 'entry' })],
  'config.conflict': ({ reason }) => [counted('aigw_sync_conflicts_total', { reason })],
  'provider-key.created': () => keyChanged('create', 'done'),
  'provider-key.rotated': () => keyChanged('rotate', 'done'),
  'provider-key.updated': () => keyChanged('update', 'done'),
  'provider-key.deleted': () => keyChanged('delete', 'done'),
  'provider-key.failed': ({ permanent }) => keyChanged('unknown', permanent ? 'refused' : 'failed'),
  'provider-key.retrying': () => [counted('aigw_sync_retries_total', { of: 'provider-key' })],
  'provider-key.drifted': ({ action }) => [counted('aigw_sync_drift_total', { of: 'provider-key', action })],
  'drift.detected': ({ action }) => [counted('aigw_sync_drift_total', { of: 'configuration', action })],
  'source.loaded': ({ durationMs }) => [observed('aigw_sync_reload_duration_seconds', {}, durationMs)],
  'source.invalid': ({ problem }) => [counted('aigw_sync_module_failures_total', { problem })],
  'evaluator.restarted': ({ reason }) => [counted('aigw_sync_evaluator_restarts_total', { reason })],
  'plan.computed': () => [counted('aigw_sync_plans_total', {})],
  'gateway.requested': ({ method, collection, status, errorCode, durationMs }) => [
    counted('aigw_sync_requests_total', { method, collection, status: String(status ?? errorCode ?? 'none') }),
    observed('aigw_sync_request_duration_seconds', { method }, durationMs),
  ],
  'gateway.retrying': () => [counted('aigw_sync_retries_total', { of: 'gateway' })],
  'gateway.unreachable': () => [counted('aigw_sync_outages_total', { reason: 'unreachable' })],
  'gateway.rejected': () => [counted('aigw_sync_outages_total', { reason: 'rejected' })],
  'gateway.throttled': ({ reason, delayMs }) => [
    counted('aigw_sync_throttled_total', { reason }),
    observed('aigw_sync_throttled_seconds_total', { reason }, delayMs),
  ],
  'lockfile.written': () => [counted('aigw_sync_lockfile_writes_total', { outcome: 'done' })],
  'lockfile.failed': () => [counted('aigw_sync_lockfile_writes_total', { outcome: 'failed' })],
}

function applied(kind: string, durationMs: number): readonly Update[] {
  return [
    counted('aigw_sync_changes_total', { kind, outcome: 'done' }),
    observed('aigw_sync_apply_duration_seconds', { kind }, durationMs),
  ]
}

function keyChanged(kind: string, outcome: string): readonly Update[] {
  return [counted('aigw_sync_provider_key_changes_total', { kind, outcome })]
}

function counted(metric: MetricName, labels: Update['labels']): Update {
  return { metric, labels, amount: 1 }
}

/** Times are seconds in metrics. */
function observed(metric: MetricName, labels: Update['labels'], ms: number): Update {
  return { metric, labels, amount: ms / 1_000 }
}
