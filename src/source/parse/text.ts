import { complain, expected } from './place.ts'
import type { Place } from './place.ts'
import type { Read } from './shapes.ts'
import { show } from './show.ts'

export interface TextRules {
  /** Characters are code points, as the API counts them. */
  readonly atLeast?: number
  readonly atMost?: number
  /** A name, in which control characters and white space at either end have no business. */
  readonly name?: boolean
}

/** `what` with its article: `a name`. */
export function text(what: string, rules: TextRules): Read<string> {
  return (place, value) => {
    if (typeof value !== 'string') return expected(place, what, value, instead(place, value))
    const found = flaws(value, rules)
    for (const flaw of found) complain(place, `expected ${what}, got ${flaw}`)
    return found.length === 0 ? value : undefined
  }
}

export function countCharacters(value: string): number {
  let count = 0
  for (const _ of value) count += 1
  return count
}

/** Whether there are more code points than that. */
function isLonger(value: string, limit: number): boolean {
  return value.length > limit && countCharacters(value) > limit
}

function instead({ secret }: Place, value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean' || value instanceof Date) return 'put it in quotes'
  if (!Array.isArray(value)) return undefined
  const [sole]: unknown[] = value
  return value.length === 1 && typeof sole === 'string' && !secret ? `write ${show(sole)} alone` : 'write one alone, not a list'
}

function flaws(value: string, { atLeast = 0, atMost = Infinity, name = false }: TextRules): string[] {
  return [
    value.length < atLeast && 'an empty text',
    isLonger(value, atMost) && `${countCharacters(value)} characters: at most ${atMost} are allowed`,
    !value.isWellFormed() && 'text with half a character (a lone surrogate)',
    name && /\p{Cc}/u.test(value) && 'a control character in it',
    name && value.trim() !== value && 'white space at its beginning or end',
  ].filter((flaw) => flaw !== false)
}
