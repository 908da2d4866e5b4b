import { type Metric, METRIC_NAMES, METRICS } from './catalogue.ts'

/** `docs/metrics.md`, made from the catalogue. */
export function metricsDocument(): string {
  return `# Metrics

<!-- Made from src/daemon/metrics by \`UPDATE_DOCS=1 npx vitest run test/docs\`. -->

\`GET /metrics\` on the [admin endpoint](health.md) answers in the text format of OpenMetrics. Labels come from fixed sets: the number of series does not grow with
the number of entries, and no key, name or id is among them. Counters begin at 0 with the daemon. Of durations, the last thousand of each kind are remembered until
the first question comes. Times are seconds.

| metric | type | labels | meaning |
|---|---|---|---|
${METRIC_NAMES.map((name) => row(name, METRICS[name])).join('\n')}

[An example dashboard](grafana-dashboard.json) for Grafana and [example alerts](alerts.yaml) for Prometheus lie beside this page.
`
}

function row(name: string, { type, help, labels = [] }: Metric): string {
  return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`
}
