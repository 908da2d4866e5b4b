import { describeFailure } from '../gateway/failure.ts'
import type { Report } from '../model/events.ts'
import type { Patience } from './patience.ts'

/** Retries of writes to configurations, told under the entry's key. */
export function configPatience({ retries, report }: { retries: () => number; report: Report }, key: string): Patience {
  const retrying: Patience['retrying'] = (error, attempt, delayMs) =>
    report({ event: 'config.retrying', key, attempt, delayMs, ...describeFailure(error) })
  return { retries: retries(), retrying }
}
