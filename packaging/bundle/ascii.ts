/** A backslash before it would take the one of the escape for itself; `String.raw` would show the escape. */
const UNSAFE = /(?<!\\)(?:\\\\)*\\[\u0080-\uFFFF]|String\.raw`[^`]*[\u0080-\uFFFF]/

interface Output {
  readonly type: string
  readonly fileName: string
  code?: string
}

/**
 * Writes what is not ASCII as escapes. V8 keeps a text that is all ASCII in half the space, and reads it in less time; one `…` in a message
 * doubles the whole chunk.
 */
export function ascii() {
  return {
    name: 'ascii',
    // When all is printed: the bundler would write the characters again.
    generateBundle(_options: object, bundle: Readonly<Record<string, Output>>) {
      for (const chunk of Object.values(bundle)) if (chunk.code !== undefined) chunk.code = asciiOnly(chunk.code, chunk.fileName)
    },
  }
}

function asciiOnly(code: string, fileName: string): string {
  if (UNSAFE.test(code)) throw new Error(`${fileName} holds what cannot be written in ASCII without another meaning`)
  return code.replaceAll(/[\u0080-\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
