import { err, ok, type Result } from 'neverthrow'
import type { DesiredState } from '../model/entry.ts'
import type { Report } from '../model/events.ts'
import type { FolderError } from '../source/folder/folder.ts'
import { differingKeys } from '../source/registry.ts'
import { Source, type SourceOptions } from '../source/source.ts'

type OnChange = (keys: ReadonlySet<string>) => void

/** Another source, open and up to date, that has not taken over yet. */
export interface Successor {
  /** Takes over at once, and tells which keys it declares otherwise. */
  readonly takeOver: () => void
}

/** The folder's source; one with other settings can take its place, with no moment in which nobody watches. */
export class LiveSource {
  readonly #report: Report
  readonly #watch: boolean
  #source: Source
  /** What is prepared, and what was taken over from and is closing. */
  readonly #beside = new Set<Source>()
  #onChange: OnChange = () => {}
  #opening: Promise<unknown> = Promise.resolve()
  #closed = false

  /** Starts the evaluator at once, so that it is warm when the files have been read. */
  constructor({ watch, ...settings }: SourceOptions, report: Report) {
    this.#report = report
    this.#watch = watch
    this.#source = this.#make(settings)
  }

  /** What the folder declares, always as it is now. Incomplete until it is open. */
  get desired(): DesiredState {
    return this.#source.desired
  }

  /** As `Source.open`. */
  open(onChange: OnChange): Promise<Result<void, FolderError>> {
    this.#onChange = onChange
    const opened = this.#source.open(onChange)
    this.#opening = opened
    return opened
  }

  /** As `Source.rescan`. */
  rescan(): Promise<void> {
    return this.#source.rescan()
  }

  /**
   * Opens a source with other settings beside the one there is, which goes on until it is taken over from. One at a time.
   * @returns err when the folder cannot be used with them, or this was closed meanwhile
   */
  async prepare(settings: Omit<SourceOptions, 'watch'>): Promise<Result<Successor, FolderError | 'closed'>> {
    await this.#opening
    if (this.#closed) return err('closed')
    const next = this.#make({ ...settings, again: true })
    this.#beside.add(next)
    const missed = new Set<string>()
    const opened = await next.open((keys) => {
      if (this.#source === next) this.#onChange(keys)
      else for (const key of keys) missed.add(key)
    })
    if (opened.isErr() || this.#closed) {
      await this.#end(next)
      return err(opened.isErr() ? opened.error : 'closed')
    }
    return ok({ takeOver: () => this.#replaceWith(next, missed) })
  }

  /** Ends the evaluator and the watch. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([this.#source, ...this.#beside].map((source) => source.close()))
  }

  /** What the former had not told yet, and what only one of them takes for an entry, changes with the source. */
  #replaceWith(next: Source, missed: ReadonlySet<string>): void {
    if (this.#closed) return
    const former = this.#source
    const changed = new Set([...missed, ...differingKeys(former.desired, next.desired)])
    this.#source = next
    this.#beside.delete(next)
    void this.#end(former)
    if (changed.size > 0) this.#onChange(changed)
  }

  /** Whoever closes this waits for it. */
  async #end(source: Source): Promise<void> {
    this.#beside.add(source)
    await source.close()
    this.#beside.delete(source)
  }

  #make(settings: Omit<SourceOptions, 'watch'>): Source {
    return new Source({ ...settings, watch: this.#watch }, this.#report)
  }
}
