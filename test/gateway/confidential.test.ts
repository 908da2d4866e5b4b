import type { ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import type { ResultAsync } from 'neverthrow'
import { describe, expect, test } from 'vitest'
import type { GatewayError } from '../../src/gateway/errors.ts'
import type { ProviderKeyGateway } from '../../src/gateway/gateway.ts'
import { Secret } from '../../src/model/secret.ts'
import {
  errorOf,
  freePort,
  sendJson,
  sentProviderKey,
  serve,
  serveRaw,
  TOKEN,
  trial,
  type Received,
  type Trial,
} from './fixtures.ts'

/** With characters that JSON escapes, so that echoes come in two forms. */
const VALUE = 'sk-canary-"0123\\456789-abcdefghij'

/** A part that no form of it is without. */
const CANARY = 'canary'

const subject = { provider: 'openai', name: 'prod' }

const stamp = { owner: 'default', key: 'prod', nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }

const secret = () => new Secret(VALUE, 'a test')

type Write = (keys: ProviderKeyGateway) => ResultAsync<unknown, GatewayError>

const writes: [string, Write][] = [
  ['a create', (keys) => keys.create(() => ({ ...subject, value: secret(), stamp }), { subject })],
  ['a rotation', (keys) => keys.rotate('aigpk_1', () => ({ name: 'prod', value: secret() }), { subject })],
]

/** Everything of a request, as one text. */
const all = ({ headers, body }: Received) => `${JSON.stringify(headers)} ${body} ${VALUE}`

/** Sends it back in every field of an error, and in fields that there are none of. */
function echoError(request: Received, response: ServerResponse, status: number, errorCode?: string): void {
  const text = all(request)
  const details = { operation_id: VALUE.replaceAll(/\W/g, '').slice(0, 64), [VALUE]: text, body: request.body }
  sendJson(response, status, { errorCode: errorCode ?? text, statusCode: status, msg: text, details, [VALUE]: text })
}

/** What came of it, in every form that a log or a crash could give it. */
function told({ events }: Trial, result: unknown): string {
  return [JSON.stringify([result, events]), inspect([result, events], { depth: Infinity, showHidden: true })].join('\n')
}

describe.each(writes)('%s', (_name, write) => {
  test.each([400, 401, 403, 404, 409, 422, 425, 429, 500, 502, 503, 504, 302])(
    'repeats nothing of a refusal with %i that repeats all of it',
    async (status) => {
      const server = await serve((request, response) => echoError(request, response, status))
      const attempt = trial(server.url, { retries: 1, patience: 'bounded' })
      const result = await write(attempt.gateway.providerKeys)
      expect(errorOf(result)).toEqual({ type: 'refused', status, msg: expect.stringMatching(/^answered with status/) as string })
      expect(server.received[0]?.body).toContain(CANARY)
      expect(told(attempt, result)).not.toMatch(leaks)
    },
  )

  test('keeps a known code, and says it in our words', async () => {
    const server = await serve((request, response) => echoError(request, response, 400, 'ERR_NGROK_27506'))
    const attempt = trial(server.url)
    const result = await write(attempt.gateway.providerKeys)
    expect(errorOf(result)).toMatchObject({
      errorCode: 'ERR_NGROK_27506',
      msg: 'the account has too many provider keys for the provider',
    })
    expect(told(attempt, result)).not.toMatch(leaks)
  })

  test.each<[string, (request: Received, response: ServerResponse) => unknown]>([
    ['echoed as JSON', ({ body }, response) => sendJson(response, 201, JSON.parse(body))],
    ['echoed as text', (request, response) => response.writeHead(201, { 'content-type': 'text/plain' }).end(all(request))],
    ['of a type that repeats it', ({ body }, response) => response.writeHead(201, { 'content-type': encodeURI(body) }).end('{}')],
    ['echoed as JSON that is cut off', ({ body }, response) => sendText(response, body.slice(0, -1))],
    [
      'that says it where an object should be',
      (request, response) => sendJson(response, 201, { ...whole, lastUpdatedBy: all(request) }),
    ],
    ['that says it in the place of an id', (request, response) => sendJson(response, 201, { ...whole, id: [all(request)] })],
    ['that names properties by it', (request, response) => sendJson(response, 201, { [all(request)]: whole })],
  ])('repeats nothing of a success %s', async (_how, answer) => {
    const server = await serve((request, response) => void answer(request, response))
    const attempt = trial(server.url)
    const result = await write(attempt.gateway.providerKeys)
    expect(errorOf(result)).toMatchObject({ type: 'malformed', status: 201 })
    expect(told(attempt, result)).not.toMatch(leaks)
  })

  test.each<[string, (value: string) => string]>([
    ['a reason phrase', (value) => `HTTP/1.1 400 ${value}\r\ncontent-length: 0\r\n\r\n`],
    ['headers', (value) => `HTTP/1.1 400 No\r\nx-${CANARY}: ${value}\r\nlocation: ${value}\r\ncontent-length: 0\r\n\r\n`],
    ['the wait it asks for', (value) => `HTTP/1.1 400 No\r\nretry-after: ${value}\r\ncontent-length: 0\r\n\r\n`],
    ['something that is no HTTP', (value) => `${value}\r\n\r\n`],
    ['the protocol', (value) => `HTTP/1.${value}\r\n\r\n`],
    ['the length of the answer', (value) => `HTTP/1.1 201 OK\r\ncontent-length: ${value}\r\n\r\n`],
    ['the length of a chunk', (value) => `HTTP/1.1 201 OK\r\ntransfer-encoding: chunked\r\n\r\n${value}\r\n`],
    ['half an answer', (value) => `HTTP/1.1 201 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n"${value}"`],
  ])('repeats nothing of %s', async (_place, answer) => {
    const { url } = await serveRaw((socket) => socket.once('data', () => socket.end(answer(VALUE))))
    const attempt = trial(url)
    const result = await write(attempt.gateway.providerKeys)
    expect(errorOf(result)).toHaveProperty('type')
    expect(told(attempt, result)).not.toMatch(leaks)
  })

  test('says of a connection only its code', async () => {
    const attempt = trial(`http://127.0.0.1:${await freePort()}`, { patience: 'bounded', retries: 0 })
    const result = await write(attempt.gateway.providerKeys)
    expect(errorOf(result)).toMatchObject({ type: 'unreachable', code: 'ECONNREFUSED' })
    expect(told(attempt, result)).not.toMatch(leaks)
  })
})

const clumsy = () => {
  throw new Error(`cannot parse ${VALUE}`)
}

test('a draft that throws with the value in its hands does not pass it on', async () => {
  const server = await serve((_request, response) => sendJson(response, 201, whole))
  const { gateway } = trial(server.url)
  const rejection = gateway.providerKeys.create(clumsy, { subject }).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(inspect(await rejection, { showHidden: true })).not.toMatch(leaks)
  expect(await rejection).toBeInstanceOf(Error)
  expect(server.received).toEqual([])
})

const leaks = new RegExp(`${CANARY}|456789|${TOKEN}`)

const whole = sentProviderKey('aigpk_1')

function sendText(response: ServerResponse, body: string): void {
  response.writeHead(201, { 'content-type': 'application/json' }).end(body)
}
