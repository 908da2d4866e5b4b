import type { SourceFile } from '../folder/file.ts'
import { type ModuleRecord, recordOf } from './record.ts'

/** New files, taken apart a portion at a time. None of a portion reaches what is in a later one. */
export class Portions {
  readonly #coming: Map<string, SourceFile>
  readonly #records: ReadonlyMap<string, ModuleRecord>

  /** @param records of files that were read elsewhere */
  constructor(files: readonly SourceFile[], records: ReadonlyMap<string, ModuleRecord>) {
    this.#coming = new Map(files.map((file) => [file.path, file]))
    this.#records = records
  }

  /** Those that are still to come, by path. */
  get coming(): ReadonlyMap<string, SourceFile> {
    return this.#coming
  }

  /** @param size files at least, if there are so many: what they import comes with them */
  next(size: number): readonly ModuleRecord[] {
    const portion: ModuleRecord[] = []
    for (const file of this.#coming.values()) {
      if (portion.length >= size) break
      this.#takeFrom(file, portion)
    }
    return portion
  }

  #takeFrom(first: SourceFile, portion: ModuleRecord[]): void {
    const open = [first]
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (!this.#coming.delete(file.path)) continue
      const record = this.#records.get(file.path) ?? recordOf(file)
      portion.push(record)
      for (const { target } of record.imports) {
        if (target.kind === 'file') open.push(...target.candidates.flatMap((path) => this.#coming.get(path) ?? []))
      }
    }
  }
}
