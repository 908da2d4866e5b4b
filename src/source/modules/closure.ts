import { positionAt } from './position.ts'
import type { Finding } from './problem.ts'
import type { ModuleRecord, RecordImport } from './record.ts'
import type { ModuleTable } from './table.ts'
import { originalPosition } from './transform.ts'

/** Everything a module is made of. */
export interface Closure {
  /** What surely runs: the module and its static imports, transitively, the imported before the importing. */
  readonly statics: readonly ModuleRecord[]
  /** What may run: dynamic imports too. */
  readonly reachable: readonly ModuleRecord[]
  /** Whether a package of a `node_modules` is imported anywhere. */
  readonly packages: boolean
}

/** @returns a finding when something that surely runs cannot be loaded */
export function closureOf(table: ModuleTable, root: ModuleRecord): Closure | Finding {
  const walk: Walk = { table, entered: new Set(), statics: [], packages: false }
  const finding = enter(root, walk)
  if (finding !== undefined) return finding
  const reachable = new Set(walk.statics)
  for (const record of reachable) for (const to of loadable(record, walk)) reachable.add(to) // the set grows while it is read
  return { statics: walk.statics, reachable: [...reachable], packages: walk.packages }
}

interface Walk {
  readonly table: ModuleTable
  readonly entered: Set<ModuleRecord>
  readonly statics: ModuleRecord[]
  packages: boolean
}

function enter(record: ModuleRecord, walk: Walk): Finding | undefined {
  walk.entered.add(record)
  if (record.flaw !== undefined) return flawFinding(record)
  for (const found of record.imports) {
    const finding = found.dynamic ? undefined : follow(record, found, walk)
    if (finding !== undefined) return finding
  }
  walk.statics.push(record)
  return undefined
}

function follow(record: ModuleRecord, found: RecordImport, walk: Walk): Finding | undefined {
  const link = walk.table.link(found)
  if ('refused' in link) return importFinding(record, found, link.refused)
  return 'to' in link && !walk.entered.has(link.to) ? enter(link.to, walk) : undefined
}

/** What the child can be handed because of this module. */
function loadable(record: ModuleRecord, walk: Walk): readonly ModuleRecord[] {
  return record.imports.flatMap((found) => {
    const link = walk.table.link(found)
    if ('left' in link && link.left === 'package') walk.packages = true
    return 'to' in link && link.to.flaw === undefined ? [link.to] : []
  })
}

function flawFinding({ path: file, text, flaw }: ModuleRecord): Finding {
  return { kind: 'syntax', msg: flaw?.msg ?? '', ...(flaw?.at && { place: { file, text, at: flaw.at } }) }
}

/** An import that cannot be followed, at the specifier as the user wrote it. */
export function importFinding(record: ModuleRecord, { offset }: RecordImport, msg: string): Finding {
  const { path: file, text, code } = record
  const at = originalPosition(record, positionAt(code, offset))
  return { kind: 'import', msg, ...(at && { place: { file, text, at } }) }
}
