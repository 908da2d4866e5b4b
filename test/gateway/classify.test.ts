import { describe, expect, test } from 'vitest'
import { classify, isOutage, isRateLimited } from '../../src/gateway/classify.ts'
import { CANCELED, type GatewayError } from '../../src/gateway/errors.ts'

const refused = (status: number, code?: number): GatewayError => ({
  type: 'refused',
  status,
  msg: 'no',
  ...(code && { errorCode: `ERR_NGROK_${code}` }),
})

const table: [string, GatewayError, read: string, write: string][] = [
  ['no connection', { type: 'unreachable', code: 'ECONNREFUSED', msg: '' }, 'transient', 'transient'],
  ['a lost answer', { type: 'lost', code: 'ECONNRESET', msg: '' }, 'transient', 'ambiguous'],
  ['a malformed answer', { type: 'malformed', status: 201, msg: '' }, 'transient', 'ambiguous'],
  ['a canceled request', CANCELED, 'permanent', 'permanent'],
  ...[425, 429].map(
    (status) => [`${status}`, refused(status), 'transient', 'transient'] as [string, GatewayError, string, string],
  ),
  ...[408, 500, 502, 503, 504, 599].map(
    (status) => [`${status}`, refused(status), 'transient', 'ambiguous'] as [string, GatewayError, string, string],
  ),
  ...[400, 401, 402, 403, 404, 405, 409, 413, 422, 451].map(
    (status) => [`${status}`, refused(status), 'permanent', 'permanent'] as [string, GatewayError, string, string],
  ),
  ...[301, 302, 303, 307, 308].map(
    (status) => [`${status}`, refused(status), 'permanent', 'ambiguous'] as [string, GatewayError, string, string],
  ),
  ...[27609, 27610, 27613].flatMap((code) =>
    [400, 404, 500].map(
      (status) =>
        [`${status} with ${code}`, refused(status, code), 'transient', 'ambiguous'] as [string, GatewayError, string, string],
    ),
  ),
  ['400 with 27607', refused(400, 27607), 'permanent', 'permanent'],
  ['500 with 27607', refused(500, 27607), 'permanent', 'permanent'],
  ['400 with 226', refused(400, 226), 'transient', 'transient'],
  ['503 with 226', refused(503, 226), 'transient', 'transient'],
]

describe('a failure is worth another attempt', () => {
  test.each(table)('%s: %o is %s for a read and %s for a write', (_name, error, read, write) => {
    expect(classify(error, 'read')).toBe(read)
    expect(classify(error, 'write')).toBe(write)
  })
})

test.each<[GatewayError, boolean]>([
  [{ type: 'unreachable', code: '', msg: '' }, true],
  [{ type: 'lost', code: '', msg: '' }, true],
  [refused(500), true],
  [refused(400, 27613), true],
  [refused(503, 226), false],
  [refused(429), false],
  [refused(404), false],
  [refused(408), false],
  [{ type: 'malformed', status: 200, msg: '' }, false],
  [CANCELED, false],
])('%o says that the gateway is not well: %s', (error, outage) => {
  expect(isOutage(error)).toBe(outage)
})

test('a rate limit is told by its status or by its code', () => {
  expect([refused(429), refused(400, 226), refused(400), CANCELED].map(isRateLimited)).toEqual([true, true, false, false])
})
