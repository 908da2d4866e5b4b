import { classify } from '../gateway/classify.ts'
import { describeFailure } from '../gateway/failure.ts'
import type { Failure } from '../model/events.ts'
import { describeKeyProblem } from '../model/key-problem.ts'
import type { KeyProblem } from '../model/planned.ts'
import type { Change } from '../plan/change.ts'
import { entryBackoff } from './backoff.ts'
import { isFailure } from './job.ts'
import type { ApplyError } from './errors.ts'

/** What fails, and why. */
export type Troubled = Pick<Trouble, 'permanent' | 'msg' | 'reason'>

interface Trouble {
  readonly since: number
  /** In a row, since it last changed. */
  failures: number
  permanent: boolean
  /** The account was refused, not the entry: worth another look once the gateway lists again. */
  readonly account: boolean
  /** A provider key is the matter: a plan tells whether it still is. */
  readonly reason?: KeyProblem['type']
  readonly msg: string
  timer?: NodeJS.Timeout
}

/** How something failed, and when it is tried again. */
export interface Failing extends Failure {
  /** How often in a row. */
  readonly attempt: number
  readonly permanent: boolean
  readonly delayMs?: number
  readonly reason?: KeyProblem['type']
}

/** What fails, by key, and when each is tried again: each waits by itself. */
export class Troubles {
  readonly #retry: ((key: string) => void) | undefined
  readonly #byKey = new Map<string, Trouble>()

  /** @param retry called when something has waited long enough; undefined where nothing is tried again by itself */
  constructor(retry: ((key: string) => void) | undefined) {
    this.#retry = retry
  }

  get all(): ReadonlyMap<string, Troubled> {
    return this.#byKey
  }

  /** Whether it is to be left alone until its time comes or its file changes. */
  isWaiting(key: string): boolean {
    const trouble = this.#byKey.get(key)
    return trouble !== undefined && trouble.reason === undefined && (trouble.permanent || trouble.timer !== undefined)
  }

  /** Whether a change is of something that fails, with nothing new to it. */
  stand({ key, ...change }: Change): boolean {
    const problem = change.kind === 'conflict' && change.problem && isFailure(change.problem) && change.problem
    if (!problem) return this.isWaiting(key)
    const trouble = this.#byKey.get(key)
    return trouble !== undefined && trouble.permanent && trouble.msg === describeKeyProblem(problem)
  }

  /** @returns what there is to tell of it */
  add(key: string, error: ApplyError): Failing {
    const failure = describe(error)
    const permanent = error.type === 'provider-key' || (error.type !== 'unrecorded' && classify(error, 'write') === 'permanent')
    const before = this.#byKey.get(key)
    clearTimeout(before?.timer)
    const failures = (before?.failures ?? 0) + 1
    const account = failure.status === 401 || failure.status === 403
    const { msg } = failure
    const trouble: Trouble = { since: before?.since ?? Date.now(), failures, permanent, account, msg, ...reasonOf(error) }
    this.#byKey.set(key, trouble)
    const delayMs = permanent ? undefined : this.#wait(key, trouble)
    return { attempt: failures, permanent, ...(delayMs && { delayMs }), ...failure, ...reasonOf(error) }
  }

  /** It is well again. @returns for how long it was not, in milliseconds */
  end(key: string): number | undefined {
    const trouble = this.#byKey.get(key)
    if (!trouble) return undefined
    clearTimeout(trouble.timer)
    this.#byKey.delete(key)
    return Date.now() - trouble.since
  }

  /**
   * Something changed: what failed may be tried at once.
   * @param isEdited whether that was its declaration; otherwise a plan tells of a provider key whether it is still the matter
   */
  forgive(key: string, isEdited = true): void {
    const trouble = this.#byKey.get(key)
    if (!trouble || (!isEdited && trouble.reason !== undefined)) return
    clearTimeout(trouble.timer)
    delete trouble.timer
    trouble.failures = 0
    trouble.permanent = false
  }

  /** What some of them may have failed for is well again. @param retry called with each of those that failed */
  forgiveFailing(keys: Iterable<string>, retry: (key: string) => void): void {
    const failing = [...keys].filter((key) => this.#byKey.has(key))
    for (const key of failing) this.forgive(key)
    for (const key of failing) retry(key)
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

/** Whether something was sent, and it is not known whether it was carried out. */
export function isUnsettled(error: ApplyError): boolean {
  if (error.type === 'unrecorded' || error.type === 'provider-key') return false
  return classify(error, 'write') === 'ambiguous'
}

function reasonOf(error: ApplyError): Pick<Failing, 'reason'> {
  return error.type === 'provider-key' ? { reason: error.problem.type } : {}
}

function describe(error: ApplyError): Failure {
  if (error.type === 'provider-key') return { msg: describeKeyProblem(error.problem) }
  return error.type === 'unrecorded' ? { msg: error.msg, errorCode: error.code } : describeFailure(error)
}
