import { formatDuration } from '../model/duration.ts'
import type { SyncEvent } from '../model/events.ts'

/** What `GET /healthz` answers: with 200 where all is well, else with 503. */
export interface HealthDocument {
  readonly healthy: boolean
  /** What is wrong, in sentences. */
  readonly problems: readonly string[]
}

/** So many resyncs may come to nothing. */
const MISSED_RESYNCS = 3

/** Whether reconciling goes on as it should, by what the daemon tells of itself. Times are milliseconds of a clock that only goes on. */
export class Health {
  #resyncInterval: number
  readonly #now: () => number
  /** When the gateway was last listed, or since when that is tried. */
  #listedAt: number
  /** Since when the interval is what it is: one that became shorter has not been missed yet. */
  #timedAt: number
  #missingDir: string | undefined
  #unwatched: string | undefined

  constructor(resyncInterval: number, now: () => number = () => performance.now()) {
    this.#resyncInterval = resyncInterval
    this.#now = now
    this.#listedAt = now()
    this.#timedAt = this.#listedAt
  }

  /** Every event passes here. */
  hear(event: SyncEvent): void {
    if (event.event === 'gateway.listed') this.#listedAt = this.#now()
    else if (event.event === 'source.missing') this.#missingDir = event.dir
    else if (event.event === 'source.found') this.#missingDir = undefined
    else if (event.event === 'source.degraded') this.#unwatched = event.msg
  }

  /** Resyncs come at another interval from now on. */
  retime(resyncInterval: number): void {
    this.#resyncInterval = resyncInterval
    this.#timedAt = this.#now()
  }

  /** @param isAlive whether the loop goes on */
  document(isAlive: boolean): HealthDocument {
    const problems = [
      !isAlive && 'reconciling is stuck: a look at the folder does not come to its end',
      this.#staleness(),
      this.#missingDir !== undefined && `the folder ${this.#missingDir} is gone: nothing is concluded from that`,
      this.#unwatched,
    ].filter((problem) => typeof problem === 'string')
    return { healthy: problems.length === 0, problems }
  }

  #staleness(): string | undefined {
    const age = this.#now() - this.#listedAt
    if (this.#now() - Math.max(this.#listedAt, this.#timedAt) <= MISSED_RESYNCS * this.#resyncInterval) return undefined
    return `the gateway was not listed for ${formatDuration(age)}, while that is to happen every ${formatDuration(this.#resyncInterval)}`
  }
}
