import { describe, expect, test } from 'vitest'
import { readDocument } from './document.ts'

/** A document made up for this test, with what the published one is made of. */
const document = readDocument({
  paths: {
    '/things': {
      get: {
        parameters: [{ $ref: '#/components/parameters/Limit' }],
        responses: { 200: { content: json({ type: 'array', items: { $ref: '#/components/schemas/Thing' } }) } },
      },
      head: { responses: { 200: {}, default: { $ref: '#/components/responses/Error' } } },
      post: {
        requestBody: { content: json({ $ref: '#/components/schemas/Thing' }) },
        responses: {
          201: { content: json({ $ref: '#/components/schemas/Thing' }) },
          default: { $ref: '#/components/responses/Error' },
        },
      },
    },
    '/things/{id}': { delete: { responses: { 204: {}, default: { $ref: '#/components/responses/Error' } } } },
  },
  components: {
    parameters: { Limit: { name: 'limit', in: 'query', schema: { type: 'integer', format: 'int32', minimum: 1 } } },
    responses: {
      Error: { content: json({ type: 'object', required: ['statusCode'], properties: { statusCode: { type: 'integer' } } }) },
    },
    schemas: {
      Part: { type: 'object', additionalProperties: false, properties: { at: { type: 'string', format: 'date-time' } } },
      Thing: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: {
          name: { type: 'string', maxLength: 3 },
          note: { type: 'string', nullable: true },
          part: { nullable: true, allOf: [{ $ref: '#/components/schemas/Part' }] },
        },
      },
    },
  },
})

describe('a request', () => {
  test.each([
    ['POST', '/things', {}, { name: 'abc' }],
    ['POST', '/things', {}, { name: '🙂🙂🙂', note: null, part: null }],
    ['POST', '/things', {}, { name: '', note: 'x', part: { at: '2026-07-01T00:00:00Z' } }],
    ['GET', '/things', { limit: '7' }, undefined],
    ['DELETE', '/things/1', {}, undefined],
  ])('%s %s with %j and %j is as documented', (method, path, query, body) => {
    expect(document.checkRequest({ method, path, query, body })).toEqual([])
  })

  test.each([
    ['PUT', '/things', {}, {}, /no such operation/],
    ['GET', '/things/', {}, undefined, /no such operation/],
    ['GET', '/other', {}, undefined, /no such operation/],
    ['GET', '/things', { limit: '0' }, undefined, /limit must be >= 1/],
    ['GET', '/things', { limit: 'x' }, undefined, /limit must be integer/],
    ['GET', '/things', { page: '1' }, undefined, /page is not documented/],
    ['GET', '/things', {}, {}, /takes no body/],
    ['POST', '/things', {}, undefined, /needs a body/],
    ['POST', '/things', {}, { name: 'abcd' }, /fewer|more than 3/],
    ['POST', '/things', {}, { name: 'a', more: 1 }, /additional/],
    ['POST', '/things', {}, { name: null }, /string/],
    ['POST', '/things', {}, { name: 'a', part: { other: 1 } }, /part/],
    ['POST', '/things', {}, { name: 'a', part: { at: 'today' } }, /date-time/],
  ])('%s %s with %j and %j is not', (method, path, query, body, violation) => {
    expect(document.checkRequest({ method, path, query, body }).join('\n')).toMatch(violation)
  })

  test('may not repeat a query parameter', () => {
    const query = new URLSearchParams('limit=1&limit=2')
    expect(document.checkRequest({ method: 'GET', path: '/things', query }).join('\n')).toMatch(/limit is given twice/)
  })
})

describe('an answer', () => {
  test.each([
    ['POST', 201, { name: 'a' }],
    ['POST', 503, { statusCode: 503 }],
    ['GET', 200, []],
    ['HEAD', 200, undefined],
    ['HEAD', 404, undefined],
  ])('to %s with %i and %j is as documented', (method, status, body) => {
    expect(document.checkAnswer({ method, path: '/things', status, body })).toEqual([])
  })

  test.each([
    ['POST', 200, { name: 'a' }, /status is not documented/],
    ['POST', 302, undefined, /status is not documented/],
    ['GET', 404, { statusCode: 404 }, /status is not documented/],
    ['POST', 201, undefined, /body is missing/],
    ['POST', 201, {}, /name/],
    ['POST', 400, {}, /statusCode/],
    ['POST', 400, { statusCode: 500 }, /statusCode is 500/],
    ['HEAD', 200, {}, /body is not documented/],
  ])('to %s with %i and %j is not', (method, status, body, violation) => {
    expect(document.checkAnswer({ method, path: '/things', status, body }).join('\n')).toMatch(violation)
  })
})

function json(schema: unknown): unknown {
  return { 'application/json': { schema } }
}
