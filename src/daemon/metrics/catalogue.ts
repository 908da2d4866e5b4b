/** One metric: what it counts, for whom, and by what. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** One sentence, for the answer and the documentation. */
  readonly help: string
  readonly labels?: readonly string[]
  /** Upper bounds, in the unit of the name. */
  readonly buckets?: readonly number[]
}

/** From what is quick for a request to what is slow. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const

/** Every metric: the only place that names one. Names end in their unit, and a counter in `_total`, as OpenMetrics asks. */
export const METRICS = {
  aigw_sync_build_info: { type: 'gauge', help: 'Always 1; its labels say what runs.', labels: ['version', 'node'] },
  aigw_sync_healthy: { type: 'gauge', help: 'Whether the daemon is healthy, as GET /healthz says: 1 or 0.' },
  aigw_sync_entries: { type: 'gauge', help: 'Entries by state, as status has them.', labels: ['state'] },
  aigw_sync_provider_keys: { type: 'gauge', help: 'Managed provider keys by state, as status has them.', labels: ['state'] },
  aigw_sync_invalid_modules: { type: 'gauge', help: 'Modules that do not load.' },
  aigw_sync_guards: { type: 'gauge', help: 'Guards that keep a plan, or its deletions, from being carried out.' },
  aigw_sync_queue_age_seconds: {
    type: 'gauge',
    help: 'How long the entry that has been worked on for longest has been; 0 where none is.',
  },
  aigw_sync_last_success_timestamp_seconds: {
    type: 'gauge',
    help: 'When the gateway was last listed wholly, in Unix time; 0 before.',
  },
  aigw_sync_changes_total: {
    type: 'counter',
    help: 'Changes of configurations by kind and outcome: done, refused (until something changes), failed (and tried again).',
    labels: ['kind', 'outcome'],
  },
  aigw_sync_provider_key_changes_total: {
    type: 'counter',
    help: 'Changes of managed provider keys by kind and outcome; the kind is not known of those that failed.',
    labels: ['kind', 'outcome'],
  },
  aigw_sync_apply_duration_seconds: {
    type: 'histogram',
    help: 'From the beginning of the work on an entry until its change was on the gateway and in the lockfile, by kind.',
    labels: ['kind'],
    buckets: SECONDS,
  },
  aigw_sync_reload_duration_seconds: {
    type: 'histogram',
    help: 'From reading what changed in the folder until it was evaluated and checked.',
    buckets: SECONDS,
  },
  aigw_sync_requests_total: {
    type: 'counter',
    help: 'Requests to the gateway by method, collection and HTTP status, or the code of what kept the answer away.',
    labels: ['method', 'collection', 'status'],
  },
  aigw_sync_request_duration_seconds: {
    type: 'histogram',
    help: 'From sending a request until its whole answer, by method.',
    labels: ['method'],
    buckets: SECONDS,
  },
  aigw_sync_retries_total: {
    type: 'counter',
    help: 'Requests that were sent again, of an entry, of a provider key, or of the gateway as a whole (listings).',
    labels: ['of'],
  },
  aigw_sync_throttled_total: {
    type: 'counter',
    help: 'Times that requests had to wait: for the rate budget, or asked by the gateway.',
    labels: ['reason'],
  },
  aigw_sync_throttled_seconds_total: { type: 'counter', help: 'How long those waits were to last.', labels: ['reason'] },
  aigw_sync_outages_total: {
    type: 'counter',
    help: 'Times that the gateway became unreachable or refused us.',
    labels: ['reason'],
  },
  aigw_sync_drift_total: {
    type: 'counter',
    help: 'Changes by others that were found, by what is done about them.',
    labels: ['of', 'action'],
  },
  aigw_sync_conflicts_total: { type: 'counter', help: 'Conflicts that were found, by reason.', labels: ['reason'] },
  aigw_sync_module_failures_total: {
    type: 'counter',
    help: 'Times that a module did not load, by kind of problem.',
    labels: ['problem'],
  },
  aigw_sync_evaluator_restarts_total: {
    type: 'counter',
    help: 'Times that the evaluator was replaced, by reason.',
    labels: ['reason'],
  },
  aigw_sync_plans_total: { type: 'counter', help: 'Plans that were computed.' },
  aigw_sync_lockfile_writes_total: { type: 'counter', help: 'Replacements of the lockfile, by outcome.', labels: ['outcome'] },
  process_resident_memory_bytes: { type: 'gauge', help: 'Memory of the daemon in RAM, without the evaluator.' },
  process_cpu_seconds_total: { type: 'counter', help: 'Time of the processor that the daemon spent, without the evaluator.' },
  process_start_time_seconds: { type: 'gauge', help: 'When the daemon started, in Unix time.' },
} as const satisfies Readonly<Record<string, Metric>>

export type MetricName = keyof typeof METRICS

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[]
