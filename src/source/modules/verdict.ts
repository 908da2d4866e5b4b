import type { Result } from 'neverthrow'
import type { Wanted } from '../locate/code.ts'
import { Locator } from '../locate/locator.ts'
import { readPath } from '../locate/path.ts'
import type { ModuleValue } from '../parse/parse.ts'
import type { Complaint } from '../parse/place.ts'
import type { Loaded } from './loader.ts'
import { type Finding, problemOf } from './problem.ts'
import type { ModuleRecord } from './record.ts'
import type { ModuleTable } from './table.ts'

/** Takes what a module gave for what it should be. @returns err with what is wrong with it */
export type Read<Content> = (module: ModuleValue) => Result<Content, readonly Complaint[]>

/** Says what became of an entry module, and of one that is wrong, where. */
export class Verdicts<Content> {
  readonly #table: ModuleTable
  readonly #read: Read<Content>
  readonly #locator: Locator

  constructor(table: ModuleTable, read: Read<Content>) {
    this.#table = table
    this.#read = read
    this.#locator = new Locator((from, specifier) => this.#follow(from, specifier))
  }

  async ofValue(module: ModuleValue): Promise<Loaded<Content>> {
    const read = this.#read(module)
    if (read.isOk()) return { ok: true, ...module, content: read.value }
    return this.#failed(module.file, await this.#findings(module.file, read.error, module.value))
  }

  async ofFinding(file: string, finding: Finding): Promise<Loaded<Content>> {
    const complaint = complaintOf(finding)
    return this.#failed(file, complaint ? await this.#findings(file, [complaint], undefined) : [finding])
  }

  async #failed(file: string, findings: readonly Finding[]): Promise<Loaded<Content>> {
    return { ok: false, file, problems: await Promise.all(findings.map((finding) => problemOf(file, finding))) }
  }

  async #findings(file: string, complaints: readonly Complaint[], value: unknown): Promise<readonly Finding[]> {
    const record = this.#table.record(file)
    const wanted = complaints.flatMap(wantedOf) // what is not is the last one
    const places = record ? await this.#locator.find({ record, value, wanted }) : []
    const unquoted = complaints.some(({ secret }) => secret) || holdsPlainSecret(value)
    const findings = complaints.map(({ msg, path, about }, index) => {
      const place = about === 'rest' ? undefined : places[index]
      return { kind: 'invalid', msg, path, unquoted, ...(place && { place }) } as const
    })
    return findings.toSorted(inOrder(file))
  }

  #follow(from: ModuleRecord, specifier: string): ModuleRecord | undefined {
    const found = from.imports.find((each) => each.specifier === specifier)
    const link = found && this.#table.link(found)
    return link && 'to' in link ? link.to : undefined
  }
}

/** What the evaluator could not take for data: only the path tells whether a secret belongs there. */
function complaintOf({ kind, msg, path = '', place }: Finding): Complaint | undefined {
  const keys = kind === 'invalid' && place === undefined ? readPath(path) : undefined
  return keys && { path, keys, about: 'value', msg, secret: keys.includes('keys') }
}

function wantedOf({ keys, hiddenName, about }: Complaint): Wanted[] {
  return about === 'rest' ? [] : [{ keys: hiddenName === undefined ? keys : [...keys, hiddenName.reveal()], about }]
}

/** The setting `plainSecrets` lets the value of a provider key stand in a module, wherever in its lines that may be. */
function holdsPlainSecret(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, part]) => (name === 'value' && typeof part === 'string') || holdsPlainSecret(part))
}

/** By place in the file itself, then by place in other files, then what has none. */
function inOrder(file: string): (a: Finding, b: Finding) => number {
  return (a, b) => {
    const [before, after] = [a, b].map(({ place }) => (place === undefined ? 2 : place.file === file ? 0 : 1)) as [number, number]
    if (before !== after || a.place === undefined || b.place === undefined) return before - after
    if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1
    return a.place.at.line - b.place.at.line || a.place.at.column - b.place.at.column
  }
}
