import type { SourceFile } from '../folder/file.ts'
import type { Vertex } from './graph.ts'
import { importsOf, type ModuleImport } from './imports.ts'
import { jsonFlaw } from './json.ts'
import { targetOf } from './resolve.ts'
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
  readonly imports: readonly ModuleImport[]
  /** It cannot be loaded, whatever is around it. */
  readonly flaw?: Flaw
}

/** `module` is TypeScript or JavaScript; anything but these is of no use to a module. */
export type Form = 'module' | 'json' | 'yaml' | 'other'

export function recordOf(file: SourceFile): ModuleRecord {
  const form = formOf(file.path)
  const blank = { ...file, form, code: '', imports: [] }
  if (form === 'module') return moduleRecord(file, blank)
  if (form !== 'json') return blank
  const flaw = jsonFlaw(file.text)
  return flaw === undefined ? { ...blank, code: file.text } : { ...blank, flaw }
}

export function vertexOf({ path, hash, imports }: ModuleRecord): Vertex {
  const edges = imports.flatMap(({ specifier }) => {
    const target = targetOf(path, specifier)
    return target.kind === 'file' ? [{ specifier, candidates: target.candidates }] : []
  })
  return { hash, edges }
}

function formOf(path: string): Form {
  if (/\.m?[jt]s$/.test(path)) return 'module'
  if (path.endsWith('.json')) return 'json'
  return /\.ya?ml$/.test(path) ? 'yaml' : 'other'
}

function moduleRecord(file: SourceFile, blank: ModuleRecord): ModuleRecord {
  const transformed = transform(file.path, file.text)
  if (!transformed.ok) return { ...blank, flaw: transformed.flaw }
  const { code } = transformed
  const imports = importsOf(code)
  if (imports.isOk()) return { ...blank, code, imports: imports.value }
  const at = originalPosition(file, positionAt(code, imports.error.offset))
  return { ...blank, flaw: { msg: 'its imports cannot be told from its code', ...(at && { at }) } }
}
