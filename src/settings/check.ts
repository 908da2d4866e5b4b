import leven from 'leven'
import { CATALOGUE, SETTING_NAMES, flagOf, variableOf, type Setting } from './catalogue.ts'
import type { Place, SettingsProblem } from './problem.ts'
import type { SettingName } from './settings.ts'
import { gatewayUrl, isOpenToOthers, webhookUrl } from './url.ts'

/** One value as somebody wrote it, under the name they wrote. */
export interface Given {
  readonly place: Place
  readonly value: unknown
  /** The folder that relative paths are relative to. */
  readonly base: string
}

/** What a list of given values comes to. */
export interface Checked {
  readonly values: Partial<Record<SettingName, unknown>>
  readonly problems: readonly SettingsProblem[]
}

/** Checks each given value, also one that a stronger one covers. Later ones cover earlier ones. */
export function check(given: readonly Given[]): Checked {
  const values: Partial<Record<SettingName, unknown>> = {}
  const problems: SettingsProblem[] = []
  for (const { place, value, base } of given) {
    const name = settingAt(place)
    const read = name && CATALOGUE[name].kind.read(value, base)
    if (name !== undefined && read !== undefined) values[name] = read
    else problems.push(name === undefined ? unknown(place) : invalid(place, CATALOGUE[name], value))
  }
  return { values, problems: [...problems, ...checkTransport(given, values)] }
}

/** Whether the token would go out in the clear is decided by two settings: what counts, not each that is given. */
function checkTransport(given: readonly Given[], { apiUrl, allowHttp }: Checked['values']): readonly SettingsProblem[] {
  if (typeof apiUrl !== 'string' || allowHttp === true || !isOpenToOthers(apiUrl)) return []
  const place = given.findLast(
    (each) => settingAt(each.place) === 'apiUrl' && gatewayUrl.read(each.value, each.base) === apiUrl,
  )?.place
  return place ? [{ type: 'plain-http', place, got: describeValue(apiUrl) }] : []
}

function settingAt(place: Place): SettingName | undefined {
  return SETTING_NAMES.find((candidate) => nameAt(place, candidate) === place.name)
}

/** How a setting is written at a place. */
function nameAt({ from }: Place, name: SettingName): string {
  return from === 'flag' ? flagOf(name) : from === 'variable' ? variableOf(name) : name
}

function unknown(place: Place): SettingsProblem {
  const nearest = nearestTo(place)
  const isSecret = SECRET.test(bare(place.name)) && !(nearest !== undefined && SECRET.test(bare(nearest)))
  if (isSecret) return { type: 'secret', place }
  return { type: 'unknown', place, ...(nearest !== undefined && { nearest }) }
}

/** The setting that was meant, if any. */
function nearestTo(place: Place): string | undefined {
  if (place.name.length > LONGEST_NAME) return undefined
  const nearest = SETTING_NAMES.map((name) => nameAt(place, name))
    .map((name) => ({ name, distance: leven(bare(name), bare(place.name)) }))
    .reduce((best, next) => (next.distance < best.distance ? next : best))
  return nearest.distance <= place.name.length / LETTERS_PER_SLIP ? nearest.name : undefined
}

const SECRET = /(?:apikey|token|secret|password|credential|authorization)/

/** One letter in so many may be wrong for a name to be what was meant. */
const LETTERS_PER_SLIP = 4

/** A longer name is near to none, in UTF-16 code units. */
const LONGEST_NAME = 80

/** Without what merely separates words, so that `resync_interval` is near to `resyncInterval`. */
function bare(name: string): string {
  return name.toLowerCase().replace(/^aigw_sync_|[^a-z0-9]/g, '')
}

function invalid(place: Place, { kind, default: standard }: Setting<unknown>, value: unknown): SettingsProblem {
  const got =
    kind === webhookUrl ? 'another value, which is not shown' : kind === gatewayUrl ? describeUrl(value) : describeValue(value)
  return { type: 'invalid', place, expected: kind.expected, ...(standard !== undefined && { default: standard }), got }
}

/** Only what cannot hold a credential. */
function describeUrl(value: unknown): string {
  if (typeof value !== 'string' || !/[@?#]/.test(value)) return describeValue(value)
  return value.includes('@') ? 'one with credentials in it' : 'one with a query or a fragment'
}

const LONGEST_SHOWN = 60

function describeValue(value: unknown): string {
  if (value === '') return 'nothing'
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  if (typeof value !== 'string') return typeof value === 'function' ? 'a function' : String(value)
  return JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value)
}
