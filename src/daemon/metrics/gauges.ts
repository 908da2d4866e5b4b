import type { HealthDocument } from '../health.ts'
import type { StatusDocument } from '../status/document.ts'
import type { MetricName } from './catalogue.ts'

/** How something is at the moment that it is asked. */
export interface Gauge {
  readonly metric: MetricName
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What the gauges are made from. */
export interface Sighting {
  readonly status: Pick<
    StatusDocument,
    'version' | 'startedAt' | 'lastListedAt' | 'summary' | 'providerKeys' | 'invalid' | 'guards'
  >
  readonly health: HealthDocument
  /** Milliseconds that the oldest work has been under way; 0 where none is. */
  readonly queueAgeMs: number
  readonly node: string
  /** In bytes. */
  readonly memory: number
  /** In microseconds, user and system. */
  readonly cpu: number
}

/** How everything is. A state that nothing is in is 0, so that a line does not break off. */
export function gaugesOf({ status, health, queueAgeMs, node, memory, cpu }: Sighting): readonly Gauge[] {
  const keys: Record<string, number> = { applied: 0, pending: 0, failed: 0, drift: 0, orphan: 0, conflict: 0, held: 0 }
  for (const { state } of status.providerKeys) keys[state] = (keys[state] ?? 0) + 1
  return [
    gauge('aigw_sync_build_info', 1, { version: status.version ?? '', node }),
    gauge('aigw_sync_healthy', health.healthy ? 1 : 0),
    ...byState('aigw_sync_entries', status.summary),
    ...byState('aigw_sync_provider_keys', keys),
    gauge('aigw_sync_invalid_modules', status.invalid.length),
    gauge('aigw_sync_guards', status.guards.length),
    gauge('aigw_sync_queue_age_seconds', queueAgeMs / 1_000),
    gauge('aigw_sync_last_success_timestamp_seconds', unixTime(status.lastListedAt)),
    gauge('process_resident_memory_bytes', memory),
    gauge('process_cpu_seconds_total', cpu / 1_000_000),
    gauge('process_start_time_seconds', unixTime(status.startedAt)),
  ]
}

function byState(metric: MetricName, counts: Readonly<Record<string, number>>): readonly Gauge[] {
  return Object.entries(counts).map(([state, count]) => gauge(metric, count, { state }))
}

function gauge(metric: MetricName, value: number, labels: Gauge['labels'] = {}): Gauge {
  return { metric, labels, value }
}

function unixTime(time: string | null): number {
  return time === null ? 0 : Date.parse(time) / 1_000
}
