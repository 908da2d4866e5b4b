import type { JsonObject } from '../../model/configuration.ts'
import { encodeMetadata, METADATA_LIMIT, NONCE_LENGTH, STAMP_PROPERTY } from '../../model/stamp.ts'
import { complain, expected, itemOf, nameOf, propertyOf } from './place.ts'
import type { Place } from './place.ts'
import { isObject } from './shapes.ts'
import type { Read } from './shapes.ts'
import { countCharacters } from './text.ts'

/** Metadata as it was declared: text, or an object that JSON can carry. Its size is a matter of the stamp beside it. */
export const metadata: Read<string | JsonObject> = (place, value) => {
  const before = place.complaints.total
  if (typeof value !== 'string' && !isObject(value)) return expected(place, 'text or an object', value)
  if (isObject(value) && Object.hasOwn(value, STAMP_PROPERTY)) {
    complain(nameOf(propertyOf(place, STAMP_PROPERTY)), 'this property holds the ownership mark', 'choose another name')
  }
  checkJson(place, value)
  return place.complaints.total === before ? (value as string | JsonObject) : undefined
}

/** Refuses metadata for which there is no room beside the stamp of this owner and key. */
export function checkMetadataSize(place: Place, user: string | JsonObject, owner: string, key: string): void {
  const stamp = { owner, key, nonce: '-'.repeat(NONCE_LENGTH) }
  const characters = countCharacters(encodeMetadata(stamp, user))
  if (characters <= METADATA_LIMIT) return
  const room = METADATA_LIMIT - countCharacters(encodeMetadata(stamp))
  complain(
    place,
    `expected metadata that fits ${room} characters of JSON beside the ownership mark`,
    `shorten it by ${characters - METADATA_LIMIT}`,
  )
}

/**
 * Walks what was declared, without recursion: it may be nested as deep as memory allows. Gives up once what it has seen cannot fit
 * in any case.
 */
function checkJson(start: Place, value: unknown): void {
  const waiting: [Place, unknown][] = [[start, value]]
  let least = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [place, part] = next
    least += leastLength(part)
    if (least > METADATA_LIMIT) {
      complain(start, `expected metadata of at most ${METADATA_LIMIT} characters of JSON, got more`, 'shorten it')
      return
    }
    if (Array.isArray(part)) waiting.push(...Array.from(part, (item, index): [Place, unknown] => [itemOf(place, index), item])) // holes too
    else if (isObject(part)) waiting.push(...Object.entries(part).map(([name, item]) => member(place, name, item)))
    else checkScalar(place, part)
  }
}

/** Each list or object takes two characters, and a comma or quotes and colon for what is in it; a character may be two units. */
function leastLength(part: unknown): number {
  if (typeof part === 'string') return part.length / 2
  if (Array.isArray(part)) return part.length + 1
  return isObject(part) ? 4 * Object.keys(part).length + 1 : 1
}

function member(place: Place, name: string, item: unknown): [Place, unknown] {
  const there = propertyOf(place, name)
  checkScalar(there, name)
  return [there, item]
}

function checkScalar(place: Place, value: unknown): void {
  if (typeof value === 'string' && !value.isWellFormed()) {
    complain(place, 'expected text, got half a character (a lone surrogate) in it')
  }
  const carried = value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
  if (!carried) expected(place, 'what JSON can carry', value, value instanceof Date ? 'put it in quotes' : undefined)
}
