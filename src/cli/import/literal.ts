const SHORT: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` }

/**
 * Controls, lone surrogates, line and paragraph separators, and characters of format: what could end a line, show a text as
 * another than it is, or be lost on the way to disk. The joiners stay, since scripts and emoji are written with them.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu

/** A string literal on one line that means exactly this text, whatever is in it: in the quotes that need fewer escapes. */
export function quote(text: string): string {
  const mark = count(text, "'") > count(text, '"') ? '"' : "'"
  const escaped = text.replaceAll('\\', String.raw`\\`).replaceAll(mark, `\\${mark}`)
  return mark + escaped.replaceAll(UNSAFE, escape) + mark
}

/** A property's name in an object literal. `__proto__` is computed: written plainly it would set the prototype. */
export function propertyName(name: string): string {
  if (name === '__proto__') return `[${quote(name)}]`
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name)
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16)
  return SHORT[character] ?? (code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`)
}
