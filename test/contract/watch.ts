import type { Emulator, Exchange } from '../../src/emulator/emulator.ts'
import type { ApiDocument } from './document.ts'

/** What the document holds against a running emulator's exchanges, so far. Scripted and lost answers are left out. */
export interface Watch {
  /** How many exchanges were looked at. */
  readonly exchanges: number
  /** What clients sent that the document does not allow. */
  readonly requests: readonly string[]
  /** What the emulator answered that the document does not allow. */
  readonly answers: readonly string[]
  /** What the document does not allow and the emulator accepted. */
  readonly accepted: readonly string[]
  stop(): void
}

/** Holds every exchange of the emulator against the document from now on. */
export function watch(emulator: Emulator, document: ApiDocument): Watch {
  const requests: string[] = []
  const answers: string[] = []
  const accepted: string[] = []
  let exchanges = 0
  const stop = emulator.requests.subscribe((exchange) => {
    exchanges += 1
    const wrong = requestViolations(exchange, document)
    requests.push(...wrong)
    if (exchange.reply === undefined || exchange.scripted) return
    if (exchange.reply.status < 400) accepted.push(...wrong)
    answers.push(...answerViolations(exchange, document))
  })
  return {
    get exchanges() {
      return exchanges
    },
    requests,
    answers,
    accepted,
    stop,
  }
}

function requestViolations({ request }: Exchange, document: ApiDocument): string[] {
  const { method, path, query, body, unreadable } = request
  if (unreadable !== undefined) return [`${method} ${path}: the body is ${unreadable}`]
  return document.checkRequest({ method, path, query, body })
}

/** An answer outside the document's paths and methods cannot be judged. */
function answerViolations({ request: { method, path }, template, reply }: Exchange, document: ApiDocument): string[] {
  if (!reply || template === undefined || reply.status === 405) return []
  const body: unknown = reply.body === undefined ? undefined : JSON.parse(JSON.stringify(reply.body))
  return document.checkAnswer({ method, path, status: reply.status, body })
}
