import { formatDuration } from '../model/duration.ts'
import type { Failure } from '../model/events.ts'
import type { AccessKeyRef } from '../model/observed.ts'
import type { KeyStay, Stay } from '../model/planned.ts'

/** `1 entry`, `3 entries`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`
}

/** `invalid router (422, ERR_NGROK_27604)`: a code that the message has already is not said twice. */
export function because({ msg, status, errorCode }: Failure): string {
  const codes = [status, errorCode].filter((code) => code !== undefined && !msg.includes(String(code)))
  return codes.length === 0 ? msg : `${msg} (${codes.join(', ')})`
}

export function nextTry(delayMs: number): string {
  return `the next try in ${formatDuration(delayMs)}`
}

/** How a refusal ends: the entry as it is would be refused again. */
export const UPON_CHANGE = 'it is tried again when its file changes'

/** The same where it is a provider key of the account, or its secret, that is to be mended. */
export const UPON_KEYS = 'it is tried again when that changes, and with each resync'

/** The same of a provider key. */
export const UPON_KEY_CHANGE = 'it is tried again when its secret or a module that declares it changes'

/** `in 34 ms`, or `in 2.1 s, at attempt 3`. */
export function took(durationMs: number, attempt: number): string {
  return `in ${formatDuration(durationMs)}${attempt > 1 ? `, at attempt ${attempt}` : ''}`
}

export function list(items: readonly string[]): string {
  return items.join(', ')
}

/** `production (aigk_1)`, or the id alone. */
export function describeAccessKey({ id, name }: AccessKeyRef): string {
  return name === undefined ? id : `${name} (${id})`
}

/** `a, b, c`, or `a, b, c, d and 8 more`. */
export function shortList(items: readonly string[], most = 5): string {
  if (items.length <= most) return list(items)
  const told = items.slice(0, most - 1)
  return `${list(told)} and ${items.length - told.length} more`
}

/** Why what is declared no more stays, where the reason names nothing else; completes "it stays …". */
export const STAYS: Readonly<Record<Exclude<Stay, 'in-use'>, string>> = {
  policy: 'since only the policy sync deletes',
  protected: 'since its declaration said protect: true',
  unrecorded: 'since the lockfile does not know it, nor whether it is protected: delete it yourself, or declare it again',
  unloaded: 'until every module loads, since one that does not may be where it is declared now',
  grace: 'until it has been gone for deleteGrace',
  guard: 'since a guard blocks deletions',
}

/** Why a managed provider key that no entry declares any more stays; completes "it stays …". */
export function keyStaying(stays: KeyStay, configurations: readonly string[]): string {
  if (stays !== 'in-use') return STAYS[stays]
  const users = configurations.length === 0 ? 'some configuration' : shortList(configurations)
  return `since ${users} still ${configurations.length > 1 ? 'refer' : 'refers'} to it`
}

const KEY_FIELDS: Readonly<Record<string, string>> = { value: 'value', name: 'name', metadata: 'stamp' }

/** `name and stamp`: what of a provider key differs. */
export function keyFields(fields: readonly string[]): string {
  return fields.map((field) => KEY_FIELDS[field] ?? field).join(' and ')
}

/** Why the value that somebody gave a provider key is left, and the way out. */
export const KEY_HELD = 'somebody may have closed it by that: give its secret another value, or run with --drift correct-all'
