// @ts-check
// The tables: entries and provider keys.

import { find, make, moment } from './dom.js'
import { MOST_ROWS } from './view.js'

/** @import { StatusEntry, StatusProviderKey } from '../status/document.ts' */
/** @typedef {Readonly<{ key: string, cells: ReadonlyArray<Cell> }>} Row */
/** @typedef {Readonly<{ label: string, text: string, kind?: 'state' | 'code' | 'time', more?: string }>} Cell */

/**
 * A table whose rows stay while what they say does: a selection, and the place a person has scrolled to, survive a look at the daemon.
 */
export class Table {
  /** @type {HTMLTableSectionElement} */
  #body
  /** @type {Map<string, { row: HTMLTableRowElement, said: string }>} */
  #rows = new Map()

  /** @param {string} id of the table */
  constructor(id) {
    const [body] = find(id, HTMLTableElement).tBodies
    if (!body) throw new TypeError(`expected a body in the table ${id}`)
    this.#body = body
  }

  /**
   * @template Item
   * @param {readonly Item[]} items of too many the first are shown
   * @param {(item: Item) => Row} rowFor with a key that no other has
   */
  show(items, rowFor) {
    const before = this.#rows
    this.#rows = new Map()
    for (const { key, cells } of items.slice(0, MOST_ROWS).map(rowFor)) {
      const said = JSON.stringify(cells)
      const there = before.get(key)
      this.#rows.set(key, there?.said === said ? there : { row: rowOf(cells), said })
    }
    const shown = [...this.#rows.values()].map(({ row }) => row)
    const isSame = shown.length === this.#body.rows.length && shown.every((row, at) => row === this.#body.rows[at])
    if (!isSame) this.#body.replaceChildren(...shown)
  }
}

/** @param {readonly Cell[]} cells the first of them names the row */
function rowOf(cells) {
  return make('tr', {}, ...cells.map((cell, at) => cellOf(cell, at === 0)))
}

/**
 * @param {Cell} cell
 * @param {boolean} isHead
 */
function cellOf({ label, text, kind, more }, isHead) {
  const said = kind === 'time' ? moment(text === '' ? null : text) : text === '' ? '–' : text
  const content = kind === 'state' ? make('span', { class: 'state', 'data-state': text }, said) : make('bdi', {}, said)
  const rest = more ? [make('small', {}, make('bdi', {}, more))] : []
  const attributes = { 'data-label': label, ...(kind && { class: kind }), ...(text === '' && !more && { 'data-empty': '' }) }
  return isHead ? make('th', { ...attributes, scope: 'row' }, content, ...rest) : make('td', attributes, content, ...rest)
}

/**
 * @param {StatusEntry} entry
 * @param {string | undefined} changedAt RFC 3339
 * @returns {Row}
 */
export function entryRow({ key, state, reason, msg, name, id, source, fields, accessKeys }, changedAt = '') {
  const about = fields?.length ? `fields: ${fields.join(', ')}` : ''
  const users = accessKeys?.length ? `in use by ${accessKeys.map((user) => user.name ?? user.id).join(', ')}` : ''
  return {
    key,
    cells: [
      { label: 'Key', text: key, more: source ?? '' },
      { label: 'State', text: state, kind: 'state' },
      { label: 'Why', text: reason ?? '', more: [msg ?? '', about, users].filter(Boolean).join(' · ') },
      { label: 'Name, id', text: name ?? '', more: id ?? '' },
      { label: 'Last change', text: changedAt, kind: 'time' },
    ],
  }
}

/**
 * @param {StatusProviderKey} providerKey
 * @returns {Row}
 */
export function providerKeyRow({ provider, name, id, state, reason, msg, entries, configurations }) {
  const users = configurations?.length ? `in use by ${configurations.join(', ')}` : ''
  return {
    key: JSON.stringify([provider, name, id]),
    cells: [
      { label: 'Provider', text: provider ?? '' },
      { label: 'Name', text: name ?? '' },
      { label: 'State', text: state, kind: 'state' },
      { label: 'Why', text: reason ?? '', more: [msg ?? '', users].filter(Boolean).join(' · ') },
      { label: 'Id', text: id ?? '', kind: 'code' },
      { label: 'Declared by', text: shortened(entries) },
    ],
  }
}

/** @param {readonly string[]} names */
function shortened(names, most = 5) {
  const told = names.slice(0, most).join(', ')
  return names.length > most ? `${told} and ${names.length - most} more` : told
}
