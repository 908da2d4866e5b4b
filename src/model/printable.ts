/**
 * C0 and C1 controls (ESC among them), line and paragraph separators, and the characters that turn the direction of writing: what
 * could split a line, drive a terminal, or show a text as another than it is.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** A text of any origin as one harmless line: unsafe characters are written out, as in JSON (`\u001b`, `\n`). */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped)
}

function escaped(character: string): string {
  const short = JSON.stringify(character).slice(1, -1)
  return short === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : short
}
