// @ts-check
// What the page says, apart from how it is put on the screen.

/** @import { EntryState, StatusDocument, StatusEntry } from '../status/document.ts' */
/** @import { HealthDocument } from '../health.ts' */
/** @typedef {{ readonly id: string, readonly level: string, readonly time: string, readonly event: string, readonly msg: string, readonly [field: string]: unknown }} Line */
/** @typedef {'good' | 'idle' | 'warn' | 'bad'} Tone */

/**
 * The states, those that a person should look at first before the others.
 * @type {readonly EntryState[]}
 */
export const STATES = ['failing', 'held', 'pending', 'orphaned', 'managed']

/** So many rows a table has at most: more than that nobody reads, and every browser gets slow. */
export const MOST_ROWS = 1_000

/** The same characters as in the log (`src/model/printable.ts`), written out: none of them may make a text look like another. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/**
 * @param {string} text of any origin
 * @returns {string} one harmless line
 */
export function printable(text) {
  return text.replace(UNSAFE, (character) => {
    const short = JSON.stringify(character).slice(1, -1)
    return short === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : short
  })
}

/**
 * How the daemon fares, in one sentence.
 * @param {HealthDocument} health
 * @param {StatusDocument} status
 * @returns {{ tone: Tone, sentence: string }}
 */
export function fare(health, { summary, invalid, guards, entries, readyAt }) {
  if (!health.healthy) return { tone: 'bad', sentence: 'Reconciling does not go on as it should.' }
  const troubles = [
    summary.failing > 0 && count(summary.failing, 'entry fails', 'entries fail'),
    summary.held > 0 && count(summary.held, 'entry is held', 'entries are held'),
    invalid.length > 0 && count(invalid.length, 'module does not load', 'modules do not load'),
    guards.length > 0 && `${count(guards.length, 'guard blocks', 'guards block')} the plan`,
  ].filter((trouble) => trouble !== false)
  const pending = summary.pending > 0 ? `${count(summary.pending, 'entry is', 'entries are')} still to be done` : undefined
  if (troubles.length > 0) {
    return { tone: summary.failing > 0 ? 'bad' : 'warn', sentence: `${[...troubles, ...(pending ? [pending] : [])].join('; ')}.` }
  }
  if (readyAt === null) return { tone: 'idle', sentence: 'The daemon is starting.' }
  if (pending) return { tone: 'idle', sentence: `${pending}.` }
  if (entries.length === 0) return { tone: 'good', sentence: 'All is well; nothing is declared yet.' }
  return { tone: 'good', sentence: `All is well: ${count(entries.length, 'entry', 'entries')}, as declared.` }
}

/**
 * @param {number} number
 * @param {string} one
 * @param {string} many
 */
export function count(number, one, many) {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}

/**
 * Those that fit, with what a person should look at first.
 * @param {readonly StatusEntry[]} entries in order of key
 * @param {{ state: EntryState | 'all', search: string }} wanted every word of the search is somewhere in what fits
 * @returns {readonly StatusEntry[]}
 */
export function fitting(entries, { state, search }) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = entries.filter((entry) => {
    if (state !== 'all' && entry.state !== state) return false
    const text = [entry.key, entry.name, entry.id, entry.source, entry.reason, entry.msg].join('\n').toLowerCase()
    return words.every((word) => text.includes(word))
  })
  return fits.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state))
}

/**
 * @param {number} fits
 * @param {number} all
 */
export function shownSentence(fits, all) {
  if (all === 0) return 'Nothing is declared.'
  if (fits === 0) return `None of ${count(all, 'entry', 'entries')} fits.`
  const told = fits === all ? count(all, 'entry', 'entries') : `${fits.toLocaleString('en')} of ${count(all, 'entry', 'entries')}`
  if (fits <= MOST_ROWS) return `${told}.`
  return `${told}; the first ${MOST_ROWS.toLocaleString('en')} are shown: search, or choose a state, to see the others.`
}

/**
 * @param {StatusDocument['guards'][number]} guard
 */
export function guardSentence({ guard, count: concerned, limit, managed }) {
  if (guard === 'unknown-ids') return `${guard}: the gateway knows none of ${concerned}; nothing at all is changed`
  return `${guard}: ${concerned} to be deleted of ${managed}, while ${limit} may be at once; nothing is deleted`
}

/** Events after which an entry is otherwise on the gateway than before. */
const CHANGES = new Set(['config.created', 'config.adopted', 'config.updated', 'config.moved', 'config.deleted'])

/**
 * @param {Line} line
 * @returns {string | undefined} the key of the entry that it says was changed
 */
export function changedKey({ event, key: changed }) {
  return CHANGES.has(event) && typeof changed === 'string' ? changed : undefined
}

/** From the least grave. */
const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal']

/**
 * @param {string} level
 * @param {string} least
 */
export function isAtLeast(level, least) {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least)
}

/**
 * Whether an event was already told: a connection that is made anew begins with those from before.
 * @param {string} id `<daemon>.<number>`
 * @param {string} last the newest one
 */
export function isOld(id, last) {
  const [daemon, number] = id.split('.')
  const [lastDaemon, lastNumber] = last.split('.')
  return daemon === lastDaemon && Number(number) <= Number(lastNumber)
}
