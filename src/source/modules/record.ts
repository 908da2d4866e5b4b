import type { SourceMapPayload } from 'node:module'
import { tight } from '../../model/tight.ts'
import type { SourceFile } from '../folder/file.ts'
import type { Vertex } from './graph.ts'
import { importsOf, type ModuleImport } from './imports.ts'
import { jsonFlaw } from './json.ts'
import { type Target, targetOf } from './resolve.ts'
import { positionAt } from './position.ts'
import { type Flaw, originalPosition, transform } from './transform.ts'

/** What is known of a file from its text alone. Never changed: a new text makes a new record. */
export interface ModuleRecord {
  readonly path: string
  readonly text: string
  readonly hash: string
  readonly form: Form
  /** What the child runs: transformed, or the text of a JSON file. */
  readonly code: string
  readonly imports: readonly RecordImport[]
  /** It cannot be loaded, whatever is around it. */
  readonly flaw?: Flaw | undefined
  /** From the code to the text, where that was asked for: of a large file it is not made again for each question. */
  readonly map?: SourceMapPayload | undefined
}

export interface RecordImport extends ModuleImport {
  /** What it may mean there. */
  readonly target: Target
}

/** `module` is TypeScript or JavaScript; anything but these is of no use to a module. */
export type Form = 'module' | 'json' | 'yaml' | 'other'

/** @param mapped with a source map */
export function recordOf(file: SourceFile, mapped = false): ModuleRecord {
  const blank = blankRecord(file)
  if (blank.form === 'module') return moduleRecord(file, blank, mapped)
  if (blank.form !== 'json') return blank
  const flaw = jsonFlaw(file.text)
  return flaw === undefined ? { ...blank, code: file.text } : { ...blank, flaw }
}

/** Of a file into which nobody has looked. */
export function blankRecord(file: SourceFile): ModuleRecord {
  const { path, text, hash } = file // named: what a spread is followed by lies outside of the object, in a list of its own
  return { path, text, hash, form: formOf(path), code: '', imports: [] }
}

export function vertexOf({ hash, imports }: ModuleRecord): Vertex {
  const edges = imports.flatMap(({ specifier, target }) =>
    target.kind === 'file' ? [{ specifier, candidates: target.candidates }] : [],
  )
  return { hash, edges: tight(edges) }
}

export function formOf(path: string): Form {
  if (/\.m?[jt]s$/.test(path)) return 'module'
  if (path.endsWith('.json')) return 'json'
  return /\.ya?ml$/.test(path) ? 'yaml' : 'other'
}

function moduleRecord(file: SourceFile, blank: ModuleRecord, mapped: boolean): ModuleRecord {
  const transformed = transform(file.path, file.text, mapped)
  if (!transformed.ok) return { ...blank, flaw: transformed.flaw }
  const { code, map } = transformed
  const imports = importsOf(code)
  if (imports.isOk() && imports.value.length <= MOST_IMPORTS)
    return { ...blank, code, imports: imports.value.map((found) => aimed(found, file.path)), ...(map && { map }) }
  if (imports.isOk()) return { ...blank, flaw: { msg: tooManyImports(imports.value.length) } }
  const at = originalPosition({ ...file, map }, positionAt(code, imports.error.offset))
  return { ...blank, flaw: { msg: 'its imports cannot be told from its code', ...(at && { at }) } }
}

function aimed({ specifier, dynamic, json, offset }: ModuleImport, from: string): RecordImport {
  return { specifier, dynamic, json, offset, target: targetOf(from, specifier) }
}

/** Each costs a look at what is in the folder, with every change. */
const MOST_IMPORTS = 1_000

function tooManyImports(count: number): string {
  return `it has ${count} imports, and a module may have at most ${MOST_IMPORTS}: gather what they give in helpers`
}
