import type { EmulatedRequest, Exchange, Interceptor, Reply, Verdict } from './exchange.ts'
import { ERROR_CODES, type Refusal, rateLimited, refusalReply } from './refusal.ts'
import { findRoute } from './routes.ts'
import type { Fault, Weather } from './weather.ts'

export interface PipelineOptions {
  readonly api: (request: EmulatedRequest) => Reply
  readonly weather: Weather
  readonly interceptors: Iterable<Interceptor>
  /** Has a request carried out some time later, when nobody waits for its answer. */
  readonly later: (request: EmulatedRequest) => void
  readonly retryAfter: boolean
  /** For `details.operation_id` of what a fault answers. */
  readonly newOperationId: () => string
}

/** What becomes of a request: interceptors first, then chance, then the API, then interceptors again. */
export function createPipeline(options: PipelineOptions): (request: EmulatedRequest) => Promise<Exchange> {
  const { api, weather, interceptors, later } = options
  return async (request) => {
    const template = findRoute(request.path)?.route.template
    const before = await ask(interceptors, ({ before: verdict }) => verdict?.(request))
    const fault = before === 'continue' ? faultFor(request, weather.draw()) : undefined
    const unanswered = { request, template, reply: undefined, scripted: false }
    if (before === 'reset' || fault === 'reset') return { ...unanswered, outcome: 'reset' }
    if (fault === 'late') {
      later(request)
      return { ...unanswered, outcome: 'late' }
    }

    const reply = before === 'continue' ? answer(request, fault, api, options) : before
    const after = await ask(interceptors, ({ after: verdict }) => verdict?.(request, reply))
    const said = typeof after === 'object' ? after : reply
    return {
      request,
      template,
      outcome: fault === 'lost' || after === 'lose' ? 'lost' : 'answered',
      reply: request.method === 'HEAD' ? { ...said, body: undefined } : said,
      scripted: before !== 'continue' || typeof after === 'object',
    }
  }
}

/** The first verdict that is not `continue`. */
async function ask<Cut extends string>(
  interceptors: Iterable<Interceptor>,
  question: (interceptor: Interceptor) => Verdict<Cut> | Promise<Verdict<Cut>> | undefined,
): Promise<Verdict<Cut>> {
  for (const interceptor of interceptors) {
    const verdict = await question(interceptor)
    if (verdict !== undefined && verdict !== 'continue') return verdict
  }
  return 'continue'
}

/** What was drawn, as it befalls this request: only a write can be late, as a read that nobody waits for does nothing. */
function faultFor({ method }: EmulatedRequest, drawn: Fault | undefined): Fault | undefined {
  return drawn === 'late' && !WRITES.has(method) ? 'reset' : drawn
}

const WRITES: ReadonlySet<string> = new Set(['POST', 'PATCH', 'DELETE'])

function answer(
  request: EmulatedRequest,
  fault: Fault | undefined,
  api: PipelineOptions['api'],
  { retryAfter, newOperationId }: PipelineOptions,
): Reply {
  if (fault === 'error') return refusalReply(INTERNAL_ERROR, newOperationId())
  if (fault === 'unavailable') return refusalReply(UNAVAILABLE, newOperationId())
  if (fault === 'throttle') return refusalReply(rateLimited(retryAfter ? THROTTLE_MS : undefined), newOperationId())
  const reply = api(request)
  return fault === 'timeout' && reply.status < 400 ? refusalReply(DEADLINE_EXCEEDED, newOperationId()) : reply
}

const INTERNAL_ERROR: Refusal = { status: 500, msg: 'Something went wrong.' }

const UNAVAILABLE: Refusal = { status: 503, errorCode: ERROR_CODES.upstream, msg: 'A service behind the gateway is not there.' }

const DEADLINE_EXCEEDED: Refusal = { status: 504, errorCode: ERROR_CODES.deadlineExceeded, msg: 'The deadline was exceeded.' }

const THROTTLE_MS = 1000
