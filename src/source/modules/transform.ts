import { SourceMap } from 'node:module'
import { type OxcError, type TransformOptions, transformSync } from 'oxc-transform'
import { type Position, positionAt } from './position.ts'

export type Transformed = { readonly ok: true; readonly code: string } | { readonly ok: false; readonly flaw: Flaw }

const MERE_HINTS: ReadonlySet<string> = new Set(['Warning', 'Advice'])

/** What is wrong with a file by itself, and where. */
export interface Flaw {
  readonly msg: string
  readonly at?: Position
}

/** TypeScript or JavaScript to plain ES modules: types vanish, enums and namespaces become code, decorators stay. */
export function transform(path: string, text: string): Transformed {
  const at = tooDeep(text)
  if (at !== undefined) {
    return { ok: false, flaw: { msg: `its brackets are nested more than ${DEEPEST} deep`, at: positionAt(text, at) } }
  }
  const { code, errors } = transformSync(path, text, optionsFor(path))
  const error = errors.find(({ severity }) => !MERE_HINTS.has(severity))
  return error === undefined ? { ok: true, code } : { ok: false, flaw: flawOf(error, text) }
}

/** The parser is recursive and native: a text that exhausts its stack would take the daemon with it. */
const DEEPEST = 500

/** Counts every bracket, also in strings and comments: what is refused for that is no configuration. @returns where it is too deep */
function tooDeep(text: string): number | undefined {
  let depth = 0
  for (const { 0: bracket, index } of text.matchAll(/[([{}\])]/g)) {
    depth = '([{'.includes(bracket) ? depth + 1 : Math.max(0, depth - 1)
    if (depth > DEEPEST) return index
  }
  return undefined
}

/** Where a position in the transformed code stands in the text it came from. */
export function originalPosition(module: Text, at: Position): Position | undefined {
  return originalPositions(module)(at)
}

interface Text {
  readonly path: string
  readonly text: string
}

/** The same for many of one text. The source map is made anew: only errors ask, and the 1,000 modules that load need none. */
export function originalPositions({ path, text }: Text): (at: Position) => Position | undefined {
  const { map } = transformSync(path, text, { ...optionsFor(path), sourcemap: true })
  if (map === undefined) return () => undefined
  const sourceMap = new SourceMap({ file: path, sourceRoot: '', ...map, sourcesContent: [text] })
  return ({ line, column }) => {
    const entry = sourceMap.findEntry(line - 1, column - 1)
    return 'originalLine' in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : undefined
  }
}

function optionsFor(path: string): TransformOptions {
  return { lang: /\.m?ts$/.test(path) ? 'ts' : 'js', sourceType: 'module' }
}

/** oxc counts in bytes of UTF-8. */
function flawOf({ message, labels, helpMessage }: OxcError, text: string): Flaw {
  const [label] = labels
  const msg = [message, label?.message, helpMessage].filter(Boolean).join('; ')
  if (label === undefined) return { msg }
  return { msg, at: positionAt(text, Buffer.from(text).toString('utf8', 0, label.start).length) }
}
