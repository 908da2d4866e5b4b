import { createHash, createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import type { Seal, Secret } from '../model/secret.ts'

/** How much of a value the gateway shows: so many characters at its beginning, and so many at its end. */
const HEAD = 10
const TAIL = 4

/** Of a shorter value its beginning is not shown, and of its end no more than every fifth character is ours to keep. */
const LONG = 20

/** Fewer characters that fit may do so by chance. */
const ENOUGH = 6

/** So many characters tell one nonce from another, and tell nothing else of it. */
const NONCE_MARK = 6

/** What stands for the rest in a display form. */
const MASK = '***'

/** What is known of a value without holding it: its hash, and as much of it as the gateway shows to anybody. */
export function sealOf(secret: Secret): Seal {
  return new ValueSeal(secret.reveal())
}

class ValueSeal implements Seal {
  readonly #hash: Buffer
  /** In characters, by code points. */
  readonly #head: readonly string[]
  readonly #tail: readonly string[]
  /** Ten thousand entries may share a provider key. */
  #last: { readonly nonce: string; readonly fingerprint: string } | undefined

  constructor(value: string) {
    const characters = Array.from(value)
    const isLong = characters.length >= LONG
    this.#hash = createHash('sha256').update(value).digest()
    this.#head = isLong ? characters.slice(0, HEAD) : []
    this.#tail = characters.slice(characters.length - (isLong ? TAIL : Math.floor(characters.length / 5)))
  }

  fingerprint(nonce: string): string {
    if (this.#last?.nonce !== nonce) this.#last = { nonce, fingerprint: this.#make(nonce) }
    return this.#last.fingerprint
  }

  #make(nonce: string): string {
    const mark = createHash('sha256').update(nonce).digest('base64url').slice(0, NONCE_MARK)
    return `${mark}.${createHmac('sha256', nonce).update(this.#hash).digest('base64url')}`
  }

  compare(keyRedacted: string): 'same' | 'other' | 'unclear' {
    const forms = splits(keyRedacted)
    const [form] = forms
    if (form === undefined || keyRedacted.includes('\ufffd')) return 'unclear'
    if (forms.some((each) => this.#fits(each) && this.#seen(each) >= ENOUGH)) return 'same'
    // With more stars than those of the mask it is not known which of them are the value's own, or how the form is to be read.
    const isPlain = forms.length === 1 && !form.head.includes('*') && !form.tail.includes('*')
    return isPlain && !this.#fits(form) ? 'other' : 'unclear'
  }

  toString(): string {
    return '[seal]'
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }

  /** As far as it can be compared. */
  #fits({ head, tail }: Form): boolean {
    const isHead = head.slice(0, this.#head.length).every((character, index) => character === this.#head[index])
    const shown = lastOf(tail, this.#tail.length)
    const isTail = lastOf(this.#tail, shown.length).every((character, index) => character === shown[index])
    return isHead && isTail
  }

  /** How many characters can be compared. */
  #seen({ head, tail }: Form): number {
    return Math.min(head.length, this.#head.length) + Math.min(tail.length, this.#tail.length)
  }
}

/** What a display form shows before and after its mask, in characters. */
interface Form {
  readonly head: readonly string[]
  readonly tail: readonly string[]
}

/** Every way to read a display form: a value may have stars of its own. */
function splits(text: string): readonly Form[] {
  const forms: Form[] = []
  for (let at = text.indexOf(MASK); at !== -1; at = text.indexOf(MASK, at + 1)) {
    forms.push({ head: Array.from(text.slice(0, at)), tail: Array.from(text.slice(at + MASK.length)) })
  }
  return forms
}

function lastOf(characters: readonly string[], amount: number): readonly string[] {
  return characters.slice(Math.max(characters.length - amount, 0))
}
