import { createHash } from 'node:crypto'
import { type Result, err, ok } from 'neverthrow'
import type { EmulatedRequest, Reply } from './exchange.ts'
import type { Account } from './operation.ts'
import type { Limiter } from './rate-limit.ts'
import { ERROR_CODES, type Refusal, badRequest, rateLimited, refusalReply } from './refusal.ts'
import { type Route, findRoute } from './routes.ts'

export interface ApiOptions {
  readonly account: Account
  /** The only token that is accepted; undefined: any. */
  readonly token: string | undefined
  readonly limiter: Limiter
  /** Whether a 429 says how long to wait. */
  readonly retryAfter: boolean
}

/** Carries a request out, or refuses it, at once. */
export function createApi({ account, token, limiter, retryAfter }: ApiOptions): (request: EmulatedRequest) => Reply {
  return (request) =>
    authenticated(request, token)
      .andThen((actor) => withinLimit(limiter, request.at, retryAfter).map(() => actor))
      .andThen((actor) => carryOut(request, actor, account))
      .match(
        (reply) => reply,
        (refusal) => refusalReply(refusal, account.newId('op')),
      )
}

/** The id of the API key that the token stands for: one for each token. */
function authenticated({ headers }: EmulatedRequest, token: string | undefined): Result<string, Refusal> {
  const [, given] = /^bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (given === undefined) return err(unauthorized('Expected `Authorization: Bearer` and an AI Gateway API key.'))
  if (token !== undefined && given !== token) return err(unauthorized('This AI Gateway API key is not known.'))
  return ok(`aigapi_${createHash('sha256').update(given).digest('hex').slice(0, 20)}`)
}

function unauthorized(msg: string): Refusal {
  return { status: 401, msg, headers: { 'www-authenticate': 'Bearer' } }
}

function withinLimit(limiter: Limiter, at: number, retryAfter: boolean): Result<undefined, Refusal> {
  const wait = limiter(at)
  return wait === 0 ? ok(undefined) : err(rateLimited(retryAfter ? wait : undefined))
}

function carryOut(request: EmulatedRequest, actor: string, account: Account): Result<Reply, Refusal> {
  const found = findRoute(request.path)
  if (!found) return err({ status: 404, msg: `There is nothing at ${request.path}.` })
  const { route, id } = found
  const operation = route.operations.get(request.method)
  if (!operation) return err(methodNotAllowed(request, route))
  return readBody(request).andThen((body) => operation({ account, actor, id, query: request.query, body }))
}

function methodNotAllowed({ method }: EmulatedRequest, { template, operations }: Route): Refusal {
  const allow = [...operations.keys()].join(', ')
  return { status: 405, msg: `${template} takes ${allow}; not ${method}.`, headers: { allow } }
}

/** What `POST` and `PATCH` need; a body elsewhere means nothing and is not looked at. */
function readBody({ method, headers, body, text, unreadable }: EmulatedRequest): Result<unknown, Refusal> {
  if (method !== 'POST' && method !== 'PATCH') return ok(undefined)
  if (unreadable === 'too-large') return err({ ...badRequest('The body is too large.'), status: 413 })
  if (text === '') return err(badRequest('The request needs a body.'))
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    return err({ status: 415, errorCode: ERROR_CODES.badRequest, msg: 'Expected a body of type `application/json`.' })
  }
  return unreadable === undefined ? ok(body) : err(badRequest('The body is not valid JSON in UTF-8.'))
}
