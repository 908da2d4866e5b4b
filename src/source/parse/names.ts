import { complain } from './place.ts'
import type { Place } from './place.ts'
import type { Read } from './shapes.ts'
import { text } from './text.ts'

const KEY_LIMIT = 512

/** The key of an entry: short enough to leave room for metadata beside the stamp, and safe to print. */
export const ownKey = text('a key', { atLeast: 1, atMost: KEY_LIMIT, name: true })

/** The key of an entry that names none of its own. */
export const keyFromPath = text('a path that can be a key (or a property key)', { atLeast: 1, atMost: KEY_LIMIT, name: true })

/** The name of one among several configurations of a module: the part of its key after `#`. */
export function memberName(place: Place, name: string): string | undefined {
  if (/[#/]/.test(name)) return complain(place, 'expected a name for the key without # and /, which have a meaning there')
  return text('a name for the key', { atLeast: 1, name: true })(place, name)
}

/** A provider or model as an access scope and a rule name it: exactly. */
export function exactName(what: string): Read<string> {
  return text(what, { atLeast: 1, name: true })
}
