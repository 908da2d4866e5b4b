import type { SourceFile } from '../folder/file.ts'
import type { Parsed } from '../modules/data.ts'
import { Reader } from './reader.ts'
import { blankRecord, type ModuleRecord } from '../modules/record.ts'

/** Large files, as far as they are read. */
export interface LargeRead {
  readonly records: ReadonlyMap<string, ModuleRecord>
  /** Those that take longer than others should wait for them; each is there when its promise resolves. */
  readonly late: ReadonlyMap<string, Promise<ModuleRecord>>
}

/** How long the other files of a change wait for its large ones. What is no trick takes a fraction of it. */
const WAIT_MS = 1_000

const NOTHING: LargeRead = { records: new Map(), late: new Map() }

/** Has large files read elsewhere, and keeps nobody waiting for one that takes long. */
export class LargeFiles {
  readonly #reader = new Reader()
  readonly #data = new WeakMap<ModuleRecord, Parsed>()

  /** @param isEntry of those, what data they hold is wanted too */
  async read(files: readonly SourceFile[], isEntry: (path: string) => boolean): Promise<LargeRead> {
    if (files.length === 0) return NOTHING
    const records = new Map<string, ModuleRecord>()
    const late = new Map<string, Promise<ModuleRecord>>()
    for (const file of files) late.set(file.path, this.#read(file, isEntry(file.path)))
    const collected = Promise.all(
      [...late].map(async ([path, reading]) => {
        const record = await reading
        if (late.delete(path)) records.set(path, record)
      }),
    )
    await untilOr(collected, WAIT_MS)
    return { records: new Map(records), late: new Map(late) }
  }

  /** What a data file holds that was read here. */
  data(record: ModuleRecord): Parsed | undefined {
    return this.#data.get(record)
  }

  close(): Promise<void> {
    return this.#reader.close()
  }

  async #read(file: SourceFile, wanted: boolean): Promise<ModuleRecord> {
    const blank = blankRecord(file)
    const record = blank.form === 'yaml' ? blank : await this.#reader.record(file)
    if (wanted && record.form !== 'module' && record.flaw === undefined) this.#data.set(record, await this.#reader.data(record))
    return record
  }
}

/** Stands in for a file that is not read yet. Its hash is another, so that the file itself is something new. */
export function placeholderOf(file: SourceFile): ModuleRecord {
  return { ...blankRecord(file), hash: unread(file), flaw: { msg: 'it is large, and still being read' } }
}

/** Whether that is what stands for the file. */
export function isPlaceholder(record: ModuleRecord | undefined, file: SourceFile): boolean {
  return record?.hash === unread(file)
}

function unread({ hash }: SourceFile): string {
  return `unread ${hash}`
}

async function untilOr(work: Promise<unknown>, ms: number): Promise<void> {
  const over = Promise.withResolvers<void>()
  const timer = setTimeout(over.resolve, ms)
  await Promise.race([work, over.promise])
  clearTimeout(timer)
}
