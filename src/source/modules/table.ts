import { pathToFileURL } from 'node:url'
import type { ModuleProblem } from '../../model/events.ts'
import { tight } from '../../model/tight.ts'
import type { SourceFile } from '../folder/file.ts'
import { Graph } from './graph.ts'
import type { ChildModule } from '../evaluator/protocol.ts'
import { Portions } from './portions.ts'
import { type ModuleRecord, type RecordImport, vertexOf } from './record.ts'
import { missingMessage } from './resolve.ts'

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

/** Files that are taken in at once: long enough to be worth it, short enough that the evaluator is not kept waiting. */
const PORTION = 32

/** A change of so many files is taken in at once. */
const SMALL = 256

/** How many missing files are looked for among all names, for each change: a module may name a thousand. */
const MOST_SEARCHES = 5

/** The files of the folder, how they hang together, and what the child needs of each. */
export class ModuleTable {
  /** The folder's URL. */
  readonly #base: string
  readonly #records = new Map<string, ModuleRecord>()
  readonly #graph = new Graph()
  /** By path, why it cannot be had. */
  readonly #hidden = new Map<string, string>()
  /** By specifier and wanted path: to look for near names among all files costs too much to do for each importer. */
  readonly #missing = new Map<string, string>()
  readonly #prepared = new Map<string, { readonly version: string; readonly module: ChildModule }>()
  /** Of a change that is being taken in, the files that are still to come. */
  #coming: ReadonlyMap<string, unknown> = new Map()

  constructor(dir: string) {
    this.#base = pathToFileURL(dir).href.replace(/\/$/, '')
  }

  /** Whether it is not known with this content. */
  isNew({ path, hash }: SourceFile): boolean {
    return this.#records.get(path)?.hash !== hash
  }

  /**
   * Takes a change in, of which each portion can be looked at before the next is taken: it holds all that its files reach.
   * @param records of files that were read elsewhere
   * @returns for each portion the files that are there and that reach something new
   */
  *take(
    { upserted, removed, hidden = [] }: Change,
    records: ReadonlyMap<string, ModuleRecord>,
  ): Generator<ReadonlySet<string>, void, undefined> {
    for (const path of [...removed, ...upserted.map((file) => file.path)]) this.#hidden.delete(path)
    for (const { file, msg } of hidden) this.#hidden.set(file, msg)
    for (const path of removed) {
      this.#records.delete(path)
      this.#prepared.delete(path)
    }
    this.#missing.clear()
    const fresh = upserted.filter((file) => this.isNew(file))
    const isSought = [...removed, ...fresh.map(({ path }) => path)].some((path) => this.#graph.isSought(path))
    const portions = new Portions(fresh, records)
    this.#coming = portions.coming
    let gone = removed
    do {
      const portion = portions.next(isSought || fresh.length <= SMALL ? Infinity : PORTION)
      for (const record of portion) this.#records.set(record.path, record)
      yield this.#graph.update(new Map(portion.map((record) => [record.path, vertexOf(record)])), gone)
      gone = []
    } while (this.#coming.size > 0)
  }

  /** Of the change that is being taken in, there is more. */
  get isTaking(): boolean {
    return this.#coming.size > 0
  }

  record(path: string): ModuleRecord | undefined {
    return this.#records.get(path)
  }

  link({ specifier, dynamic, json, target }: RecordImport): Link {
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

  /** A file's place in the child: its URL with its version. One text for all who import it. */
  #url(path: string): string {
    const version = this.#graph.version(path)
    const known = this.#prepared.get(path)
    if (known !== undefined && known.version === version) return known.module.url
    return `${this.#base}/${isPlain(path) ? path : escaped(path)}?v=${version}`
  }

  /** Part of a cycle of imports: such modules share one version. */
  cyclic(record: ModuleRecord): boolean {
    const version = this.#graph.version(record.path)
    return record.imports.some((found) => {
      const link = this.link(found)
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
    const existing = this.#missing.size < MOST_SEARCHES ? [...this.#graph.paths(), ...this.#coming.keys()] : []
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
      const link = this.link(found)
      if ('refused' in link) refusals.push([found.specifier, link.refused])
      else if ('to' in link && link.to.flaw === undefined) links.push([found.specifier, this.#url(link.to.path)])
      else if ('to' in link) refusals.push([found.specifier, `'${found.specifier}' does not load: ${link.to.flaw?.msg}`])
    }
    return {
      url: this.#url(record.path),
      format: record.form === 'json' ? 'json' : 'module',
      source: record.code,
      links: tight(links),
      refusals: tight(refusals),
    }
  }
}

/** Whether a path stands in a URL as it is. */
function isPlain(path: string): boolean {
  return /^[\w./-]+$/.test(path)
}

function escaped(path: string): string {
  return pathToFileURL(`/${path}`).href.slice('file:///'.length)
}

/** `a/b/c.ts` and the folders `a/b` and `a`. */
function pathsTo(path: string): readonly string[] {
  const names = path.split('/')
  return names.map((_, index) => names.slice(0, names.length - index).join('/'))
}
