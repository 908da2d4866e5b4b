import { classify } from '../gateway/classify.ts'
import type { Failure, Report } from '../model/events.ts'
import type { ApplyError } from './applier.ts'
import { entryBackoff } from './backoff.ts'
import { describeFailure } from '../gateway/failure.ts'

interface Trouble {
  readonly since: number
  /** In a row, since the entry last changed. */
  failures: number
  permanent: boolean
  /** The account was refused, not the entry: worth another look once the gateway lists again. */
  readonly account: boolean
  readonly msg: string
  timer?: NodeJS.Timeout
}

/** Which entries fail, and when each is tried again: each waits by itself. */
export class Troubles {
  readonly #report: Report
  readonly #retry: ((key: string) => void) | undefined
  readonly #byKey = new Map<string, Trouble>()

  /** @param retry called when an entry has waited long enough; left out where nothing is tried again by itself */
  constructor(report: Report, retry?: (key: string) => void) {
    this.#report = report
    this.#retry = retry
  }

  get all(): ReadonlyMap<string, Pick<Trouble, 'permanent' | 'msg'>> {
    return this.#byKey
  }

  count(permanent: boolean): number {
    return [...this.#byKey.values()].filter((trouble) => trouble.permanent === permanent).length
  }

  /** Whether the entry is to be left alone until its time comes or its file changes. */
  isWaiting(key: string): boolean {
    const trouble = this.#byKey.get(key)
    return trouble !== undefined && (trouble.permanent || trouble.timer !== undefined)
  }

  add(key: string, error: ApplyError): void {
    const failure = describe(error)
    const permanent = error.type !== 'unrecorded' && classify(error, 'write') === 'permanent'
    const before = this.#byKey.get(key)
    const failures = (before?.failures ?? 0) + 1
    const account = failure.status === 401 || failure.status === 403
    const { msg } = failure
    const trouble: Trouble = { since: before?.since ?? Date.now(), failures, permanent, account, msg }
    this.#byKey.set(key, trouble)
    const delayMs = permanent ? undefined : this.#wait(key, trouble)
    this.#report({ event: 'config.failed', key, attempt: failures, permanent, ...(delayMs && { delayMs }), ...failure })
  }

  /** The entry is well again. @returns for how long it was not, in milliseconds */
  end(key: string): number | undefined {
    const trouble = this.#byKey.get(key)
    if (!trouble) return undefined
    clearTimeout(trouble.timer)
    this.#byKey.delete(key)
    return Date.now() - trouble.since
  }

  /** Something changed: what failed may be tried at once. */
  forgive(key: string): void {
    const trouble = this.#byKey.get(key)
    if (!trouble) return
    clearTimeout(trouble.timer)
    delete trouble.timer
    trouble.failures = 0
    trouble.permanent = false
  }

  forgiveAccount(): void {
    for (const [key, { account }] of this.#byKey) if (account) this.forgive(key)
  }

  stop(): void {
    for (const { timer } of this.#byKey.values()) clearTimeout(timer)
  }

  #wait(key: string, trouble: Trouble): number | undefined {
    const retry = this.#retry
    if (!retry) return undefined
    const delayMs = entryBackoff(trouble.failures)
    trouble.timer = setTimeout(() => {
      delete trouble.timer
      retry(key)
    }, delayMs)
    return delayMs
  }
}

function describe(error: ApplyError): Failure {
  return error.type === 'unrecorded' ? { msg: error.msg, errorCode: error.code } : describeFailure(error)
}
