import type { Report } from '../model/events.ts'
import { isOutage } from './classify.ts'
import type { GatewayError } from './errors.ts'
import { describeFailure } from './failure.ts'
import type { Trouble } from './trouble.ts'
import { retryDelay } from './wait.ts'

/** So many outages in a row mean that the gateway is down; one suffices where no connection came about. */
const OUTAGES_UNTIL_DOWN = 5

/** Counts outages. */
export class Outages {
  #inARow = 0

  /** @returns whether the gateway is taken to be down */
  observe(error: GatewayError | undefined): boolean {
    this.#inARow = error && isOutage(error) ? this.#inARow + 1 : 0
    return error?.type === 'unreachable' || this.#inARow >= OUTAGES_UNTIL_DOWN
  }

  forget(): void {
    this.#inARow = 0
  }
}

export interface OutageParts {
  readonly probes: number
  readonly random: () => number
  readonly report: Report
}

/** Nobody is there, or nobody who is well. */
export function outage({ probes, random, report }: OutageParts): Trouble {
  return {
    isThis: isOutage,
    delayMs: (error, probed) => retryDelay(error, probed + 1, random),
    probes,
    tell: (error, delayMs) => report({ event: 'gateway.unreachable', ...describeFailure(error), delayMs }),
    remind: (error, durationMs) => report({ event: 'gateway.waiting', ...describeFailure(error), durationMs }),
    givenUp: asUnsent,
  }
}

/** The error for requests that waited: the gateway has seen nothing of them, whatever became of the probe. */
function asUnsent(error: GatewayError): GatewayError {
  const { msg, errorCode, status } = describeFailure(error)
  return { type: 'unreachable', code: errorCode ?? `HTTP ${status}`, msg }
}
