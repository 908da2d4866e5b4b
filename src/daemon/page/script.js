// @ts-check
// The status page: looks at the daemon, and says what it sees.

import { find, make, moment, say, sayIn } from './dom.js'
import { EventList, listen } from './events.js'
import { entryRow, providerKeyRow, Table } from './tables.js'
import { changedKey, fare, fitting, guardSentence, shownSentence, STATES } from './view.js'

/** @import { EntryState, StatusDocument } from '../status/document.ts' */
/** @import { HealthDocument } from '../health.ts' */

/** Between two looks, in milliseconds; while events come, the shortest. */
const LONGEST_MS = 10_000
const SHORTEST_MS = 1_000
const GONE_MS = 2_000

/** So many times as long as a look took. */
const REST = 10

/** @type {StatusDocument | undefined} */
let status
/** @type {Map<string, string>} when an entry was last changed, by key, as far as that was told */
const changedAt = new Map()
/** @type {{ state: EntryState | 'all', search: string }} */
const wanted = { state: 'all', search: '' }

const entries = new Table('entries')
const providerKeys = new Table('provider-keys')
const list = new EventList()

/** @type {Map<EntryState | 'all', HTMLButtonElement>} */
const buttons = new Map(
  /** @type {const} */ (['all', ...STATES]).map((state) => {
    const button = make('button', { type: 'button', 'data-state': state })
    button.addEventListener('click', () => {
      wanted.state = state
      showEntries()
    })
    return [state, button]
  }),
)
find('states', HTMLDivElement).append(...buttons.values())

const search = find('search', HTMLInputElement)
search.addEventListener('input', () => {
  wanted.search = search.value
  showEntriesSoon()
})
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  search.focus()
})

let isDue = false

/** Once for all that is typed until the next frame: among thousands that takes a while. */
function showEntriesSoon() {
  if (isDue) return
  isDue = true
  requestAnimationFrame(() => {
    isDue = false
    showEntries()
  })
}

function showEntries() {
  if (!status) return
  const { summary, entries: all } = status
  for (const [state, button] of buttons) {
    const number = state === 'all' ? all.length : summary[state]
    say(button, `${state} ${number.toLocaleString('en')}`)
    button.setAttribute('aria-pressed', String(wanted.state === state))
    button.classList.toggle('none', number === 0)
  }
  const fits = fitting(all, wanted)
  say(find('shown', HTMLParagraphElement), shownSentence(fits.length, all.length))
  entries.show(fits, (entry) => entryRow(entry, changedAt.get(entry.key)))
}

/** @param {StatusDocument} told */
function showFacts(told) {
  const facts = /** @type {const} */ ([
    ['Gateway', told.apiUrl],
    ['Folder', told.dir],
    ['Lockfile', told.lockfile],
    ['Owner', told.owner],
    ['Policy', told.policy],
    ['Drift', told.drift],
    ['Last listed', moment(told.lastListedAt)],
    ['Running since', moment(told.startedAt)],
    ['Version', `${told.version} (pid ${told.pid})`],
  ])
  const made = facts.map(([term, fact]) => make('div', {}, make('dt', {}, term), make('dd', {}, make('bdi', {}, fact))))
  const dl = find('facts', HTMLDListElement)
  if (made.map((each) => each.textContent).join('\n') !== [...dl.children].map((each) => each.textContent).join('\n')) {
    dl.replaceChildren(...made)
  }
}

/** @param {StatusDocument} told */
function showBlocked({ guards, invalid }) {
  find('blocked', HTMLElement).hidden = guards.length === 0 && invalid.length === 0
  showList('guards', guards.map(guardSentence))
  showList(
    'invalid',
    invalid.map((file) => `${file} does not load; aigw-sync validate says why`),
  )
}

/**
 * @param {string} id
 * @param {readonly string[]} texts
 */
function showList(id, texts) {
  const most = 100
  const told = texts.length > most ? [...texts.slice(0, most), `and ${texts.length - most} more`] : texts
  find(id, HTMLUListElement).replaceChildren(...told.map((text) => make('li', {}, make('bdi', {}, text))))
}

/**
 * @param {HealthDocument} health
 * @param {StatusDocument} told
 */
function show(health, told) {
  status = told
  const { tone, sentence } = fare(health, told)
  sayIn(find('health', HTMLParagraphElement), tone, sentence)
  document.title = `${tone === 'good' ? '✓' : tone === 'idle' ? '…' : '!'} aigw-sync ${told.owner}`
  showList('problems', health.problems)
  showFacts(told)
  showBlocked(told)
  showEntries()
  find('provider-keys-section', HTMLElement).hidden = told.providerKeys.length === 0
  providerKeys.show(told.providerKeys, providerKeyRow)
}

const connection = find('connection', HTMLParagraphElement)

/** @type {boolean | undefined} undefined until the first connection comes to something */
let isHearing
/** @type {string | undefined} since when nobody answers */
let goneSince

/** @param {boolean} isThere */
function showConnection(isThere) {
  goneSince = isThere ? undefined : (goneSince ?? new Date().toLocaleTimeString('en-GB'))
  document.body.classList.toggle('gone', !isThere)
  if (!isThere) sayIn(connection, 'bad', `The daemon does not answer since ${goneSince}: what is below may be old. Trying again.`)
  else if (isHearing === undefined) sayIn(connection, 'idle', 'connecting')
  else if (isHearing) sayIn(connection, 'good', 'live')
  else sayIn(connection, 'warn', 'no live events; trying again')
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer
let earliest = 0
let isLooking = false
/** Something happened since the look that is under way began. */
let isStale = false

/** @param {number} delay milliseconds, or longer where the last look was not long ago */
function lookIn(delay) {
  isStale = true
  clearTimeout(timer)
  timer = setTimeout(() => void look(), Math.max(delay, earliest - performance.now()))
}

async function look() {
  if (isLooking || document.hidden) return
  isLooking = true
  isStale = false
  const start = performance.now()
  const looked = await askBoth()
  isLooking = false
  if (looked) show(...looked)
  showConnection(looked !== undefined)
  const end = performance.now()
  earliest = end + Math.max(SHORTEST_MS, REST * (end - start))
  lookIn(isStale ? 0 : looked ? LONGEST_MS : GONE_MS)
}

/** @returns {Promise<[HealthDocument, StatusDocument] | undefined>} undefined where nobody answers, or not sensibly */
async function askBoth() {
  try {
    const [health, told] = await Promise.all(['/healthz', '/status'].map(ask))
    return [health, told]
  } catch {
    return undefined // which is shown
  }
}

/** @param {string} path */
async function ask(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(30_000) })
  const isAnswer = response.ok || (path === '/healthz' && response.status === 503)
  if (!isAnswer) throw new Error(`${path} answers with ${response.status}`)
  return response.json()
}

listen({
  told: (line) => {
    list.add(line)
    const key = changedKey(line)
    if (key !== undefined) changedAt.set(key, line.time)
    lookIn(0)
  },
  opened: () => {
    isHearing = true
    showConnection(true)
    lookIn(0)
  },
  lost: () => {
    isHearing = false
    lookIn(0)
  },
})
document.addEventListener('visibilitychange', () => lookIn(0))
void look()
