import { err, fromThrowable, type Result } from 'neverthrow'
import type { GatewayError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { isIntricate } from './intricate.ts'
import { retryAfter } from './retry-after.ts'
import { cleanText } from './text.ts'

const NOT_MODIFIED = 304

const NOT_FOUND = 'ERR_NGROK_27611'

/** Makes something of a JSON document. @returns err with what is wrong with it, in words without its values */
export type Decode<T> = (json: unknown) => Result<T, string>

/**
 * What an answer says.
 * @param secret must not appear in an error, should the answer repeat it
 */
export function readAnswer<T>(answer: Answer, decode: Decode<T>, secret: string): Result<T, GatewayError> {
  if (answer.status >= 300) return err(refusal(answer, secret))
  return readJson(answer)
    .andThen(decode)
    .mapErr((msg) => ({ type: 'malformed', status: answer.status, msg: cleanText(msg, secret) }))
}

/** The gateway itself says that there is no such thing; a 404 of something in between says nothing about it. */
export function saysNotFound(answer: Answer): boolean {
  const { statusCode, errorCode = NOT_FOUND } = fields(readJson(answer).unwrapOr(undefined))
  return answer.status === 404 && statusCode === 404 && errorCode === NOT_FOUND
}

/**
 * `Error` in the API document, as far as it is there: a proxy in between writes what it likes.
 * @param secret must not appear in it, should the answer repeat it
 */
export function refusal(answer: Answer, secret: string): GatewayError {
  const { status, headers } = answer
  const body = fields(readJson(answer).unwrapOr(undefined))
  const retryAfterMs = retryAfter(first(headers['retry-after']), first(headers['date']), Date.now())
  return {
    type: 'refused',
    status,
    msg: text(body['msg'], secret) ?? describeStatus(status),
    ...optional('errorCode', text(body['errorCode'], secret)),
    ...optional('operationId', text(fields(body['details'])['operation_id'], secret)),
    ...optional('retryAfterMs', retryAfterMs),
  }
}

/** A refusal in no words but ours. */
export function describeStatus(status: number): string {
  return `answered with status ${status}${status < 400 && status !== NOT_MODIFIED ? ', a redirect, which is not followed' : ''}`
}

function readJson({ headers, body }: Answer): Result<unknown, string> {
  // None was asked for, and what is packed may be a thousand times as large once it is unpacked.
  if (!/^\s*(?:identity\s*)?$/i.test(first(headers['content-encoding']) ?? ''))
    return err('the answer is compressed, which was not asked for')
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(first(headers['content-type']) ?? ''))
    return err('the answer is not JSON by its content type')
  if (isIntricate(body)) return err('the answer has far more parts than any that is documented')
  return parseJson(body)
}

const parseJson = fromThrowable(
  (body: string): unknown => JSON.parse(body),
  () => 'the answer is not valid JSON',
)

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function text(value: unknown, secret: string): string | undefined {
  return typeof value === 'string' ? cleanText(value, secret) || undefined : undefined
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [_ in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [_ in Name]?: Value })
}

function first(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0]
}
