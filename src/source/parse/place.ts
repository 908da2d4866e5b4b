import { show, showType } from './show.ts'

/** Somewhere in a module's value, and where complaints about it are gathered. */
export interface Place {
  /** `router.rules[0].steps`; empty for the value itself. */
  readonly path: string
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
  readonly path: string
  readonly msg: string
}

/** The first of them, and how many there were in all: a generated module can be wrong a million times. */
export interface Complaints {
  readonly first: Complaint[]
  total: number
}

const COMPLAINT_LIMIT = 50

/** Whether further complaints are only counted. */
export function isFull({ complaints }: Place): boolean {
  return complaints.first.length >= COMPLAINT_LIMIT
}

export function startPlace(plainSecrets: boolean): Place {
  return { path: '', complaints: { first: [], total: 0 }, secret: false, plainSecrets, required: true }
}

export function propertyOf(place: Place, name: string, required = false): Place {
  const separator = place.path === '' ? '' : '.'
  const segment = /^[\p{L}_$][\p{L}\p{N}_$]{0,59}$/u.test(name) ? `${separator}${name}` : `[${show(name)}]`
  return { ...place, path: place.path + segment, required }
}

export function itemOf(place: Place, index: number): Place {
  return { ...place, path: `${place.path}[${index}]`, required: false }
}

/** Further down, by a path from there. */
export function below(place: Place, path: string): Place {
  return { ...place, path: place.path === '' ? path : `${place.path}.${path}` }
}

export function secretPlace(place: Place): Place {
  return { ...place, secret: true }
}

/** `expected a name, got the number 3: <way out>`. `undefined` came means that nothing is there. */
export function expected(place: Place, what: string, came: unknown, wayOut?: string): undefined {
  const advice = came === null && !place.required ? 'leave it out instead' : wayOut
  return complain(place, `expected ${what}, got ${place.secret ? showType(came) : show(came)}`, advice)
}

export function complain(place: Place, what: string, wayOut?: string): undefined {
  const { complaints, path } = place
  complaints.total += 1
  if (isFull(place)) return undefined
  const msg = wayOut === undefined ? what : `${what}: ${wayOut}`
  complaints.first.push({ path, msg })
  return undefined
}
