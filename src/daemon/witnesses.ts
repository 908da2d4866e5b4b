import { hostname } from 'node:os'
import type { Report } from '../model/events.ts'
import type { Settings } from '../settings/settings.ts'
import { EventStream } from './admin/event-stream.ts'
import { Health } from './health.ts'
import { Metrics } from './metrics/metrics.ts'
import { Notifier } from './notify/notifier.ts'
import { Rest } from './rest.ts'
import { Webhook } from './webhook/webhook.ts'

/** Those who tell how the daemon fares, beside the log: every event passes by each. */
export interface Witnesses {
  /** It tells nobody: it waits until there is nothing to tell. */
  readonly rest: Rest
  readonly notifier: Notifier
  readonly health: Health
  readonly events: EventStream
  readonly metrics: Metrics
  readonly webhook: Webhook
}

export interface WitnessOptions {
  readonly settings: Pick<Settings, 'resyncInterval' | 'webhook' | 'owner'>
  readonly version: string
}

/** @returns them, and where events go from now on: to the log first */
export function callWitnesses({ settings, version }: WitnessOptions, log: Report): { witnesses: Witnesses; report: Report } {
  const { resyncInterval, owner } = settings
  const userAgent = `aigw-sync/${version}`
  const witnesses: Witnesses = {
    rest: new Rest(),
    notifier: new Notifier(process.env, log),
    health: new Health(resyncInterval),
    events: new EventStream(),
    metrics: new Metrics(),
    webhook: new Webhook({ url: () => settings.webhook, owner, host: hostname(), userAgent }, log),
  }
  const report: Report = (event) => {
    log(event)
    for (const witness of Object.values(witnesses)) witness.hear(event)
  }
  return { witnesses, report }
}
