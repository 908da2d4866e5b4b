import { SourceMap, type SourceMapPayload } from 'node:module'
import { type OxcError, type TransformOptions, transformSync } from 'oxc-transform'
import { type Position, positionAt } from './position.ts'

export type Transformed =
  | { readonly ok: true; readonly code: string; readonly map?: SourceMapPayload }
  | { readonly ok: false; readonly flaw: Flaw }

const MERE_HINTS: ReadonlySet<string> = new Set(['Warning', 'Advice'])

/** What is wrong with a file by itself, and where. */
export interface Flaw {
  readonly msg: string
  readonly at?: Position
}

/**
 * TypeScript or JavaScript to plain ES modules: types vanish, enums and namespaces become code, decorators stay.
 * @param mapped with a source map
 */
export function transform(path: string, text: string, mapped = false): Transformed {
  const at = tooDeep(text)
  if (at !== undefined) {
    return { ok: false, flaw: { msg: `its brackets are nested more than ${DEEPEST} deep`, at: positionAt(text, at) } }
  }
  const { code, map, errors } = transformSync(path, text, { ...optionsFor(path), sourcemap: mapped })
  const error = errors.find(({ severity }) => !MERE_HINTS.has(severity))
  if (error !== undefined) return { ok: false, flaw: flawOf(error, text) }
  return map === undefined ? { ok: true, code } : { ok: true, code, map: payloadOf(path, map) }
}

/** The parser is recursive and native: a text that exhausts its stack would take the daemon with it. */
const DEEPEST = 500

/** Counts every bracket, also in strings and comments: what is refused for that is no configuration. @returns where it is too deep */
function tooDeep(text: string): number | undefined {
  let depth = 0
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit === 0x28 || unit === 0x5b || unit === 0x7b) depth += 1
    else if ((unit === 0x29 || unit === 0x5d || unit === 0x7d) && depth > 0) depth -= 1
    if (depth > DEEPEST) return index
  }
  return undefined
}

/** Where a position in the transformed code stands in the text it came from. */
export function originalPosition(module: Mapped, at: Position): Position | undefined {
  return originalPositions(module)(at)
}

interface Mapped {
  readonly path: string
  readonly text: string
  readonly map?: SourceMapPayload | undefined
}

/**
 * The same for many of one text. The source map of a file that is not large is made anew: only errors ask, and the 1,000 modules that
 * load need none.
 */
export function originalPositions({ path, text, map }: Mapped): (at: Position) => Position | undefined {
  const payload = map ?? mapOf(path, text)
  if (payload === undefined) return () => undefined
  const sourceMap = new SourceMap(payload)
  return ({ line, column }) => {
    const entry = sourceMap.findEntry(line - 1, column - 1)
    return 'originalLine' in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : undefined
  }
}

function mapOf(path: string, text: string): SourceMapPayload | undefined {
  const { map } = transformSync(path, text, { ...optionsFor(path), sourcemap: true })
  return map && payloadOf(path, map)
}

/** Without the text, which whoever holds the map has anyway. */
function payloadOf(path: string, { version, names, sources, mappings }: OxcMap): SourceMapPayload {
  return { file: path, sourceRoot: '', version, names, sources, mappings, sourcesContent: [] }
}

type OxcMap = Pick<SourceMapPayload, 'version' | 'names' | 'sources' | 'mappings'>

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
