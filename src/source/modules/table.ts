import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ModuleProblem } from '../../model/events.ts'
import type { SourceFile } from '../folder/file.ts'
import { Graph } from './graph.ts'
import type { ModuleImport } from './imports.ts'
import type { ChildModule } from '../evaluator/protocol.ts'
import { type ModuleRecord, recordOf, vertexOf } from './record.ts'
import { missingMessage, targetOf } from './resolve.ts'

/** What became of the files of the folder. */
export interface Change {
  readonly upserted: readonly SourceFile[]
  readonly removed: readonly string[]
  /** Files and folders that are there and cannot be read, or are not to be. */
  readonly hidden?: readonly Hidden[]
}

export type Hidden = Pick<ModuleProblem, 'file' | 'msg'>

/** Where an import leads: to a file of the folder, out of our hands (Node, a package), or nowhere. */
export type Link = { readonly to: ModuleRecord } | { readonly refused: string } | { readonly left: 'builtin' | 'package' }

/** How many missing files are looked for among all names, for each change: a module may name a thousand. */
const MOST_SEARCHES = 5

/** The files of the folder, how they hang together, and what the child needs of each. */
export class ModuleTable {
  readonly #dir: string
  readonly #records = new Map<string, ModuleRecord>()
  readonly #graph = new Graph()
  /** By path, why it cannot be had. */
  readonly #hidden = new Map<string, string>()
  /** By specifier and wanted path: to look for near names among all files costs too much to do for each importer. */
  readonly #missing = new Map<string, string>()
  readonly #prepared = new Map<string, { readonly version: string; readonly module: ChildModule }>()

  constructor(dir: string) {
    this.#dir = dir
  }

  /** Whether it is not known with this content. */
  isNew({ path, hash }: SourceFile): boolean {
    return this.#records.get(path)?.hash !== hash
  }

  /**
   * @param records of files that were read elsewhere
   * @returns the files that are there and that reach something new
   */
  update({ upserted, removed, hidden = [] }: Change, records: ReadonlyMap<string, ModuleRecord>): ReadonlySet<string> {
    for (const path of [...removed, ...upserted.map((file) => file.path)]) this.#hidden.delete(path)
    for (const { file, msg } of hidden) this.#hidden.set(file, msg)
    const changed = upserted.filter((file) => this.isNew(file)).map((file) => records.get(file.path) ?? recordOf(file))
    for (const path of removed) {
      this.#records.delete(path)
      this.#prepared.delete(path)
    }
    for (const record of changed) this.#records.set(record.path, record)
    this.#missing.clear()
    return this.#graph.update(new Map(changed.map((record) => [record.path, vertexOf(record)])), removed)
  }

  record(path: string): ModuleRecord | undefined {
    return this.#records.get(path)
  }

  link(from: ModuleRecord, { specifier, dynamic, json }: ModuleImport): Link {
    const target = targetOf(from.path, specifier)
    if (target.kind === 'refused') return { refused: target.msg }
    if (target.kind !== 'file') return { left: target.kind }
    const path = this.#graph.follow({ specifier, candidates: target.candidates })
    const to = path === undefined ? undefined : this.#records.get(path)
    if (to === undefined) return { refused: this.#missingMessage(specifier, target.candidates) }
    if (to.form === 'yaml' || to.form === 'other')
      return { refused: `'${specifier}' cannot be imported: only TypeScript, JavaScript and JSON can` }
    if (to.form === 'json' && !json && !dynamic)
      return { refused: `'${specifier}' needs \`with { type: 'json' }\` after it to be imported` }
    return { to }
  }

  /** A file's place in the child: its URL with its version. */
  #url(path: string): string {
    return `${pathToFileURL(join(this.#dir, path)).href}?v=${this.#graph.version(path)}`
  }

  /** Part of a cycle of imports: such modules share one version. */
  cyclic(record: ModuleRecord): boolean {
    const version = this.#graph.version(record.path)
    return record.imports.some((found) => {
      const link = this.link(record, found)
      return 'to' in link && this.#graph.version(link.to.path) === version
    })
  }

  /** The child's form of a module. Made once for each version. */
  prepared(record: ModuleRecord): ChildModule {
    const version = this.#graph.version(record.path) ?? ''
    const known = this.#prepared.get(record.path)
    if (known?.version === version) return known.module
    const module = this.#prepare(record)
    this.#prepared.set(record.path, { version, module })
    return module
  }

  #missingMessage(specifier: string, candidates: readonly string[]): string {
    const hidden = this.#whyHidden(candidates)
    if (hidden !== undefined) return `'${specifier}' cannot be imported: ${hidden.replace(/\.$/, '')}`
    const key = [specifier, ...candidates].join('\n')
    const existing = this.#missing.size < MOST_SEARCHES ? this.#graph.paths() : []
    const known = this.#missing.get(key) ?? missingMessage(specifier, candidates, existing)
    this.#missing.set(key, known)
    return known
  }

  /** Of the first candidate that is there, or in a folder that is there. */
  #whyHidden(candidates: readonly string[]): string | undefined {
    if (this.#hidden.size === 0) return undefined
    return candidates
      .flatMap(pathsTo)
      .map((path) => this.#hidden.get(path))
      .find((msg) => msg !== undefined)
  }

  #prepare(record: ModuleRecord): ChildModule {
    const links: [string, string][] = []
    const refusals: [string, string][] = []
    for (const found of record.imports) {
      const link = this.link(record, found)
      if ('refused' in link) refusals.push([found.specifier, link.refused])
      else if ('to' in link && link.to.flaw === undefined) links.push([found.specifier, this.#url(link.to.path)])
      else if ('to' in link) refusals.push([found.specifier, `'${found.specifier}' does not load: ${link.to.flaw?.msg}`])
    }
    return {
      url: this.#url(record.path),
      format: record.form === 'json' ? 'json' : 'module',
      source: record.code,
      links,
      refusals,
    }
  }
}

/** `a/b/c.ts` and the folders `a/b` and `a`. */
function pathsTo(path: string): readonly string[] {
  const names = path.split('/')
  return names.map((_, index) => names.slice(0, names.length - index).join('/'))
}
