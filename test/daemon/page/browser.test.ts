import { expect, onTestFinished, test } from 'vitest'
import { EventStream } from '../../../src/daemon/admin/event-stream.ts'
import { publicRoutes } from '../../../src/daemon/admin/routes.ts'
import { openTcp } from '../../../src/daemon/admin/tcp.ts'
import type { HealthDocument } from '../../../src/daemon/health.ts'
import { BROWSERLESS, openPage } from '../../support/browser.ts'
import { statusOf } from './status.ts'

const WELL: HealthDocument = { healthy: true, problems: [] }

async function open(count: number, health: HealthDocument = WELL) {
  const events = new EventStream()
  const looks = {
    status: () => statusOf(count),
    health: () => health,
    metrics: () => Promise.reject(new Error('not asked for')),
    events,
  }
  let url = ''
  const admin = await openTcp({ host: '127.0.0.1', port: 0 }, publicRoutes(looks), (event) => {
    if (event.event === 'admin.listening') url = event.url
  })
  onTestFinished(() => admin?.close())
  const page = await openPage(url)
  const rows = (number: number) => page.until(`document.querySelectorAll('#entries tbody tr').length === ${number}`)
  const seek = (text: string) =>
    page.evaluate(`document.querySelector('#search').value = ${JSON.stringify(text)};
      document.querySelector('#search').dispatchEvent(new Event('input'))`)
  const click = (selector: string) => page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`)
  const says = (selector: string, text: string) =>
    page.until(`document.querySelector(${JSON.stringify(selector)}).textContent === ${JSON.stringify(text)}`)
  return { page, events, rows, seek, click, says }
}

const skip = test.skipIf(BROWSERLESS)
const why = BROWSERLESS ? ` (skipped: ${BROWSERLESS})` : ''

skip(`entries are shown by state and by what is searched for, what needs a person first${why}`, async () => {
  const { page, rows, seek, click, says } = await open(50)
  await rows(50)
  expect(await page.evaluate(`document.querySelector('#entries tbody .state').textContent`)).toBe('failing')
  await says('#states [data-state="held"]', 'held 10')
  await click('#states [data-state="held"]')
  await rows(10)
  await says('#shown', '10 of 50 entries.')
  await seek('team-0004 HELD-4')
  await rows(1)
  await seek('nowhere')
  await says('#shown', 'None of 50 entries fits.')
  await rows(0)
  await seek('')
  await click('#states [data-state="all"]')
  await rows(50)
  expect(page.complaints).toEqual([])
})

skip(`of ten thousand entries the first thousand are shown, which is said, and all are found${why}`, async () => {
  const { rows, seek, says, page } = await open(10_000)
  await rows(1_000)
  await says('#shown', '10,000 entries; the first 1,000 are shown: search, or choose a state, to see the others.')
  await seek('team-9999/')
  await rows(1)
  expect(page.complaints).toEqual([])
})

skip(`events can be held, and be those of a level alone${why}`, async () => {
  const { page, events, click, says } = await open(5)
  const count = (number: number) => page.until(`document.querySelectorAll('#events details').length === ${number}`)
  events.hear({ event: 'gateway.rejected', msg: 'bad token', status: 401 })
  events.hear({ event: 'gateway.recovered', durationMs: 1 })
  await count(2)
  expect(await page.evaluate(`document.querySelector('#events summary code').textContent`)).toBe('gateway.recovered')
  await click('#pause')
  events.hear({ event: 'gateway.rejected', msg: 'worse token', status: 401 })
  await says('#pause', 'Go on (1 new)')
  await count(2)
  await click('#pause')
  await count(3)
  await page.evaluate(
    `document.querySelector('#level').value = 'error'; document.querySelector('#level').dispatchEvent(new Event('change'))`,
  )
  await count(2)
  events.hear({ event: 'gateway.recovered', durationMs: 2 })
  events.hear({ event: 'gateway.rejected', msg: 'last token', status: 401 })
  await count(3)
  await page.until(`document.querySelector('#news').textContent.includes('last token')`)
  expect(page.complaints).toEqual([])
})

skip(`what is wrong with the daemon is said first${why}`, async () => {
  const { says, page } = await open(5, { healthy: false, problems: ['the folder /configs is gone'] })
  await says('#health', 'Reconciling does not go on as it should.')
  await says('#problems', 'the folder /configs is gone')
  // A browser tells of every answer with 503 on its console: it is what /healthz is to say.
  expect(page.complaints.filter((complaint) => !complaint.includes('/healthz'))).toEqual([])
})

skip(`everything can be reached and named without a mouse or a screen${why}`, async () => {
  const { page, rows } = await open(20)
  await rows(20)
  const { nodes } = (await page.send('Accessibility.getFullAXTree')) as {
    nodes: readonly { ignored: boolean; role?: { value: string }; name?: { value: string } }[]
  }
  const named = nodes.filter(({ ignored }) => !ignored).map(({ role, name }) => `${role?.value} ${name?.value ?? ''}`)
  for (const wanted of [
    'heading aigw-sync',
    'heading Entries',
    'heading Provider keys',
    'heading Events',
    'searchbox Search entries',
    'button failing 4',
    'combobox Show',
    'button Pause',
    'columnheader Last change',
    'region Entries',
  ]) {
    expect(named).toContain(wanted)
  }
  const press = (key: string, more: object = {}) => page.send('Input.dispatchKeyEvent', { type: 'keyDown', key, ...more })
  await press('/', { text: '/' })
  expect(await page.evaluate(`document.activeElement.id`)).toBe('search')
  await press('Tab', { windowsVirtualKeyCode: 9 })
  expect(await page.evaluate(`document.activeElement.className`)).toBe('table')
})
