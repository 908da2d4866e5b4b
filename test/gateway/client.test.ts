import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { decodeMetadata } from '../../src/model/stamp.ts'
import {
  created,
  draft,
  freePort,
  refuse,
  sendJson,
  sendPage,
  sentConfiguration,
  serve,
  TOKEN,
  trial,
  errorOf,
  valueOf,
} from './fixtures.ts'

const throwing = (msg: string) => () => {
  throw new TypeError(msg)
}

describe('create', () => {
  test('sends exactly what is declared, with the stamp beside its metadata', async () => {
    const server = await serve(created)
    const { gateway } = trial(server.url)
    const result = await gateway.create(draft, { key: 'team-a/chatbot' })
    expect(result.isOk()).toBe(true)
    const [{ method, url, headers, body }] = server.received as [(typeof server.received)[0]]
    expect([method, url]).toEqual(['POST', '/access-key-configurations'])
    expect(headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'aigw-sync/test',
    })
    const { metadata, ...rest } = JSON.parse(body) as { metadata: string }
    const { metadata: _, ...declared } = draft().configuration
    expect(rest).toEqual(declared)
    expect(decodeMetadata(metadata)).toEqual({ stamp: draft().stamp, user: { team: 'a' } })
  })

  test('gives what the gateway made of it, and how often it was sent', async () => {
    const server = await serve((request, response, number) =>
      number < 3 ? refuse(response, 429) : created(request, response, number),
    )
    const { gateway } = trial(server.url)
    let drafts = 0
    const result = await gateway.create(() => (drafts++, draft()), { key: 'k' })
    expect(valueOf(result)).toMatchObject({ attempt: 3, configuration: { id: 'aigac_1', stamp: draft().stamp } })
    expect(drafts).toBe(3)
  })

  test('leaves out what is not declared', async () => {
    const server = await serve(created)
    const { stamp } = draft()
    await trial(server.url).gateway.create(() => ({ configuration: { name: 'n' }, stamp }), { key: 'k' })
    expect(Object.keys(JSON.parse(server.received[0]!.body) as object)).toEqual(['name', 'metadata'])
  })

  test('reports each failure that it waits out', async () => {
    const server = await serve((request, response, number) =>
      number === 1 ? refuse(response, 425, 'ERR_NGROK_1') : created(request, response, number),
    )
    const { gateway, told } = trial(server.url)
    await gateway.create(draft, { key: 'team-a/chatbot' })
    const failure = { msg: 'no: 425', status: 425, errorCode: 'ERR_NGROK_1', operationId: 'op_1' }
    expect(told('config.retrying')).toEqual([
      { event: 'config.retrying', key: 'team-a/chatbot', attempt: 1, delayMs: 0, ...failure },
    ])
  })

  test('rejects when its draft throws, and goes on with the next', async () => {
    const server = await serve(created)
    const { gateway } = trial(server.url, { concurrency: 1 })
    await expect(gateway.create(throwing('broken invariant'), { key: 'k' })).rejects.toThrow('broken invariant')
    expect((await gateway.create(draft, { key: 'k' })).isOk()).toBe(true)
  })
})

describe('update', () => {
  test('sends the patch as it is, null included, to the configuration', async () => {
    const server = await serve((_request, response) => sendJson(response, 200, sentConfiguration('aigac_1:2')))
    const patch = { name: 'n', description: null, access: { models: { allow: [] } } }
    const result = await trial(server.url).gateway.update('aigac_1:2', patch, { key: 'k' })
    expect(result.isOk()).toBe(true)
    const [{ method, url, body }] = server.received as [(typeof server.received)[0]]
    expect([method, url, JSON.parse(body)]).toEqual(['PATCH', '/access-key-configurations/aigac_1%3A2', patch])
  })

  test('is sent once where its outcome is unknown', async () => {
    const server = await serve((_request, response) => refuse(response, 500))
    const result = await trial(server.url).gateway.update('aigac_1', { name: 'n' }, { key: 'k' })
    expect(errorOf(result)).toMatchObject({ type: 'refused', status: 500 })
    expect(server.received).toHaveLength(1)
  })

  test('is sent again where the request surely changed nothing, as an event says', async () => {
    const server = await serve((request, response, number) =>
      number === 1 ? refuse(response, 429) : created(request, response, number),
    )
    const { gateway, told } = trial(server.url)
    expect(valueOf(await gateway.update('aigac_1', { name: 'n' }, { key: 'k' }))).toMatchObject({ attempt: 2 })
    expect(told('config.retrying')).toMatchObject([{ key: 'k', attempt: 1, status: 429 }])
  })
})

describe('list', () => {
  const ids = Array.from({ length: 250 }, (_, index) => `aigac_${String(900 - index)}:~`)

  test('pages by the last id, and never follows a nextPageUri', async () => {
    const elsewhere = await serve((_request, response) => sendPage(response, []))
    const server = await serve(({ url }, response) => {
      const { searchParams } = new URL(url, 'http://x')
      const from = ids.indexOf(searchParams.get('beforeId') ?? '') + 1
      const page = ids.slice(from, from + Number(searchParams.get('limit')))
      sendPage(response, page, from + 100 < ids.length ? `${elsewhere.url}/access-key-configurations?beforeId=x` : null)
    })
    const { gateway, told } = trial(server.url)
    const listed = valueOf(await gateway.list())
    expect(listed.map(({ id }) => id)).toEqual(ids)
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /access-key-configurations?limit=100',
      `GET /access-key-configurations?limit=100&beforeId=${encodeURIComponent(ids[99]!)}`,
      `GET /access-key-configurations?limit=100&beforeId=${encodeURIComponent(ids[199]!)}`,
    ])
    expect(elsewhere.received).toEqual([])
    expect(told('gateway.listed')).toMatchObject([{ configurations: 250, pages: 3 }])
  })

  test.each<[string, string[], string[]]>([
    ['repeats an id of the page before', ['a', 'b'], ['b', 'c']],
    ['repeats an id within itself', ['a', 'b'], ['c', 'c']],
    ['is empty, and says there is more', ['a', 'b'], []],
  ])('is malformed when a page %s', async (_name, first, second) => {
    const server = await serve(({ url }, response) => sendPage(response, url.includes('beforeId') ? second : first, 'more'))
    const error = errorOf(await trial(server.url, { retries: 1 }).gateway.list())
    expect(error).toMatchObject({ type: 'malformed', status: 200 })
    expect(server.received).toHaveLength(3)
  })

  test('of which one page cannot be had is none', async () => {
    const server = await serve(({ url }, response) =>
      url.includes('beforeId') ? refuse(response, 403) : sendPage(response, ['a'], 'more'),
    )
    const { gateway, told } = trial(server.url)
    expect(errorOf(await gateway.list())).toMatchObject({ type: 'refused', status: 403 })
    expect(told('gateway.listed')).toEqual([])
  })

  test('tries each page again by itself', async () => {
    const server = await serve((_request, response, number) =>
      number % 2 ? refuse(response, 500) : sendPage(response, [`${number}`], number < 6 ? 'more' : null),
    )
    const { gateway, told } = trial(server.url, { retries: 1 })
    expect(valueOf(await gateway.list()).map(({ id }) => id)).toEqual(['2', '4', '6'])
    expect(told('gateway.retrying')).toMatchObject(Array.from({ length: 3 }, () => ({ attempt: 1, status: 500 })))
  })
})

describe('find', () => {
  test('gives a configuration by its id', async () => {
    const server = await serve((_request, response) => sendJson(response, 200, sentConfiguration('aigac_1')))
    expect(valueOf(await trial(server.url).gateway.find('aigac_1'))).toMatchObject({ id: 'aigac_1' })
    expect(server.received[0]?.url).toBe('/access-key-configurations/aigac_1')
  })

  test('gives undefined where the gateway says that there is none', async () => {
    const server = await serve((_request, response) => refuse(response, 404, 'ERR_NGROK_27611'))
    expect(valueOf(await trial(server.url).gateway.find('aigac_1'))).toBeUndefined()
  })

  test('fails where something in between says that it found nothing', async () => {
    const server = await serve((_request, response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>'))
    expect(errorOf(await trial(server.url).gateway.find('aigac_1'))).toMatchObject({ type: 'refused', status: 404 })
  })
})

test.each(['', '/', '/api/v1', '/api/v1/'])('the API may be below %o', async (prefix) => {
  const server = await serve((_request, response) => sendPage(response, []))
  expect((await trial(server.url + prefix).gateway.list()).isOk()).toBe(true)
  expect(server.received[0]?.url).toBe(`${prefix.replace(/\/$/, '')}/access-key-configurations?limit=100`)
})

test('the API may have an IPv6 address', async ({ skip }) => {
  const server = await serve((_request, response) => sendPage(response, []), '::1').catch(() => skip('no IPv6 here'))
  expect((await trial(server.url).gateway.list()).isOk()).toBe(true)
})

describe('the token', () => {
  test('is read at each request', async () => {
    const server = await serve((_request, response) => sendPage(response, []))
    const tokens = ['one', 'two']
    const { gateway } = trial(server.url, { token: () => tokens.shift() ?? '' })
    await gateway.list()
    await gateway.list()
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer one', 'Bearer two'])
  })

  test.each(['', 'two words', 'line\nbreak', 'ünïcode'])('%o is refused without sending it', async (token) => {
    const server = await serve(created)
    const error = errorOf(await trial(server.url, { token: () => token }).gateway.create(draft, { key: 'k' }))
    expect(error).toMatchObject({ type: 'refused', status: 401 })
    if (token) expect(JSON.stringify(error)).not.toContain(token)
    expect(server.received).toEqual([])
  })

  test('that cannot be read is a refusal too', async () => {
    const error = errorOf(await trial('http://127.0.0.1:9', { token: throwing('EACCES') }).gateway.list())
    expect(error).toEqual({ type: 'refused', status: 401, msg: 'the API token cannot be read' })
  })
})

test('undici is not loaded before the first request', async () => {
  const url = new URL('../../src/gateway/client.ts', import.meta.url)
  const script = `
    import { registerHooks } from 'node:module'
    registerHooks({ load: (url, context, next) => { if (url.includes('/undici/')) console.log('undici'); return next(url, context) } })
    const { openGateway } = await import(${JSON.stringify(url.href)})
    const gateway = openGateway({
      ...${JSON.stringify({ apiUrl: `http://127.0.0.1:${await freePort()}`, patience: 'endless', userAgent: 'x' })},
      limits: () => (${JSON.stringify({ concurrency: 1, requestTimeoutMs: 1000, retries: 0, rateLimit: 'off' })}),
    }, () => {})
    console.log('open')
    await gateway.close(0)
  `
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], { timeout: 20_000 })
  expect(stdout).toBe('open\n')
})
