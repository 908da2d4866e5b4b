import { err, ok, type Result } from 'neverthrow'
import { classify, isRejection } from '../gateway/classify.ts'
import type { GatewayError } from '../gateway/errors.ts'
import { pause } from '../gateway/wait.ts'
import type { LockfileStore } from '../lockfile/store.ts'
import type { Report } from '../model/events.ts'
import { entryBackoff } from './backoff.ts'
import { describeFailure } from '../gateway/failure.ts'
import type { Reconciler } from './reconciler.ts'

export interface LoopOptions {
  readonly reconciler: Pick<Reconciler, 'observe' | 'prepare' | 'reconcile' | 'nextRipe' | 'onAbsence'>
  /** Looks at the whole folder again, for what the watcher may have missed. */
  readonly rescan: () => Promise<void>
  /** What an earlier failure left unwritten is written with each resync. */
  readonly store: Pick<LockfileStore, 'flush'>
  /** Milliseconds between two resyncs, give or take a tenth; as it is when the last has ended. */
  readonly resyncInterval: () => number
}

/** Reconciles once, then again and again until it is stopped. */
export class Loop {
  readonly #options: LoopOptions
  readonly #report: Report
  readonly #stop = new AbortController()
  /** Ends a wait, so that it is looked at anew how long it is to be. */
  #nudge = new AbortController()
  #isDue = false
  /** The last look at the gateway came to nothing: the next is one of the timer's. */
  #isBlind = false
  /** When the present look at our own files began, where there is one. */
  #lookingSince: number | undefined

  constructor(options: LoopOptions, report: Report) {
    this.#options = options
    this.#report = report
    options.reconciler.onAbsence(() => this.#nudge.abort())
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

  /** Resyncs on a timer, and where what is gone may be deleted. Resolves when it is stopped. */
  async continue(): Promise<void> {
    const { reconciler, rescan, store } = this.#options
    while (await this.#untilDue()) {
      const observing = reconciler.observe('resync') // the gateway takes its time, in which we look at our own files
      this.#lookingSince = performance.now()
      await Promise.all([rescan(), store.flush()])
      this.#lookingSince = undefined
      const looked = await observing
      this.#isBlind = looked.isErr()
      if (looked.isOk()) {
        await reconciler.prepare('resync')
        reconciler.reconcile('resync')
      } else this.#tell(looked.error)
    }
  }

  /** False where a look at our own files does not come to its end: whatever the gateway does, that is over soon. */
  get isAlive(): boolean {
    return this.#lookingSince === undefined || performance.now() - this.#lookingSince < LONGEST_LOOK_MS
  }

  /** Resyncs as soon as it can. */
  hurry(): void {
    this.#isDue = true
    this.#nudge.abort()
  }

  stop(): void {
    this.#stop.abort()
  }

  /** What passes is waited out. Whether a token is rejected is for the gateway to say, which holds what is asked of it meanwhile. */
  #tell(error: GatewayError): void {
    if (error.type === 'canceled') return
    const failure = describeFailure(error)
    const delayMs = this.#options.resyncInterval()
    const isPassing = isRejection(error) || classify(error, 'read') === 'transient'
    if (isPassing) this.#report({ event: 'gateway.retrying', attempt: 1, delayMs, ...failure })
    else this.#report({ event: 'gateway.rejected', ...failure })
  }

  /** @returns false when it is stopped */
  async #untilDue(): Promise<boolean> {
    const deadline = performance.now() + jittered(this.#options.resyncInterval())
    while (!this.#isDue && !this.#stop.signal.aborted) {
      this.#nudge = new AbortController()
      const ripe = (this.#isBlind ? undefined : this.#options.reconciler.nextRipe) ?? Infinity
      const left = Math.min(deadline - performance.now(), ripe)
      if (await pause(Math.max(Math.ceil(left), 0), this.#stop.signal, this.#nudge.signal)) break
    }
    this.#isDue = false
    return !this.#stop.signal.aborted
  }
}

/** For 50,000 modules it is less than one. */
const LONGEST_LOOK_MS = 5 * 60_000

/** Many daemons that were started together do not list together. */
function jittered(interval: number): number {
  return Math.round(interval * (0.9 + Math.random() * 0.2))
}
