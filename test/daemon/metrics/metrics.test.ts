import { describe, expect, test } from 'vitest'
import { METRIC_NAMES, METRICS, type Metric } from '../../../src/daemon/metrics/catalogue.ts'
import { gaugesOf, type Sighting } from '../../../src/daemon/metrics/gauges.ts'
import { Metrics } from '../../../src/daemon/metrics/metrics.ts'
import { updatesOf } from '../../../src/daemon/metrics/updates.ts'
import type { SyncEvent } from '../../../src/model/events.ts'

const created: SyncEvent = { event: 'config.created', key: 'team/chat', id: 'aigac_1', name: 'chat', attempt: 1, durationMs: 40 }
const failed: SyncEvent = { event: 'config.failed', key: 'a', change: 'update', attempt: 1, permanent: true, msg: 'no' }
const requested: SyncEvent = {
  event: 'gateway.requested',
  method: 'POST',
  collection: 'access-key-configurations',
  status: 201,
  durationMs: 30,
}

const SIGHTING: Sighting = {
  status: {
    version: '1.2.3',
    startedAt: '2026-01-01T00:00:00Z',
    lastListedAt: null,
    summary: { managed: 3, pending: 0, failing: 1, orphaned: 0, held: 0 },
    providerKeys: [],
    invalid: ['a.ts'],
    guards: [],
  },
  health: { healthy: false, problems: ['stuck'] },
  queueAgeMs: 1_500,
  node: 'v24.0.0',
  memory: 80_000_000,
  cpu: 2_500_000,
}

async function exposed(events: readonly SyncEvent[], metrics = new Metrics()): Promise<readonly string[]> {
  for (const event of events) metrics.hear(event)
  const { text } = await metrics.expose(() => gaugesOf(SIGHTING))
  return text.split('\n')
}

describe('an answer', () => {
  test('is in the format of OpenMetrics, with every metric, and an end', async () => {
    const metrics = new Metrics()
    const { type, text } = await metrics.expose(() => gaugesOf(SIGHTING))
    expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    expect(text.endsWith('# EOF\n')).toBe(true)
    const helped = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind]) => `${name} ${kind}`)
    const wanted = METRIC_NAMES.map(
      (name) => `${METRICS[name].type === 'counter' ? name.replace(/_total$/, '') : name} ${METRICS[name].type}`,
    )
    expect(helped.toSorted()).toEqual(wanted.toSorted())
    const families = helped.map((line) => line.split(' ')[0])
    expect(new Set(families).size).toBe(families.length)
  })

  test('counts what was told before anybody asked, and after', async () => {
    const metrics = new Metrics()
    const lines = await exposed([created, created, failed, requested], metrics)
    expect(lines).toContain('aigw_sync_changes_total{kind="create",outcome="done"} 2')
    expect(lines).toContain('aigw_sync_changes_total{kind="update",outcome="refused"} 1')
    expect(lines).toContain('aigw_sync_requests_total{method="POST",collection="access-key-configurations",status="201"} 1')
    expect(await exposed([created], metrics)).toContain('aigw_sync_changes_total{kind="create",outcome="done"} 3')
  })

  test('has durations in seconds, each once', async () => {
    const metrics = new Metrics()
    const lines = await exposed([created, created], metrics)
    expect(lines).toContain('aigw_sync_apply_duration_seconds_count{kind="create"} 2')
    expect(lines).toContain('aigw_sync_apply_duration_seconds_sum{kind="create"} 0.08')
    expect(lines).toContain('aigw_sync_apply_duration_seconds_bucket{le="0.025",kind="create"} 0')
    expect(lines).toContain('aigw_sync_apply_duration_seconds_bucket{le="0.05",kind="create"} 2')
    expect(await exposed([], metrics)).toContain('aigw_sync_apply_duration_seconds_count{kind="create"} 2')
  })

  test('remembers the last thousand durations while nobody asks, and every count', async () => {
    const lines = await exposed(Array.from({ length: 1_500 }, () => created))
    expect(lines).toContain('aigw_sync_apply_duration_seconds_count{kind="create"} 1000')
    expect(lines).toContain('aigw_sync_changes_total{kind="create",outcome="done"} 1500')
  })

  test('shows how everything is at that moment', async () => {
    const lines = await exposed([])
    expect(lines).toEqual(
      expect.arrayContaining([
        'aigw_sync_build_info{version="1.2.3",node="v24.0.0"} 1',
        'aigw_sync_healthy 0',
        'aigw_sync_entries{state="managed"} 3',
        'aigw_sync_entries{state="pending"} 0',
        'aigw_sync_provider_keys{state="drift"} 0',
        'aigw_sync_invalid_modules 1',
        'aigw_sync_queue_age_seconds 1.5',
        'aigw_sync_last_success_timestamp_seconds 0',
        'process_cpu_seconds_total 2.5',
        'process_start_time_seconds 1767225600',
      ]),
    )
  })

  test('repeats the time of the processor, and does not add it up', async () => {
    const metrics = new Metrics()
    await exposed([], metrics)
    expect(await exposed([], metrics)).toContain('process_cpu_seconds_total 2.5')
  })
})

test('every update is of a metric that there is, with its labels and no other', () => {
  const catalogue: Readonly<Record<string, Metric>> = METRICS
  const told: readonly SyncEvent[] = [
    created,
    failed,
    requested,
    { event: 'config.adopted', key: 'a', id: 'i', name: 'a', attempt: 1, durationMs: 1 },
    { event: 'config.moved', key: 'a', id: 'i', from: 'b', name: 'a', fields: [], reach: 'same', attempt: 1, durationMs: 1 },
    {
      event: 'config.updated',
      key: 'a',
      id: 'i',
      reason: 'edited',
      name: 'a',
      fields: [],
      reach: 'same',
      attempt: 1,
      durationMs: 1,
    },
    { event: 'config.deleted', key: 'a', id: 'i', reason: 'not-declared', attempt: 1, durationMs: 1 },
    { event: 'config.retrying', key: 'a', attempt: 1, delayMs: 1, msg: 'x' },
    { event: 'config.conflict', key: 'a', reason: 'duplicate-key' },
    { event: 'provider-key.created', provider: 'openai', name: 'a', id: 'i', attempt: 1, durationMs: 1 },
    { event: 'provider-key.rotated', provider: 'openai', name: 'a', id: 'i', reason: 'edited', attempt: 1, durationMs: 1 },
    { event: 'provider-key.updated', provider: 'openai', name: 'a', id: 'i', fields: [], attempt: 1, durationMs: 1 },
    { event: 'provider-key.deleted', provider: 'openai', name: 'a', id: 'i', reason: 'surplus', attempt: 1, durationMs: 1 },
    { event: 'provider-key.failed', provider: 'openai', name: 'a', id: 'i', attempt: 1, permanent: false, msg: 'x' },
    { event: 'provider-key.retrying', provider: 'openai', name: 'a', attempt: 1, delayMs: 1, msg: 'x' },
    { event: 'source.loaded', files: 1, entries: 1, evaluated: 1, invalid: 0, durationMs: 1 },
    { event: 'source.invalid', file: 'a.ts', problem: 'syntax', msg: 'x' },
    { event: 'evaluator.restarted', reason: 'timeout' },
    { event: 'plan.computed', changes: {}, durationMs: 1 },
    { event: 'gateway.retrying', attempt: 1, delayMs: 1, msg: 'x' },
    { event: 'gateway.unreachable', delayMs: 1, msg: 'x' },
    { event: 'gateway.rejected', msg: 'x' },
    { event: 'gateway.throttled', delayMs: 1, reason: 'budget' },
    { event: 'lockfile.written', entries: 1, durationMs: 1 },
    { event: 'lockfile.failed', msg: 'x' },
  ]
  for (const event of told) {
    const updates = updatesOf(event)
    expect(updates, event.event).not.toEqual([])
    for (const { metric, labels } of updates) expect(Object.keys(labels)).toEqual(catalogue[metric]?.labels ?? [])
  }
})

test('no label tells a key, a name or an id', () => {
  const secretive: SyncEvent = {
    event: 'config.failed',
    key: 'canary',
    change: 'create',
    attempt: 1,
    permanent: false,
    msg: 'canary',
  }
  expect(JSON.stringify([secretive, created].flatMap(updatesOf))).not.toMatch(/canary|team|chat|aigac/)
})

test('what is told often and counts nothing costs nothing', () => {
  expect(updatesOf({ event: 'source.recovered', file: 'a.ts' })).toEqual([])
})
