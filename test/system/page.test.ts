import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { BROWSERLESS, openPage, type Page } from '../support/browser.ts'
import { moduleNamed } from '../support/config-folder.ts'
import { PATIENCE } from '../support/patience.ts'
import { setStage } from '../support/stage.ts'

const ANYWHERE = ['--admin-listen', '127.0.0.1:0']

/** Where the daemon says that its page is. */
async function urlOf({ daemon }: Awaited<ReturnType<typeof setStage>>): Promise<string> {
  return String((await daemon.until('admin.listening'))['url'])
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

describe('a daemon that is to listen over TCP', () => {
  test('serves its page as it was built, tells how it stands and what it does, and stops though somebody listens', async () => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat') }, { flags: ANYWHERE })
    const url = await urlOf(it)
    for (const [path, part] of [
      ['', '<!doctype html>'],
      ['style.css', 'light-dark('],
      ['script.js', 'listen('],
    ] as const) {
      const response = await fetch(`${url}${path}`)
      expect([path, response.status, await response.text()]).toEqual([path, 200, expect.stringContaining(part)])
    }
    const status = await (await fetch(`${url}status`)).json()
    expect(status).toMatchObject({ running: true, entries: [{ key: 'chat', state: 'managed' }] })
    expect((await fetch(`${url}reconcile`, { method: 'POST' })).status).toBe(405)
    const heard = await listenTo(`${url}events`)
    await vi.waitFor(() => expect(heard()).toContain('"event":"daemon.ready"'), PATIENCE)
    it.put('other.ts', moduleNamed('other'))
    await vi.waitFor(() => expect(heard()).toMatch(/"event":"config\.created","key":"other"/), PATIENCE)
    expect(await it.daemon.kill('SIGTERM')).toBe(0)
  })

  test('says that a port is taken, and goes on', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    onTestFinished(() => void taken.close())
    const { port } = taken.address() as { port: number }
    const it = await setStage({ 'chat.ts': moduleNamed('chat') }, { flags: ['--admin-listen', `127.0.0.1:${port}`] })
    const { level, url, errorCode } = await it.daemon.until('admin.failed')
    expect({ level, url, errorCode }).toEqual({ level: 'warn', url: `http://127.0.0.1:${port}/`, errorCode: 'EADDRINUSE' })
    it.put('other.ts', moduleNamed('other'))
    await it.line('config.created', 'other')
  })

  test('is not there unless it is asked for', async () => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat') })
    it.put('other.ts', moduleNamed('other'))
    await it.line('config.created', 'other')
    expect(it.daemon.told('admin.listening')).toEqual([])
  })
})

/** @returns what was sent so far */
async function listenTo(url: string): Promise<() => string> {
  const { body } = await fetch(url)
  let text = ''
  const ended = (async () => {
    for await (const part of body!.pipeThrough(new TextDecoderStream())) text += part
  })()
  ended.catch(() => {}) // the daemon stops
  return () => text
}

const HOSTILE_FILE = '<img src=x onerror=owned=1>.ts'
const HOSTILE_NAME = '<script>owned=1</script>'
const HOSTILE_ERROR = `${HOSTILE_NAME}\u001b[31m\u202eevil`

describe.skipIf(BROWSERLESS)(`in a browser${BROWSERLESS ? ` (skipped: ${BROWSERLESS})` : ''}`, () => {
  test('the page shows what there is, as text, and what happens, as it happens', async () => {
    const it = await setStage({ 'chat.ts': moduleNamed('chat'), [HOSTILE_FILE]: moduleNamed(HOSTILE_NAME) }, { flags: ANYWHERE })
    const page = await openPage(await urlOf(it))
    await page.until(`document.querySelectorAll('#entries tbody tr').length === 2`)
    await page.until(`document.querySelector('#connection').textContent === 'live'`)
    expect(await page.evaluate(`document.querySelector('#health').textContent`)).toBe('All is well: 2 entries, as declared.')
    expect(await textOf(page, '#entries tbody')).toContain('<img src=x onerror=owned=1>')
    expect(await textOf(page, '#entries tbody')).toContain(HOSTILE_NAME)

    it.put('other.ts', moduleNamed('other'))
    await page.until(`document.querySelector('#events').textContent.includes('other: created as ')`)
    await page.until(`[...document.querySelectorAll('#entries tbody tr')].some((row) =>
      row.textContent.includes('other.ts') && row.querySelector('.state').textContent.includes('managed') && row.querySelector('time'))`)

    it.put('broken.ts', `throw new Error(${JSON.stringify(HOSTILE_ERROR)})`)
    await page.until(`document.querySelector('#invalid').textContent.startsWith('broken.ts does not load')`)
    await page.until(`document.querySelector('#events').textContent.includes('\\\\u202eevil')`)
    await page.evaluate(
      `[...document.querySelectorAll('#events details')].find((item) => item.textContent.includes('broken.ts')).open = true`,
    )
    await page.until(`document.querySelector('#events pre')?.textContent.includes('broken.ts') === true`)

    expect(
      await page.evaluate(`[typeof owned, document.querySelectorAll('main img, main script, body > script').length]`),
    ).toEqual(['undefined', 0])
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(await textOf(page, 'body')).not.toMatch(/[\u001b\u202e]/)
    expect(page.complaints).toEqual([])
  })

  test('the page says that the daemon is gone, and finds it again', async () => {
    const flags = ['--admin-listen', `127.0.0.1:${await freePort()}`]
    const it = await setStage({ 'chat.ts': moduleNamed('chat') }, { flags })
    const page = await openPage(await urlOf(it))
    await page.until(`document.querySelector('#connection').textContent === 'live'`)
    await it.daemon.kill('SIGTERM')
    await page.until(`document.querySelector('#connection').textContent.startsWith('The daemon does not answer since ')`)
    await it.restart(() => it.put('other.ts', moduleNamed('other')))
    await page.until(`document.querySelector('#connection').textContent === 'live'`)
    await page.until(`document.querySelector('#entries tbody').textContent.includes('other')`)
  })
})

async function textOf(page: Page, selector: string): Promise<string> {
  return String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`))
}
