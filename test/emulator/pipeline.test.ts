import { describe, expect, test } from 'vitest'
import type { Exchange, Fault } from '../../src/emulator/emulator.ts'
import { call, emulate, eventually, gate } from './client.ts'

const PATH = '/access-key-configurations'

describe('a fault', () => {
  test.each<[Fault, number | undefined, number]>([
    ['reset', undefined, 0],
    ['lost', undefined, 1],
    ['error', 500, 0],
    ['throttle', 429, 0],
    ['unavailable', 503, 0],
    ['timeout', 504, 1],
    ['late', undefined, 0],
  ])('%s is answered with %s and leaves %i configurations', async (fault, status, left) => {
    const emulator = await emulate({ faults: { [fault]: 1 }, lateMs: 3_600_000 })
    const answer = await call(emulator, 'POST', PATH, { name: 'x' }).catch(() => undefined)
    expect(answer?.status).toBe(status)
    if (status !== undefined)
      expect(answer?.body).toMatchObject({ statusCode: status, details: { operation_id: expect.any(String) } })
    expect(emulator.state.configurations).toHaveLength(left)
  })

  test('hides no refusal behind a timeout', async () => {
    const emulator = await emulate({ faults: { timeout: 1 } })
    expect((await call(emulator, 'POST', PATH, {})).status).toBe(400)
  })

  test('can be taken away while it runs', async () => {
    const emulator = await emulate({ faults: { error: 1 } })
    expect((await call(emulator, 'GET', PATH)).status).toBe(500)
    emulator.setFaults({})
    expect((await call(emulator, 'GET', PATH)).status).toBe(200)
  })
})

describe('an interceptor', () => {
  test('holds a request before anything is done', async () => {
    const emulator = await emulate()
    const { opened, open } = gate()
    emulator.intercept({ before: () => opened.then(() => 'continue') })
    const answer = call(emulator, 'POST', PATH, { name: 'held' })
    await eventually(() => expect(emulator.requests.total).toBe(1))
    expect(emulator.state.configurations).toEqual([])
    open()
    expect((await answer).status).toBe(201)
  })

  test('holds a request that is done and not answered', async () => {
    const emulator = await emulate()
    const { opened, open } = gate()
    emulator.intercept({ after: () => opened.then(() => 'continue') })
    let answered = false
    const answer = call(emulator, 'POST', PATH, { name: 'held' }).finally(() => (answered = true))
    await eventually(() => expect(emulator.state.configurations).toHaveLength(1))
    expect(answered).toBe(false)
    open()
    expect((await answer).status).toBe(201)
  })

  test('cuts the connection before or after', async () => {
    const emulator = await emulate()
    const remove = emulator.intercept({ before: ({ method }) => (method === 'POST' ? 'reset' : 'continue') })
    await expect(call(emulator, 'POST', PATH, { name: 'x' })).rejects.toThrow()
    expect((await call(emulator, 'GET', PATH)).body.aiGatewayAccessKeyConfigurations).toEqual([])
    remove()
    emulator.intercept({ after: ({ method }) => (method === 'POST' ? 'lose' : 'continue') })
    await expect(call(emulator, 'POST', PATH, { name: 'x' })).rejects.toThrow()
    expect((await call(emulator, 'GET', PATH)).body.aiGatewayAccessKeyConfigurations).toHaveLength(1)
  })

  test('answers in the place of the gateway, with JSON or with any text', async () => {
    const emulator = await emulate({ token: 'right', faults: { reset: 1 } })
    const html = { status: 502, body: '<html>', headers: { 'content-type': 'text/html' } }
    const remove = emulator.intercept({ before: () => html })
    const response = await fetch(emulator.url + PATH)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([502, 'text/html', '<html>'])
    remove()
    emulator.setFaults({})
    emulator.intercept({ after: () => ({ status: 200, body: { other: true } }) })
    expect(await call(emulator, 'POST', PATH, { name: 'x' })).toMatchObject({ status: 200, body: { other: true } })
    expect(emulator.state.configurations).toHaveLength(1)
  })

  test('that says continue leaves it to the next', async () => {
    const emulator = await emulate()
    emulator.intercept({ before: () => 'continue' })
    emulator.intercept({ before: () => ({ status: 418 }) })
    emulator.intercept({ before: () => ({ status: 419 }) })
    expect((await call(emulator, 'GET', PATH)).status).toBe(418)
  })
})

describe('the record of requests', () => {
  test('has each exchange, before its answer arrives', async () => {
    const emulator = await emulate({ now: () => 1234 })
    const exchanges: Exchange[] = []
    const end = emulator.requests.subscribe((exchange) => exchanges.push(exchange))
    const { body } = await call(emulator, 'POST', `${PATH}?x=1`, { name: 'x' })
    expect(exchanges).toMatchObject([
      {
        request: { number: 1, method: 'POST', path: PATH, body: { name: 'x' }, text: '{"name":"x"}', at: 1234 },
        template: PATH,
        outcome: 'answered',
        reply: { status: 400, body },
        scripted: false,
      },
    ])
    expect(exchanges[0]!.request.query.get('x')).toBe('1')
    expect(exchanges[0]!.request.headers.authorization).toBe(`Bearer ${emulator.token}`)
    end()
    await call(emulator, 'GET', PATH)
    expect(exchanges).toHaveLength(1)
  })

  test('tells what was cut, what was lost, and what was made up', async () => {
    const emulator = await emulate()
    const exchanges: Exchange[] = []
    emulator.requests.subscribe((exchange) => exchanges.push(exchange))
    const said = (): unknown => {
      const { outcome, reply, scripted } = exchanges.at(-1)!
      return [outcome, reply?.status, scripted]
    }
    emulator.setFaults({ reset: 1 })
    await expect(call(emulator, 'GET', PATH)).rejects.toThrow()
    await eventually(() => expect(said()).toEqual(['reset', undefined, false]))
    emulator.setFaults({ lost: 1 })
    await expect(call(emulator, 'POST', PATH, { name: 'x' })).rejects.toThrow()
    expect(said()).toEqual(['lost', 201, false])
    emulator.setFaults({})
    const remove = emulator.intercept({ before: () => ({ status: 402 }) })
    await call(emulator, 'GET', PATH)
    expect(said()).toEqual(['answered', 402, true])
    remove()
    emulator.intercept({ after: () => ({ status: 403 }) })
    await call(emulator, 'GET', PATH)
    expect(said()).toEqual(['answered', 403, true])
  })

  test('counts by method and template', async () => {
    const emulator = await emulate()
    await call(emulator, 'GET', `${PATH}/aigac_1`)
    await call(emulator, 'GET', `${PATH}/aigac_2`)
    await call(emulator, 'POST', PATH, {})
    await call(emulator, 'GET', '/nothing')
    expect(emulator.requests.total).toBe(4)
    expect(emulator.requests.count('GET', `${PATH}/{id}`)).toBe(2)
    expect(emulator.requests.count('POST', PATH)).toBe(1)
    expect(emulator.requests.count('GET', '/nothing')).toBe(1)
    expect(emulator.requests.count('GET', PATH)).toBe(0)
  })
})
