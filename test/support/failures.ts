/** The ways in which a request that carries a value can fail, each repeating all of it where there is something to repeat. */
import type { EmulatedRequest, Emulator, Reply, Verdict } from '../../src/emulator/emulator.ts'
import type { HostileHost } from './hostile.ts'

export interface Failure {
  readonly before?: (request: EmulatedRequest) => Verdict<'reset'> | Promise<Verdict<'reset'>>
  readonly after?: () => Verdict<'lose'>
}

/** Those that befall one request. */
export function singleFailures(emulator: Emulator, hostile: HostileHost): Readonly<Record<string, Failure>> {
  return {
    reset: { before: () => 'reset' },
    lost: { after: () => 'lose' },
    late: { before: () => makeLate(emulator) },
    timeout: { before: () => new Promise(() => {}) },
    refusal: { before: (request) => echo(request, 400) },
    unknown: { before: (request) => echo(request, 404) },
    conflict: { before: (request) => echo(request, 409) },
    unprocessable: { before: (request) => echo(request, 422, 'ERR_NGROK_27606') },
    error: { before: (request) => echo(request, 500) },
    unavailable: { before: (request) => echo(request, 503) },
    deadline: { before: (request) => echo(request, 504, 'ERR_NGROK_27610') },
    redirect: { before: (request) => redirect(request, 307, hostile) },
    'see-other': { before: (request) => redirect(request, 303, hostile) },
    'success-as-json': { before: (request) => ({ status: 201, body: request.body }) },
    'success-as-text': { before: (request) => ({ status: 200, body: all(request), headers: { 'content-type': 'text/plain' } }) },
    'success-cut-off': {
      before: (request) => ({ status: 201, body: `{"id":${JSON.stringify(all(request))}`, headers: JSON_TYPE }),
    },
    'success-of-the-wrong-type': { before: (request) => ({ status: 201, body: { id: [all(request)], name: request.body } }) },
  }
}

/** Those that say something of all requests. */
export const GENERAL_FAILURES: Readonly<Record<string, Failure>> = {
  unauthorized: { before: (request) => echo(request, 401) },
  forbidden: { before: (request) => echo(request, 403) },
  throttled: { before: (request) => echo(request, 429, 'ERR_NGROK_226') },
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** All of a request that there is, as one text. */
function all({ method, path, headers, text = '' }: EmulatedRequest): string {
  return `${method} ${path} ${JSON.stringify(headers)} ${text} ${String((JSON.parse(text) as { readonly value?: string }).value)}`
}

/** An error with the request in every field, in fields that there are none of, and in headers. */
function echo(request: EmulatedRequest, status: number, errorCode?: string): Reply {
  const text = all(request)
  const { value = '' } = request.body as { readonly value?: string }
  const details = { operation_id: value.replaceAll(/\W/g, ''), request: request.body, [value]: text }
  return {
    status,
    body: { errorCode: errorCode ?? text, statusCode: status, msg: text, details, [value]: text },
    headers: { ...JSON_TYPE, 'x-echo': encodeURIComponent(text), 'retry-after': '0' },
  }
}

function redirect(request: EmulatedRequest, status: number, { url }: HostileHost): Reply {
  const reply = echo(request, status)
  return { ...reply, headers: { ...reply.headers, location: `${url}${request.path}` } }
}

/** Cuts this request, which is carried out later, and no other. */
function makeLate(emulator: Emulator): 'continue' {
  emulator.setFaults({ late: 1 })
  const stop = emulator.requests.subscribe(({ outcome }) => {
    if (outcome !== 'late') return
    emulator.setFaults({})
    stop()
  })
  return 'continue'
}
