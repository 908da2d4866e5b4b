import { err, ok, type Result } from 'neverthrow'
import type { Dispatcher } from 'undici'
import { Body, LARGEST_BODY } from './body.ts'
import type { GatewayError } from './errors.ts'
import { describeUnreachable } from './unreachable.ts'

/** So many interim answers (`103 Early Hints`) may come before the answer. */
const MOST_INTERIM = 32

/** What came back. The body of an answer that reports an error may be missing. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

type Headers = Record<string, string | readonly string[] | undefined>

type Outcome = Result<Answer, GatewayError>

export interface ExchangeOptions {
  readonly request: Dispatcher.DispatchOptions
  /** For everything from here to the last byte of the answer, in milliseconds. */
  readonly timeoutMs: number
  /** Called at the moment the request is written to a connection. */
  readonly sent: () => void
}

/** Sends one request once. Rejects only when the request itself is ill-formed. */
export function exchange(dispatcher: Dispatcher, options: ExchangeOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(options.request, new Exchange(options, resolve, reject))
  })
}

/**
 * One request and its answer. undici calls `onRequestStart` right before it writes to a connection: as long as it has not, the
 * gateway has surely seen nothing; from then on, all is possible.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #sent: () => void
  readonly #resolve: (outcome: Outcome) => void
  readonly #reject: (broken: Error) => void
  readonly #deadline: NodeJS.Timeout
  readonly #body = new Body()
  #controller: Dispatcher.DispatchController | undefined
  #isOver = false
  #interim = 0
  #status = 0
  #headers: Headers = {}

  constructor({ timeoutMs, sent }: ExchangeOptions, resolve: (outcome: Outcome) => void, reject: (broken: Error) => void) {
    this.#sent = sent
    this.#resolve = resolve
    this.#reject = reject
    this.#deadline = setTimeout(() => this.#expire(timeoutMs), timeoutMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Aborting here keeps undici from writing: one whose time ran out before a connection came about, and one that undici would
    // send again over another connection.
    if (this.#isOver || this.#controller) return controller.abort(new Error('not sent again'))
    this.#controller = controller
    this.#sent()
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return this.#wait(controller)
    this.#status = status
    this.#headers = headers
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver || this.#body.add(chunk)) return
    this.#breakOff({ type: 'malformed', status: this.#status, msg: `the answer is larger than ${LARGEST_BODY} bytes` })
    controller.abort(new Error('answer too large'))
  }

  onResponseEnd(): void {
    const body = this.#body.text()
    if (body === undefined) this.#breakOff({ type: 'malformed', status: this.#status, msg: 'the answer is not UTF-8' })
    else this.#end(ok({ status: this.#status, headers: this.#headers, body }))
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error & { code?: unknown }): void {
    const code = typeof error.code === 'string' ? error.code : error.name
    if (this.#controller) return this.#breakOff({ type: 'lost', code, msg: error.message || code })
    if (code === 'UND_ERR_INVALID_ARG') {
      this.#close()
      this.#reject(error)
    } else if (code === 'UND_ERR_DESTROYED') this.#end(err({ type: 'canceled' }))
    else this.#end(err({ type: 'unreachable', code, msg: describeUnreachable(code, error.message || code) }))
  }

  #expire(timeoutMs: number): void {
    const controller = this.#controller
    if (!controller) {
      return this.#end(err({ type: 'unreachable', code: 'ETIMEDOUT', msg: `no connection within ${timeoutMs} ms` }))
    }
    this.#breakOff({ type: 'lost', code: 'ETIMEDOUT', msg: `no whole answer within ${timeoutMs} ms` })
    controller.abort(new Error('timed out'))
  }

  #wait(controller: Dispatcher.DispatchController): void {
    if (++this.#interim <= MOST_INTERIM) return
    this.#breakOff({ type: 'lost', code: 'EPROTO', msg: `more than ${MOST_INTERIM} interim answers, and none that counts` })
    controller.abort(new Error('too many interim answers'))
  }

  /** An error status says what there is to know, even where its body is lost; success needs its body. */
  #breakOff(error: GatewayError): void {
    this.#end(this.#status >= 300 ? ok({ status: this.#status, headers: this.#headers, body: '' }) : err(error))
  }

  #end(outcome: Outcome): void {
    this.#close()
    this.#resolve(outcome)
  }

  #close(): void {
    this.#isOver = true
    this.#body.clear()
    clearTimeout(this.#deadline)
  }
}
