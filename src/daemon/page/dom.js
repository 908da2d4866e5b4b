// @ts-check
// Elements, made so that no text can become anything but text.

import { printable } from './view.js'

/**
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function find(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new TypeError(`expected an element with the id ${id}`)
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Readonly<Record<string, string>>} attributes
 * @param {ReadonlyArray<Node | string>} children texts of any origin, or elements
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  made.append(...children.map((child) => (typeof child === 'string' ? printable(child) : child)))
  return made
}

/**
 * Does not touch what is already so: a selection, or what a screen reader has announced, stays.
 * @param {Element} element
 * @param {string} text of any origin
 */
export function say(element, text) {
  const safe = printable(text)
  if (element.textContent !== safe) element.textContent = safe
}

/**
 * @param {HTMLElement} element
 * @param {import('./view.js').Tone} tone
 * @param {string} text
 */
export function sayIn(element, tone, text) {
  element.dataset['tone'] = tone
  say(element, text)
}

/**
 * @param {string | null} iso RFC 3339
 * @returns {HTMLElement | string}
 */
export function moment(iso) {
  if (iso === null) return '–'
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  const isToday = date.toDateString() === new Date().toDateString()
  const clock = date.toLocaleTimeString('en-GB')
  return make('time', { datetime: iso, title: iso }, isToday ? clock : `${date.toLocaleDateString('en-CA')} ${clock}`)
}
