/** A shorter text costs little, whatever is in it, and is not looked through; an ordinary page is shorter. In UTF-16 code units. */
const HARMLESS_LENGTH = 512 * 1024

/** Deeper than anything the API document describes, metadata included: that is text. */
const MOST_LEVELS = 64

/** Lists, objects and what is in them, one by one. A page of 100 large configurations has some ten thousand. */
const MOST_PARTS = 250_000

/**
 * Whether a JSON text has far more parts, or levels, than any answer: made of nothing but brackets, 16 MiB keep `JSON.parse` busy for
 * seconds and take a gigabyte.
 */
export function isIntricate(text: string): boolean {
  if (text.length <= HARMLESS_LENGTH) return false
  let [levels, parts] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = closingQuote(text, at)
    else if (code === COMMA) parts++
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      levels++
      parts++
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) levels--
    if (levels > MOST_LEVELS || parts > MOST_PARTS) return true
  }
  return false
}

const QUOTE = 0x22
const COMMA = 0x2c
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Where a string ends; the end of the text where it does not. */
function closingQuote(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}
