/** Values that nobody may see, and the search for whatever is left of one. */
import { randomBytes } from 'node:crypto'

export interface Canary {
  /** For people. */
  readonly name: string
  readonly value: string
}

/** Long enough to be no chance, short enough to find a value that was cut. */
const PIECE = 12

/** What the gateway shows of a value to anybody: nothing of ours repeats it. */
const HEAD = 10
const TAIL = 4

/** Looks like a provider's key, and has in it what JSON, URLs and base64 each write in another way. */
export function canary(name: string): Canary {
  return { name, value: `sk-${noise(7)}${noise(14)}"/+\\${noise(14)}${noise(TAIL)}` }
}

/** A token, which travels in a header. */
export function tokenCanary(): Canary {
  return { name: 'the token', value: `ngrok_${noise(36)}` }
}

/** A text that shows something of a value: where, of which, how, and what stands around it. */
export function leaksIn(where: string, text: string, canaries: Iterable<Canary>): string[] {
  return [...canaries].flatMap((each) => {
    const found = needlesOf(each).find(({ needle }) => text.includes(needle))
    return found ? [`${where}: ${each.name}, ${found.form}: ${around(text, found.needle)}`] : []
  })
}

/** The same for something too large to be looked through for every piece. */
export function leaksInBytes(where: string, bytes: Buffer, canaries: Iterable<Canary>): string[] {
  return [...canaries].flatMap(({ name, value }) => {
    const middle = value.slice(HEAD, -TAIL)
    const forms = [middle.slice(0, PIECE), middle.slice(-PIECE), Buffer.from(middle, 'utf16le'), base64(value, 0)[0] ?? value]
    return forms.some((form) => bytes.includes(form)) ? [`${where}: ${name}`] : []
  })
}

interface Needle {
  readonly form: string
  readonly needle: string
}

const KNOWN = new WeakMap<Canary, readonly Needle[]>()

function needlesOf(each: Canary): readonly Needle[] {
  const known = KNOWN.get(each) ?? makeNeedles(each)
  KNOWN.set(each, known)
  return known
}

function makeNeedles({ value }: Canary): readonly Needle[] {
  const middle = windows(value.slice(HEAD, -TAIL), PIECE)
  return [
    ...as('its head', [value.slice(0, HEAD)]),
    ...as('as it is', middle),
    ...as('as JSON', middle.map(inJson)),
    ...as('as JSON in JSON', middle.map(inJson).map(inJson)),
    ...as('in a URL', middle.map(encodeURIComponent)),
    ...as(
      'in base64',
      [0, 1, 2].flatMap((shift) => base64(value, shift)),
    ),
    ...as('in hexadecimal', windows(Buffer.from(value).toString('hex'), 2 * PIECE)),
  ]
}

function as(form: string, needles: readonly string[]): readonly Needle[] {
  return needles.map((needle) => ({ form, needle }))
}

function windows(text: string, length: number): readonly string[] {
  return Array.from({ length: text.length - length + 1 }, (_, start) => text.slice(start, start + length))
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** Pieces of it in base64 as it is `shift` bytes behind what it is encoded with, without those that its neighbours change. */
function base64(value: string, shift: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)])
  return (['base64', 'base64url'] as const).flatMap((form) => windows(bytes.toString(form).slice(4, -4), PIECE + 4))
}

function around(text: string, needle: string): string {
  const at = text.indexOf(needle)
  return JSON.stringify(text.slice(Math.max(0, at - 60), at + needle.length + 60))
}

function noise(length: number): string {
  return randomBytes(length)
    .toString('hex')
    .slice(0, length)
    .replaceAll(/\d/g, (digit) => 'ghjkmnpqrs'.charAt(Number(digit)))
}
