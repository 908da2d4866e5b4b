import { err, ok, type Result } from 'neverthrow'
import { classify } from '../gateway/classify.ts'
import type { GatewayError } from '../gateway/errors.ts'
import { pause } from '../gateway/wait.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import type { Report } from '../model/events.ts'
import { entryBackoff } from './backoff.ts'
import { describeFailure } from '../gateway/failure.ts'
import type { Reconciler } from './reconciler.ts'

export interface LoopOptions {
  readonly reconciler: Reconciler
  /** Looks at the whole folder again, for what the watcher may have missed. */
  readonly rescan: () => Promise<void>
  /** What an earlier failure left unwritten is written with each resync. */
  readonly store: Pick<LockfileStore, 'flush'>
  /** Milliseconds between two resyncs, give or take a tenth. */
  readonly resyncInterval: number
}

/** Reconciles once, then again and again until it is stopped. */
export class Loop {
  readonly #options: LoopOptions
  readonly #report: Report
  readonly #stop = new AbortController()

  constructor(options: LoopOptions, report: Report) {
    this.#options = options
    this.#report = report
  }

  /**
   * The first look, however long the gateway takes to be there.
   * @returns err when it refuses for good: a rejected token, a wrong URL
   */
  async begin(): Promise<Result<void, GatewayError>> {
    for (let failures = 1; ; failures++) {
      const looked = await this.#options.reconciler.observe('backlog')
      if (looked.isOk()) return ok()
      if (looked.error.type === 'canceled' || classify(looked.error, 'read') === 'permanent') return err(looked.error)
      const delayMs = entryBackoff(failures)
      this.#report({ event: 'gateway.retrying', attempt: failures, delayMs, ...describeFailure(looked.error) })
      if (!(await pause(delayMs, this.#stop.signal))) return err({ type: 'canceled' })
    }
  }

  /** Resyncs on a timer. Resolves when it is stopped. */
  async continue(): Promise<void> {
    const { reconciler, resyncInterval, rescan, store } = this.#options
    while (await pause(jittered(resyncInterval), this.#stop.signal)) {
      await Promise.all([rescan(), store.flush()])
      const looked = await reconciler.observe('resync')
      if (looked.isOk()) reconciler.reconcile('resync')
      else if (looked.error.type !== 'canceled') this.#report({ event: 'gateway.rejected', ...describeFailure(looked.error) })
    }
  }

  stop(): void {
    this.#stop.abort()
  }
}

/** Many daemons that were started together do not list together. */
function jittered(interval: number): number {
  return Math.round(interval * (0.9 + Math.random() * 0.2))
}
