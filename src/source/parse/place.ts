import { Secret } from '../../model/secret.ts'
import type { DataPath, Segment } from '../locate/path.ts'
import { show, showType } from './show.ts'

/** Somewhere in a module's value, and where complaints about it are gathered. */
export interface Place {
  /** The last step of the way there, and the place before it; neither for the value itself. */
  readonly segment?: Segment
  readonly above?: Place
  /** What complaints are about: the value that is there, or the name it has. */
  readonly about: 'value' | 'name'
  /** The name may be a secret: it is not told, only found. */
  readonly hidden?: boolean
  readonly complaints: Complaints
  /** The value may be a secret, and so may everything in it: messages name its type only. */
  readonly secret: boolean
  /** The setting: the value of a provider key may stand in a module. */
  readonly plainSecrets: boolean
  /** Without it the value around it says nothing. */
  readonly required: boolean
}

/** What is wrong, where, and the way out. */
export interface Complaint {
  /** `router.rules[0].steps`; empty for the value itself. */
  readonly path: string
  /** The same, step by step. */
  readonly keys: DataPath
  /** A last step, which may be a secret and is not told. */
  readonly hiddenName?: Secret
  /** `rest` is what was not told one by one, and is nowhere in particular. */
  readonly about: 'value' | 'name' | 'rest'
  readonly msg: string
  /** What is there may be a secret: it is not to be quoted. */
  readonly secret: boolean
}

/** The first of them, and how many there were in all: a generated module can be wrong a million times. */
export interface Complaints {
  readonly first: Complaint[]
  total: number
  /** One of all was about what may be a secret. */
  secret: boolean
}

const COMPLAINT_LIMIT = 50

/** Whether further complaints are only counted. */
export function isFull({ complaints }: Place): boolean {
  return complaints.first.length >= COMPLAINT_LIMIT
}

export function startPlace(plainSecrets: boolean): Place {
  const complaints = { first: [], total: 0, secret: false }
  return { about: 'value', complaints, secret: false, plainSecrets, required: true }
}

export function propertyOf(place: Place, name: string, required = false): Place {
  return { ...place, segment: name, above: place, about: 'value', required }
}

export function itemOf(place: Place, index: number): Place {
  return { ...place, segment: index, above: place, about: 'value', required: false }
}

/** Further down, by a path from there. */
export function below(place: Place, path: DataPath): Place {
  return path.reduce<Place>((at, step) => (typeof step === 'number' ? itemOf(at, step) : propertyOf(at, step)), place)
}

/** The name of what is there. */
export function nameOf(place: Place): Place {
  return { ...place, about: 'name' }
}

/** The same where the name may be a secret: complaints name the place around it. */
export function unnamed(place: Place): Place {
  return { ...place, hidden: true }
}

export function secretPlace(place: Place): Place {
  return { ...place, secret: true }
}

/** The way to a place, from the module's value. */
export function keysOf(place: Place): DataPath {
  const keys: Segment[] = []
  for (let at: Place | undefined = place; at?.segment !== undefined; at = at.above) keys.push(at.segment)
  return keys.toReversed()
}

/** `router.rules[0].steps`; names that are none in code are quoted, and cut where they are long. */
export function pathText(keys: DataPath): string {
  return keys.map((key, index) => (typeof key === 'number' ? `[${key}]` : nameText(key, index === 0))).join('')
}

function nameText(name: string, first: boolean): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]{0,59}$/u.test(name) ? `${first ? '' : '.'}${name}` : `[${show(name)}]`
}

/** The same where it is known that nothing is there, and so no secret. */
export function nothingAt(place: Place): Place {
  return { ...place, secret: false }
}

/** `expected a name, got the number 3: <way out>`. `undefined` came means that nothing is there. */
export function expected(place: Place, what: string, came: unknown, wayOut?: string): undefined {
  const advice = came === null && !place.required ? 'leave it out instead' : wayOut
  const there = came === undefined ? nothingAt(place) : place
  return complain(there, `expected ${what}, got ${place.secret ? showType(came) : show(came)}`, advice)
}

export function complain(place: Place, what: string, wayOut?: string): undefined {
  const { complaints, about, secret, hidden = false } = place
  complaints.total += 1
  complaints.secret ||= secret
  if (isFull(place)) return undefined
  const msg = wayOut === undefined ? what : `${what}: ${wayOut}`
  const whole = keysOf(place)
  const keys = hidden ? whole.slice(0, -1) : whole
  const name = hidden ? { hiddenName: new Secret(String(whole.at(-1)), 'a module') } : {}
  complaints.first.push({ path: pathText(keys), keys, ...name, about, msg, secret })
  return undefined
}
