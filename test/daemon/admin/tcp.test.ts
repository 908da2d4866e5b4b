import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { publicRoutes } from '../../../src/daemon/admin/routes.ts'
import { openTcp } from '../../../src/daemon/admin/tcp.ts'
import type { SyncEvent } from '../../../src/model/events.ts'
import { head, sendTo, stubControls } from './kit.ts'

const PAGE = join(import.meta.dirname, '../../../src/daemon/page')

/** @returns the URL, without the slash at its end */
async function open(host = '127.0.0.1', stub = stubControls()) {
  const events: SyncEvent[] = []
  const admin = await openTcp({ host, port: 0 }, publicRoutes(stub.controls), (event) => events.push(event))
  const [listening] = events
  if (!admin || listening?.event !== 'admin.listening') throw new Error(JSON.stringify(events))
  onTestFinished(() => admin.close())
  const url = new URL(listening.url)
  return { ...stub, url, port: Number(url.port), at: (path: string) => new URL(path, url) }
}

/** @returns the status of what is answered to just this head */
async function asked(port: number, line: string, ...headers: readonly string[]): Promise<number> {
  const [first = ''] = (
    await sendTo({ port, host: '127.0.0.1' }, `${[`${line} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n`)
  ).split('\r\n')
  return Number(first.split(' ')[1])
}

describe('over TCP', () => {
  test.each<readonly [string, string, string]>([
    ['/', 'index.html', 'text/html; charset=utf-8'],
    ['/style.css', 'style.css', 'text/css; charset=utf-8'],
    ...['script', 'view', 'dom', 'tables', 'events'].map(
      (name) => [`/${name}.js`, `${name}.js`, 'text/javascript; charset=utf-8'] as const,
    ),
  ])('%s is a file of the page', async (path, file, type) => {
    const { at } = await open()
    const response = await fetch(at(path))
    expect(response.headers.get('content-type')).toBe(type)
    expect(await response.text()).toBe(readFileSync(join(PAGE, file), 'utf8'))
  })

  test('every file that the page names is there, and none is from elsewhere', async () => {
    const { at } = await open()
    const html = await (await fetch(at('/'))).text()
    const named = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url = '']) => url).filter((url) => url !== 'data:,')
    expect(named.toSorted()).toEqual(['/script.js', '/style.css'])
    for (const path of named) expect((await fetch(at(path))).status).toBe(200)
    const imported = [...readFileSync(join(PAGE, 'script.js'), 'utf8').matchAll(/ from '([^']*)'$/gm)].map(([, url = '']) => url)
    expect(imported.length).toBeGreaterThan(0)
    for (const path of imported) expect((await fetch(at(path))).status).toBe(200)
  })

  test.each(['/', '/script.js', '/status', '/healthz', '/nowhere', '/events'])('%s defends itself', async (path) => {
    const { at } = await open()
    const { headers, body } = await fetch(at(path))
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers.get('access-control-allow-origin')).toBeNull()
    await body?.cancel()
  })

  test('the daemon tells its status and its health', async () => {
    const { at } = await open()
    expect(await (await fetch(at('/status'))).json()).toEqual({ running: true })
    expect(await (await fetch(at('/healthz'))).json()).toEqual({ healthy: true, problems: [] })
  })

  test.each([
    ['POST', '/reconcile'],
    ['POST', '/deletions'],
    ['POST', '/status'],
    ['PUT', '/'],
    ['DELETE', '/status'],
    ['OPTIONS', '/status'],
  ])('%s %s is refused, and nothing happens', async (method, path) => {
    const { at, told } = await open()
    const body = method === 'POST' ? { body: '{"confirm":3}' } : {}
    const response = await fetch(at(path), { method, ...body })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET'])
    expect(told).toEqual([])
  })

  test.each(['/reconcile', '/deletions'])('%s is no path', async (path) => {
    const { at } = await open()
    expect((await fetch(at(path))).status).toBe(404)
  })

  test('a name that somebody pointed at the daemon is refused, and what an address or its own name asks is answered', async () => {
    const { port } = await open('localhost')
    const status = (host: string, path = '/status') => asked(port, `GET ${path}`, `host: ${host}`)
    const own = [`127.0.0.1:${port}`, '127.0.0.1', `[::1]:${port}`, `LOCALHOST:${port}`]
    for (const host of own) expect([host, await status(host)]).toEqual([host, 200])
    const strange = [`evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example', '[evil]', '1', '']
    for (const host of strange) expect([host, await status(host)]).toEqual([host, 403])
    for (const path of ['/', '/script.js', '/events']) expect([path, await status('evil.example', path)]).toEqual([path, 403])
    expect(await status('evil.example', '/healthz')).toBe(200)
  })

  test('the host of the setting is its own name', async () => {
    const { url, port } = await open('127.0.0.1')
    expect(url.href).toBe(`http://127.0.0.1:${port}/`)
    expect(await asked(port, 'GET /status', 'host: gateway.internal')).toBe(403)
  })

  test('what another site has a browser ask is refused, but for a link to the page', async () => {
    const { port } = await open()
    const status = (path: string, site: string) => asked(port, `GET ${path}`, 'host: 127.0.0.1', `sec-fetch-site: ${site}`)
    for (const path of ['/status', '/events', '/script.js']) {
      expect([path, await status(path, 'cross-site'), await status(path, 'same-site')]).toEqual([path, 403, 403])
    }
    expect(await status('/', 'cross-site')).toBe(200)
    expect([await status('/status', 'same-origin'), await status('/status', 'none')]).toEqual([200, 200])
  })

  test.each([
    ['too large a head', head('GET /status', `x: ${'x'.repeat(10_000)}`), 431],
    ['many headers', head('GET /status', ...Array.from({ length: 3_000 }, (_, index) => `x${index}: y`)), 431],
    ['no host', 'GET /status HTTP/1.1\r\n\r\n', 400],
    ['what is no HTTP', '\u0000\u0001\r\n\r\n', 400],
  ])('%s is refused, and the daemon goes on', async (_title, bytes, status) => {
    const { port, at } = await open()
    expect(await sendTo({ port, host: '127.0.0.1' }, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect((await fetch(at('/status'))).status).toBe(200)
  })

  test('the status is made once for all who ask within a second', async () => {
    const stub = stubControls()
    let made = 0
    const { at } = await open('127.0.0.1', { ...stub, controls: { ...stub.controls, status: () => ({ made: ++made }) } })
    const answers = await Promise.all([1, 2, 3].map(async () => (await fetch(at('/status'))).json()))
    expect(answers).toEqual([{ made: 1 }, { made: 1 }, { made: 1 }])
  })

  test('a port that is taken is reported, with the address, and nothing more', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    onTestFinished(() => void taken.close())
    const { port } = taken.address() as { port: number }
    const events: SyncEvent[] = []
    const admin = await openTcp({ host: '127.0.0.1', port }, publicRoutes(stubControls().controls), (event) => events.push(event))
    expect(admin).toBeUndefined()
    expect(events).toMatchObject([{ event: 'admin.failed', url: `http://127.0.0.1:${port}/`, errorCode: 'EADDRINUSE' }])
  })
})
