// @ts-check
// What the daemon says, as it says it.

import { find, make, moment, say } from './dom.js'
import { count, isAtLeast, isOld, printable } from './view.js'

/** @import { Line } from './view.js' */

/** So many are kept, and listed at most. */
const MOST_EVENTS = 500

/** A refused connection is tried again after so many milliseconds. */
const AGAIN_MS = 5_000

/** What is announced to those who do not see it is not announced more often, in milliseconds. */
const NEWS_MS = 3_000

/**
 * Listens while the page is to be seen: a browser has few connections for all its pages, and the daemon few for all browsers.
 * @param {{ told: (line: Line) => void, opened: () => void, lost: () => void }} hears
 */
export function listen({ told, opened, lost }) {
  let last = ''
  /** @type {EventSource | undefined} */
  let source
  const close = () => {
    source?.close()
    source = undefined
  }
  const open = () => {
    if (source || document.hidden) return
    source = new EventSource('/events')
    source.addEventListener('open', opened)
    source.addEventListener('message', ({ data, lastEventId }) => {
      if (isOld(lastEventId, last)) return
      last = lastEventId
      told({ ...JSON.parse(data), id: lastEventId })
    })
    source.addEventListener('error', () => {
      lost()
      if (source?.readyState !== EventSource.CLOSED) return // it tries again by itself
      close()
      setTimeout(open, AGAIN_MS)
    })
  }
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()))
  open()
}

/** The list of events, newest first, and what is done with it. */
export class EventList {
  #list = find('events', HTMLOListElement)
  #level = find('level', HTMLSelectElement)
  #pause = find('pause', HTMLButtonElement)
  #news = find('news', HTMLParagraphElement)
  /** @type {Line[]} the oldest first */
  #lines = []
  /** @type {Line[]} those that are not in the list yet */
  #waiting = []
  #isPaused = false
  #isDue = false
  /** What was not announced yet. */
  #unsaid = 0

  constructor() {
    this.#level.addEventListener('change', () => this.#showAll())
    this.#pause.addEventListener('click', () => {
      this.#isPaused = !this.#isPaused
      this.#pause.setAttribute('aria-pressed', String(this.#isPaused))
      this.#showSoon()
    })
    setInterval(() => this.#announce(), NEWS_MS)
    this.#nothing()
  }

  /** @param {Line} line */
  add(line) {
    this.#lines.push(line)
    this.#waiting.push(line)
    if (this.#lines.length > MOST_EVENTS) this.#lines.shift()
    if (this.#waiting.length > MOST_EVENTS) this.#waiting.shift()
    this.#showSoon()
  }

  /** Once for all that come together. */
  #showSoon() {
    if (this.#isDue) return
    this.#isDue = true
    requestAnimationFrame(() => {
      this.#isDue = false
      this.#show()
    })
  }

  #show() {
    say(this.#pause, this.#isPaused ? `Go on (${this.#waiting.length} new)` : 'Pause')
    if (this.#isPaused) return
    const fresh = this.#waiting.filter((line) => this.#fits(line))
    this.#waiting = []
    if (fresh.length === 0) return
    this.#unsaid += fresh.length
    this.#list.querySelector('.empty')?.remove()
    this.#list.prepend(...fresh.toReversed().map(itemOf))
    while (this.#list.children.length > MOST_EVENTS) this.#list.lastElementChild?.remove()
  }

  #showAll() {
    this.#waiting = []
    const fitting = this.#lines.filter((line) => this.#fits(line))
    this.#list.replaceChildren(...fitting.toReversed().map(itemOf))
    if (fitting.length === 0) this.#nothing()
    this.#showSoon()
  }

  #nothing() {
    this.#list.replaceChildren(make('li', { class: 'empty' }, 'Nothing of that kind was told yet.'))
  }

  /** @param {Line} line */
  #fits({ level }) {
    return isAtLeast(level, this.#level.value)
  }

  /** One sentence for all that came: a storm is not read out event by event. */
  #announce() {
    if (this.#unsaid === 0) return
    const newest = this.#lines.findLast((line) => this.#fits(line))
    say(this.#news, `${count(this.#unsaid, 'event', 'events')}; the newest: ${newest?.msg ?? ''}`)
    this.#unsaid = 0
  }
}

/** @param {Line} line */
function itemOf(line) {
  const item = make(
    'details',
    { 'data-level': line.level },
    make(
      'summary',
      {},
      moment(line.time),
      make('span', { class: 'level' }, line.level),
      make('bdi', {}, line.msg),
      make('code', {}, line.event),
    ),
  )
  item.addEventListener('toggle', () => item.append(wholeOf(line)), { once: true })
  return make('li', {}, item)
}

/** Its text, field by field. @param {Line} line */
function wholeOf({ id: _id, ...fields }) {
  const whole = make('pre', { tabindex: '0' })
  whole.textContent = Object.entries(fields)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? textOf(value) : printable(JSON.stringify(value))}`)
    .join('\n')
  return whole
}

/** Of several lines (the frame of a module that does not load) each by itself. @param {string} text */
function textOf(text) {
  const lines = text.split('\n').map((line) => line.split('\t').map(printable).join('\t'))
  return lines.length > 1 ? ['', ...lines].join('\n  ') : lines.join('')
}
