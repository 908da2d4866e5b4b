import { fullJitter, pause } from '../../gateway/wait.ts'
import { lineOf } from '../../log/line.ts'
import type { Report, SyncEvent } from '../../model/events.ts'
import { isNotable } from './notable.ts'
import { post, type PostFailure } from './post.ts'

export interface WebhookOptions {
  /** Always as it is now. Undefined: nobody wants to be told. */
  readonly url: () => string | undefined
  readonly owner: string
  readonly host: string
  readonly userAgent: string
  /** In [0, 1), for the waits between tries. */
  readonly random?: () => number
}

/** Events in one request at most. */
const MOST_AT_ONCE = 100

/** Events that wait at most; the oldest go first. */
const MOST_WAITING = 1_000

/** Tries of one request: with their waits, a minute or two where it fails at once. */
const MOST_TRIES = 12

/** How long the end of the daemon waits for what is still to be told, in milliseconds. */
const GRACE_MS = 2_000

/** Tells operators, where they want it, what they may have to do something about: one request at a time, each event in one of them. */
export class Webhook {
  readonly #options: WebhookOptions
  readonly #report: Report
  readonly #stop = new AbortController()
  #waiting: string[] = []
  #lost = 0
  #working: Promise<void> | undefined

  constructor(options: WebhookOptions, report: Report) {
    this.#options = options
    this.#report = report
  }

  /** Every event passes here. */
  hear(event: SyncEvent): void {
    if (this.#options.url() === undefined || !isNotable(event) || this.#stop.signal.aborted) return
    this.#waiting.push(lineOf(event, new Date()))
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift()
      this.#lost++
    }
    this.#begin()
  }

  /** Waits a little for what is still to be told. */
  async close(): Promise<void> {
    const called = new AbortController()
    await Promise.race([this.#working, pause(GRACE_MS, called.signal)])
    called.abort()
    this.#stop.abort()
    await this.#working
  }

  #begin(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
      // Something may have come between the last look and here.
      if (this.#waiting.length > 0 && !this.#stop.signal.aborted) this.#begin()
    })
  }

  async #work(): Promise<void> {
    await Promise.resolve() // what is told in one go goes in one request
    while (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
      const lines = this.#waiting.splice(0, MOST_AT_ONCE)
      const failure = await this.#send(lines)
      if (failure && !this.#stop.signal.aborted) this.#giveUp(failure, lines.length)
    }
  }

  /** @returns what the last try failed with */
  async #send(lines: readonly string[]): Promise<PostFailure | undefined> {
    const { owner, host, userAgent, random } = this.#options
    const { signal } = this.#stop
    const body = `{"version":1,"owner":${JSON.stringify(owner)},"host":${JSON.stringify(host)},"events":[${lines.join()}]}`
    for (let attempt = 1; ; attempt++) {
      const url = this.#options.url()
      if (url === undefined) return undefined
      const posted = await post({ url, body, userAgent, signal })
      if (posted.isOk()) return undefined
      if (!posted.error.isPassing || attempt === MOST_TRIES) return posted.error
      if (!(await pause(fullJitter(attempt, random), signal))) return posted.error
    }
  }

  #giveUp({ msg, status, errorCode }: PostFailure, count: number): void {
    const failure = { msg, ...(status !== undefined && { status }), ...(errorCode !== undefined && { errorCode }) }
    this.#report({ event: 'webhook.failed', ...failure, count: count + this.#lost })
    this.#lost = 0
  }
}
