import { tight } from '../../model/tight.ts'
import { mayHoldSecret, nameAdvice, nearest } from './advice.ts'
import { complain, expected, isFull, itemOf, keysOf, nameOf, nothingAt, propertyOf, secretPlace, unnamed } from './place.ts'
import type { Place } from './place.ts'
import { show } from './show.ts'

/**
 * Takes a value at a place for what it should be. Undefined when it was refused; an object or list whose parts were refused lacks
 * them, so that one pass finds every problem: use what was read only when there were no complaints.
 */
export type Read<Value> = (place: Place, value: unknown) => Value | undefined

type Readers<Shape> = { readonly [Name in keyof Shape]-?: Read<NonNullable<Shape[Name]>> }

/** A bound of ours: what a list can reasonably hold, and an object. */
const SIZE_LIMIT = 10_000

interface Hints {
  /** Names that may be meant by a misspelt one, beside its own. */
  readonly near?: readonly string[]
  /** What to write where something else came. */
  readonly wayOut?: string
}

/** An object with these properties and no other. */
export function object<Shape extends object>(
  what: string,
  readers: Readers<Shape>,
  required: readonly (keyof Shape & string)[] = [],
  { near = [], wayOut }: Hints = {},
): Read<Shape> {
  return (place, value) => {
    if (!isObject(value)) return expected(place, what, value, wayOut)
    if (isTooMany(place, 'properties', Object.keys(value).length)) return undefined
    const meant = refuseUnknown(place, value, what, [...new Set([...Object.keys(readers), ...near])], readers)
    const read = Object.entries<Read<unknown>>(readers).flatMap(([name, reader]) => {
      const isRequired = (required as readonly string[]).includes(name)
      const there = propertyOf(place, name, isRequired)
      const came = Object.hasOwn(value, name) ? value[name] : undefined
      if (came === undefined && (!isRequired || meant.has(name))) return []
      return [[name, reader(there, came)] as const]
    })
    return Object.fromEntries(read.filter(([, part]) => part !== undefined)) as Shape
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** @returns the properties that were meant by others: it is enough to say so once */
function refuseUnknown(place: Place, value: object, what: string, near: readonly string[], own: object): ReadonlySet<string> {
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(own, name))
  const meant = new Set<string>()
  for (const name of unknown) {
    if (isFull(place)) {
      complain(secretPlace(place), 'one of many unknown properties') // only counted: nobody has looked what may be in it
      continue
    }
    const there = nameOf(propertyOf(place, name))
    const nearestName = nearest(name, near)
    if (nearestName !== undefined) meant.add(nearestName)
    if (place.secret) refuseUnnamed(there, what, nearestName)
    else {
      const inStep = keysOf(place).includes('steps')
      const at = mayHoldSecret(name, near, inStep) ? secretPlace(there) : there
      complain(at, `${show(name)} is no property of ${what}`, nameAdvice(name, near))
    }
  }
  return meant
}

/** The name may be the secret itself. */
function refuseUnnamed(place: Place, what: string, meant: string | undefined): void {
  const wayOut = meant === undefined ? undefined : `did you mean ${meant}?`
  complain(unnamed(place), `expected ${what}, got a property that is none of its own`, wayOut)
}

export function list<Item>(what: string, read: Read<Item>, filled = false): Read<readonly Item[]> {
  return (place, value) => {
    if (!Array.isArray(value)) return expected(place, `a list of ${what}`, value, listed(place, value))
    if (filled && value.length === 0) return complain(nothingAt(place), `expected a list of ${what}, got an empty list`)
    if (isTooMany(place, what, value.length)) return undefined
    return tight(value.flatMap((item, index) => read(itemOf(place, index), item) ?? []))
  }
}

function listed({ secret }: Place, value: unknown): string | undefined {
  if (isObject(value)) return 'put it in a list: [{ … }]'
  return typeof value === 'string' && !secret ? `put it in a list: [${show(value)}]` : undefined
}

/** Whether there is more than can be meant; it is not looked at any closer then. */
export function isTooMany(place: Place, what: string, count: number): boolean {
  if (count > SIZE_LIMIT) complain(place, `expected at most ${SIZE_LIMIT} ${what}, got ${count}`)
  return count > SIZE_LIMIT
}

export function oneOf<Name extends string>(...names: readonly Name[]): Read<Name> {
  const what = names.map((name) => `"${name}"`).join(' or ')
  return (place, value) => names.find((name) => name === value) ?? expected(place, what, value, meantBy(value, names))
}

function meantBy(value: unknown, names: readonly string[]): string | undefined {
  const meant = typeof value === 'string' ? nearest(value, names) : undefined
  return meant === undefined ? undefined : `did you mean "${meant}"?`
}

export const flag: Read<boolean> = (place, value) => {
  if (typeof value === 'boolean') return value
  return expected(place, 'true or false', value, value === 'true' || value === 'false' ? 'leave out the quotes' : undefined)
}
