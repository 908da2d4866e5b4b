import type { Registry } from 'prom-client'
import type { SyncEvent } from '../../model/events.ts'
import { type Metric, METRIC_NAMES, type MetricName, METRICS } from './catalogue.ts'
import type { Gauge } from './gauges.ts'
import { type Update, updatesOf } from './updates.ts'

/** What `GET /metrics` answers. */
export interface Exposition {
  /** `application/openmetrics-text; …` */
  readonly type: string
  readonly text: string
}

interface Instrument {
  readonly add: (labels: Update['labels'], amount: number) => void
  readonly set: (labels: Update['labels'], value: number) => void
}

interface Books {
  readonly expose: () => Promise<Exposition>
  readonly instruments: ReadonlyMap<MetricName, Instrument>
}

/** Durations that are kept of each kind while nobody asks. */
const MOST_KEPT = 1_000

/**
 * Metrics of the daemon, in the text format of OpenMetrics. The library is loaded once somebody asks: a start, and a daemon that nobody
 * asks, do without it.
 */
export class Metrics {
  readonly #early = new Map<string, Update & { readonly values: number[] }>()
  #opening: Promise<Books> | undefined
  #books: Books | undefined

  /** Every event passes here. */
  hear(event: SyncEvent): void {
    for (const { metric, labels, amount } of updatesOf(event)) {
      if (this.#books) this.#books.instruments.get(metric)?.add(labels, amount)
      else this.#keep({ metric, labels, amount })
    }
  }

  /** @param gauges called when everything else is ready for the answer */
  async expose(gauges: () => readonly Gauge[]): Promise<Exposition> {
    this.#opening ??= this.#open()
    const { expose, instruments } = await this.#opening
    for (const { metric, labels, value } of gauges()) instruments.get(metric)?.set(labels, value)
    return expose()
  }

  #keep(update: Update): void {
    const { metric, labels, amount } = update
    const key = JSON.stringify([metric, labels])
    const kept = this.#early.get(key)
    if (!kept) this.#early.set(key, { ...update, values: [amount] })
    else if (METRICS[metric].type !== 'histogram') kept.values[0] = (kept.values[0] ?? 0) + amount
    else if (kept.values.push(amount) > MOST_KEPT) kept.values.shift()
  }

  async #open(): Promise<Books> {
    const books = await openBooks()
    this.#books = books
    for (const { metric, labels, values } of this.#early.values()) {
      for (const amount of values) books.instruments.get(metric)?.add(labels, amount)
    }
    this.#early.clear()
    return books
  }
}

type Prom = typeof import('prom-client')

async function openBooks(): Promise<Books> {
  const { default: prom } = await import('prom-client')
  const registry = new prom.Registry()
  registry.setContentType(prom.openMetricsContentType as never) // its types know the older format alone
  const instruments = METRIC_NAMES.map((name) => [name, instrumentOf(prom, registry, name, METRICS[name])] as const)
  return {
    instruments: new Map(instruments),
    expose: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  }
}

function instrumentOf(
  prom: Prom,
  registry: Registry,
  name: MetricName,
  { type, help, labels = [], buckets = [] }: Metric,
): Instrument {
  const common = { name, help, labelNames: [...labels], registers: [registry] }
  if (type === 'gauge') {
    const gauge = new prom.Gauge(common)
    return { add: (of, amount) => gauge.inc(of, amount), set: (of, value) => gauge.set(of, value) }
  }
  if (type === 'histogram') {
    const histogram = new prom.Histogram({ ...common, buckets: [...buckets] })
    return { add: (of, amount) => histogram.observe(of, amount), set: () => {} }
  }
  const counter = new prom.Counter(common)
  return {
    add: (of, amount) => counter.inc(of, amount),
    set: (of, value) => {
      counter.remove(of)
      counter.inc(of, value)
    },
  }
}
