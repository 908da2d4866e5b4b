import leven from 'leven'
import { complain, expected, isFull, itemOf, propertyOf } from './place.ts'
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

/** Further than this many typing errors, a similar name is no longer what was meant. */
const TYPING_ERRORS = 2

/** An object with these properties and no other. */
export function object<Shape extends object>(
  what: string,
  readers: Readers<Shape>,
  required: readonly (keyof Shape & string)[] = [],
): Read<Shape> {
  return (place, value) => {
    if (!isObject(value)) return expected(place, what, value)
    if (isTooMany(place, 'properties', Object.keys(value).length)) return undefined
    refuseUnknown(place, value, what, Object.keys(readers))
    const read = Object.entries<Read<unknown>>(readers).flatMap(([name, reader]) => {
      const isRequired = (required as readonly string[]).includes(name)
      const there = propertyOf(place, name, isRequired)
      const came = Object.hasOwn(value, name) ? value[name] : undefined
      if (came === undefined && !isRequired) return []
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

function refuseUnknown(place: Place, value: object, what: string, known: readonly string[]): void {
  const unknown = Object.keys(value).filter((name) => !known.includes(name))
  for (const name of unknown) {
    if (place.secret) complain(place, `expected ${what}, got a property that is none of its own`)
    else
      complain(
        propertyOf(place, name),
        `${show(name)} is no property of ${what}`,
        isFull(place) ? undefined : advise(name, known),
      )
  }
}

function advise(name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: leven(name.slice(0, 100), candidate) }))
    .filter(({ candidate, distance }) => distance <= TYPING_ERRORS && distance < candidate.length)
    .toSorted((a, b) => a.distance - b.distance)
  return nearest ? `did you mean ${nearest.candidate}?` : `it has ${known.join(', ')}`
}

export function list<Item>(what: string, read: Read<Item>, filled = false): Read<readonly Item[]> {
  return (place, value) => {
    if (!Array.isArray(value)) return expected(place, `a list of ${what}`, value)
    if (filled && value.length === 0) return complain(place, `expected a list of ${what}, got an empty list`)
    if (isTooMany(place, what, value.length)) return undefined
    return value.flatMap((item, index) => read(itemOf(place, index), item) ?? [])
  }
}

/** Whether there is more than can be meant; it is not looked at any closer then. */
export function isTooMany(place: Place, what: string, count: number): boolean {
  if (count > SIZE_LIMIT) complain(place, `expected at most ${SIZE_LIMIT} ${what}, got ${count}`)
  return count > SIZE_LIMIT
}

export function oneOf<Name extends string>(...names: readonly Name[]): Read<Name> {
  const what = names.map((name) => `"${name}"`).join(' or ')
  return (place, value) => names.find((name) => name === value) ?? expected(place, what, value)
}

export const flag: Read<boolean> = (place, value) =>
  typeof value === 'boolean' ? value : expected(place, 'true or false', value)
