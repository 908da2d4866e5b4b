import { ok } from 'neverthrow'
import { describe, expect, test } from 'vitest'
import { readAnswer, saysNotFound } from '../../src/gateway/answer.ts'
import type { Answer } from '../../src/gateway/exchange.ts'
import { errorOf } from './fixtures.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

const read = (answer: Answer) => readAnswer(answer, (json) => ok(json), 's3cr3t')

describe('an answer that claims success', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/problem+json;x=y'])(
    'may be %s',
    (type) => {
      expect(read({ status: 201, headers: { 'content-type': type }, body: '{"a":1}' })).toEqual(ok({ a: 1 }))
    },
  )

  test.each<[string, Answer]>([
    ['HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: '{}' }],
    ['of no type', { status: 200, headers: {}, body: '{}' }],
    ['of a type that only begins like JSON', { status: 200, headers: { 'content-type': 'application/jsonp' }, body: '{}' }],
    ['cut off', { status: 201, headers: JSON_TYPE, body: '{"id":"aig' }],
    ['empty', { status: 204, headers: JSON_TYPE, body: '' }],
  ])('is malformed when it is %s', (_name, answer) => {
    expect(errorOf(read(answer))).toMatchObject({ type: 'malformed', status: answer.status })
  })
})

describe('a refusal', () => {
  const body = { errorCode: 'ERR_NGROK_27604', statusCode: 400, msg: 'router is invalid', details: { operation_id: 'op_1' } }

  test('is told in the words of the gateway', () => {
    const headers = { ...JSON_TYPE, 'retry-after': '3' }
    expect(errorOf(read({ status: 400, headers, body: JSON.stringify(body) }))).toEqual({
      type: 'refused',
      status: 400,
      errorCode: 'ERR_NGROK_27604',
      msg: 'router is invalid',
      operationId: 'op_1',
      retryAfterMs: 3_000,
    })
  })

  test.each(['', 'null', '[]', '"text"', '{"msg":7,"errorCode":{},"details":"none"}', '<html>', '{"msg":"\\u0000"}'])(
    'with the body %o is told by its status',
    (text) => {
      expect(errorOf(read({ status: 502, headers: JSON_TYPE, body: text }))).toEqual({
        type: 'refused',
        status: 502,
        msg: 'answered with status 502',
      })
    },
  )

  test('that repeats the secret does not pass it on', () => {
    const echo = { msg: 'bad s3cr3t', errorCode: 's3cr3t', details: { operation_id: 'op s3cr3t' } }
    expect(JSON.stringify(read({ status: 400, headers: JSON_TYPE, body: JSON.stringify(echo) }))).not.toContain('s3cr3t')
  })

  test('by redirect says that it is not followed, and not where it led', () => {
    const error = errorOf(read({ status: 302, headers: { location: 'https://elsewhere.example/?token' }, body: '' }))
    expect(error).toEqual({ type: 'refused', status: 302, msg: 'answered with status 302, a redirect, which is not followed' })
  })
})

test.each<[expected: boolean, status: number, type: string, body: unknown]>([
  [true, 404, 'application/json', { statusCode: 404, msg: 'no', details: {} }],
  [true, 404, 'application/json', { statusCode: 404, errorCode: 'ERR_NGROK_27611', msg: 'no', details: {} }],
  [false, 404, 'application/json', { statusCode: 404, errorCode: 'ERR_NGROK_3200', msg: 'no such endpoint', details: {} }],
  [false, 404, 'application/json', { error: 'no route' }],
  [false, 404, 'text/html', { statusCode: 404 }],
  [false, 400, 'application/json', { statusCode: 404 }],
  [false, 410, 'application/json', { statusCode: 410 }],
])('the gateway says that there is no such thing: %s for %i %s %j', (expected, status, type, body) => {
  expect(saysNotFound({ status, headers: { 'content-type': type }, body: JSON.stringify(body) })).toBe(expected)
})
