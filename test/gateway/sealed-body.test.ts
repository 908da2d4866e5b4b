import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GatewayError } from '../../src/gateway/errors.ts'
import { sealBody } from '../../src/gateway/sealed-body.ts'
import { Secret } from '../../src/model/secret.ts'

const VALUE = 'sk-proj-0123456789abcdefghij'

const sealed = (value = VALUE) =>
  sealBody(
    () => ({ value: new Secret(value, 'a test') }),
    (_draft, text) => ({ value: text }),
  )

const refused = (fields: object = {}): GatewayError => ({ type: 'refused', status: 400, msg: `bad ${VALUE}`, ...fields })

test('a sealed body holds the value, and shows it to nobody', () => {
  const body = sealed()
  expect(JSON.parse(body.open())).toEqual({ value: VALUE })
  expect(JSON.stringify(body)).toBe('{}')
})

describe('a refusal is told', () => {
  test('by its status where its code says nothing', () => {
    expect(sealed().disguise(refused())).toEqual({ type: 'refused', status: 400, msg: 'answered with status 400' })
    expect(sealed().disguise(refused({ status: 302 }))).toMatchObject({ msg: expect.stringContaining('a redirect') as string })
  })

  test.each([
    ['ERR_NGROK_226', /rate limit/],
    ['ERR_NGROK_27504', /no access/],
    ['ERR_NGROK_27506', /too many provider keys/],
    ['ERR_NGROK_27602', /misses a field/],
    ['ERR_NGROK_27603', /name .* too long/],
    ['ERR_NGROK_27604', /field .* too long/],
    ['ERR_NGROK_27605', /router/],
    ['ERR_NGROK_27606', /does not accept/],
    ['ERR_NGROK_27607', /exists already/],
    ['ERR_NGROK_27610', /in time/],
    ['ERR_NGROK_9999', /^answered with status 400$/],
  ])('by its code %s in our words', (errorCode, msg) => {
    expect(sealed().disguise(refused({ errorCode }))).toMatchObject({ errorCode, msg: expect.stringMatching(msg) as string })
  })

  test.each(['ERR_NGROK_', 'ERR_NGROK_1x', `ERR_NGROK_27606 ${VALUE}`, ` ERR_NGROK_27606`, 'ERR_NGROK_1234567', VALUE, '27606'])(
    'without what is no code: %s',
    (errorCode) => {
      expect(sealed().disguise(refused({ errorCode }))).toEqual({ type: 'refused', status: 400, msg: 'answered with status 400' })
    },
  )

  test('with how long to wait', () => {
    expect(sealed().disguise(refused({ retryAfterMs: 3_000 }))).toMatchObject({ retryAfterMs: 3_000 })
  })
})

describe('the id of an operation', () => {
  test.each(['op_1', 'a', '0d9f-4c', 'x'.repeat(64)])('%s is told', (operationId) => {
    expect(sealed('Q!Q!Q!Q!').disguise(refused({ operationId }))).toMatchObject({ operationId })
  })

  test.each(['', 'op 1', 'op:1', 'x'.repeat(65), VALUE, VALUE.slice(3, 9), `op_${VALUE}`, `op_${VALUE.slice(0, 8)}`])(
    '%o is not',
    (operationId) => {
      expect(sealed().disguise(refused({ operationId }))).not.toHaveProperty('operationId')
    },
  )

  test('is not told where it shares six characters with the value, or is all of it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]{1,30}$/), fc.stringMatching(/^[\w-]{0,12}$/), fc.nat(), (value, around, at) => {
        const start = at % value.length
        const operationId = around + value.slice(start, start + 6)
        if (start + 6 > value.length && start > 0) return
        expect(sealed(value).disguise(refused({ operationId }))).not.toHaveProperty('operationId')
      }),
    )
  })
})

test.each<[GatewayError, GatewayError]>([
  [
    { type: 'malformed', status: 201, msg: `the answer's ${VALUE}` },
    { type: 'malformed', status: 201, msg: 'the answer claims success, and is not as documented' },
  ],
  [
    { type: 'lost', code: 'ECONNRESET', msg: `read ${VALUE}` },
    { type: 'lost', code: 'ECONNRESET', msg: 'the request left, and no whole answer came back (ECONNRESET)' },
  ],
  [
    { type: 'unreachable', code: `connect ${VALUE}`, msg: VALUE },
    { type: 'unreachable', code: 'UNKNOWN', msg: 'no connection came about (UNKNOWN)' },
  ],
  [{ type: 'canceled' }, { type: 'canceled' }],
])('any other failure is told without a word of it: %j', (error, told) => {
  expect(sealed().disguise(error)).toEqual(told)
})

describe('what is thrown while a body is made does not hold the value:', () => {
  test.each<[string, () => unknown]>([
    ['by the draft', () => sealBody<{ value: Secret }>(throwing, (draft) => draft)],
    ['by the encoding', () => sealBody(() => ({ value: new Secret(VALUE, 'a test') }), throwing)],
    [
      'by the secret',
      () =>
        sealBody(
          () => ({ value: { reveal: throwing } as unknown as Secret }),
          (draft) => draft,
        ),
    ],
    [
      'by JSON',
      () =>
        sealBody(
          () => ({ value: new Secret(VALUE, 'a test') }),
          () => ({ [VALUE]: 1n }),
        ),
    ],
  ])('%s', (_by, make) => {
    const error = thrownBy(make)
    expect(error).toMatchObject({ message: 'the body of a request that carries a secret could not be made' })
    expect([error.stack, error.cause, Object.values(error)].join()).not.toContain(VALUE)
  })
})

function throwing(): never {
  throw new TypeError(`cannot use ${VALUE}`, { cause: VALUE })
}

function thrownBy(make: () => unknown): Error {
  try {
    make()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
