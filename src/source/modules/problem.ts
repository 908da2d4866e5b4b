import type { ModuleProblem, ProblemKind } from '../../model/events.ts'
import { excerptOf } from './excerpt.ts'
import type { Position } from './position.ts'

/** What was found out about why an entry does not load. */
export interface Finding {
  readonly kind: ProblemKind
  readonly msg: string
  /** Where: in the entry itself or in something it imports. */
  readonly place?: Place
  /** Where in the data. */
  readonly path?: string
  /** What is at the place, or near it, may be a secret: no lines are shown. */
  readonly unquoted?: boolean
}

export interface Place {
  readonly file: string
  /** The file as the user wrote it. */
  readonly text: string
  readonly at: Position
}

/** Tells a finding to the user of the entry: `file` is the entry; a place in another file is named in `msg`. */
export async function problemOf(file: string, { kind, msg, place, path, unquoted = false }: Finding): Promise<ModuleProblem> {
  const problem = { file, problem: kind, msg: shortened(msg), ...(path ? { path: shortened(path) } : {}) }
  if (place === undefined) return problem
  const frame = unquoted || mayHoldAKey(place.text) ? {} : { frame: await frameOf(place) }
  if (place.file === file) return { ...problem, ...place.at, ...frame }
  const what = path && !msg.includes(path) ? `${path}: ${msg}` : msg
  return { ...problem, msg: shortened(`in ${place.file}:${place.at.line}:${place.at.column}: ${what}`), ...frame }
}

/** UTF-16 units. A specifier, a name or what was thrown may be as long as the file. */
const LONGEST = 4_000

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/**
 * What does not load cannot be told apart by type: a `value` that is no reference to a secret, or an `id` that is none of the
 * gateway's, may be a provider's key in plain text, and the lines around the place are not quoted then.
 */
const MAY_HOLD_A_KEY = new RegExp(
  [
    /\bvalue["']?\s*:(?!\s*(?:secret\.|\{?\s*["']?\$(?:env|file|credential)\b))/, // a value, or a name that stands for one
    /[{,]\s*value\s*[,}]/,
    /\bid["']?\s*:\s*["'`](?!aig)/,
    /^[ \t]*(?:-[ \t]+)?id:[ \t]+(?!["'`{]|aig)[^\s,][^,\n]*$/, // YAML needs no quotes
  ]
    .map(({ source }) => source)
    .join('|'),
  'm',
)

let latest = { text: '', held: false }

/** The problems of a file come together. */
function mayHoldAKey(text: string): boolean {
  if (latest.text !== text) latest = { text, held: MAY_HOLD_A_KEY.test(text) }
  return latest.held
}

async function frameOf({ text, at }: Place): Promise<string> {
  const { codeFrameColumns } = await import('@babel/code-frame')
  const { lines, first, column } = excerptOf(text, at)
  return codeFrameColumns(lines, { start: { line: at.line, column: column - 1 } }, { startLine: first }) // it counts columns from 0
}
