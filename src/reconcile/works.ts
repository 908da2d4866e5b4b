import { idOf, type Job } from './job.ts'

/** What is being done for a key. */
export interface Work {
  readonly job: Job
  readonly cancel: AbortController
  /** When it began, in milliseconds of a clock that only goes on. */
  readonly since: number
  done: Promise<void>
  /** The key is to be looked at again when this is over. */
  again: boolean
  /** Keys that are to be looked at when this is over: they wanted to write to the same configuration. */
  readonly waiting: Set<string>
}

/** What is under way: one thing at a time for each key, and for each configuration. */
export class Works {
  readonly #byKey = new Map<string, Work>()
  readonly #byId = new Map<string, Work>()

  get size(): number {
    return this.#byKey.size
  }

  /** For how long the oldest has been under way, in milliseconds; 0 where nothing is. */
  get ageMs(): number {
    const [oldest] = this.#byKey.values()
    return oldest ? performance.now() - oldest.since : 0
  }

  get keys(): ReadonlySet<string> {
    return new Set(this.#byKey.keys())
  }

  of(key: string): Work | undefined {
    return this.#byKey.get(key)
  }

  /** @returns undefined where another works on the same configuration, and has taken note of the key */
  begin(job: Job): Work | undefined {
    const id = idOf(job)
    const other = id === undefined ? undefined : this.#byId.get(id)
    if (other) {
      other.waiting.add(job.key)
      return undefined
    }
    const [cancel, since, done] = [new AbortController(), performance.now(), Promise.resolve()]
    const work: Work = { job, cancel, since, done, again: false, waiting: new Set() }
    this.#byKey.set(job.key, work)
    if (id !== undefined) this.#byId.set(id, work)
    return work
  }

  end({ job }: Work): void {
    this.#byKey.delete(job.key)
    this.#byId.delete(idOf(job) ?? '')
  }

  /** Gives up what has not been sent. */
  abort(): void {
    for (const { cancel } of this.#byKey.values()) cancel.abort()
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.size > 0) await Promise.all([...this.#byKey.values()].map(({ done }) => done))
  }
}

/** It is given up where it has not been sent, and its key looked at again. */
export function callBack(work: Work): void {
  work.again = true
  work.cancel.abort()
}
