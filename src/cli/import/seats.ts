import { entryKey, isEntryPath } from '../../source/folder/rules.ts'
import { type Seat, seatOf, slugFile, slugOf, slugOfId } from './file-names.ts'
import type { Candidate } from './select.ts'

/** Which keys and files there are already. */
export interface Taken {
  readonly keys: Iterable<string>
  /** Whether nothing is at a path below the folder, and a file can be put there. */
  readonly isFree: (file: string) => boolean
}

/** More in one module would help nobody; the parser takes 10,000. */
const MEMBER_LIMIT = 500

/**
 * Gives out places for modules, each once. Names that differ only in the case of their letters count as one: the folder may be
 * checked out where they are.
 */
export class Seats {
  readonly #keys: Set<string>
  readonly #isFree: Taken['isFree']
  /** What was given out, by file in lower case; `members` is 0 for a module of one. */
  readonly #taken = new Map<string, { readonly file: string; readonly members: number }>()
  /** How often a slug was given out, so that the thousandth of a name is not looked for from the first on. */
  readonly #times = new Map<string, number>()

  constructor({ keys, isFree }: Taken) {
    this.#keys = new Set([...keys].map((key) => key.toLowerCase()))
    this.#isFree = isFree
  }

  /** Where a candidate would go: where its key says, else under its name. It is not given out before it is taken. */
  find({ configuration: { id, name }, key }: Candidate): Seat {
    const said = key === undefined ? undefined : seatOf(key)
    if (said && this.#isOpen(said)) return said
    const slug = slugOf(name) || slugOfId(id)
    for (let times = this.#times.get(slug) ?? 0; ; times += 1) {
      const file = slugFile(slug, times)
      if (isEntryPath(file) && !this.#keys.has(entryKey(file).toLowerCase()) && this.#isOpen({ file })) {
        this.#times.set(slug, times)
        return { file }
      }
    }
  }

  take({ file, member }: Seat): void {
    const members = member === undefined ? 0 : (this.#taken.get(file.toLowerCase())?.members ?? 0) + 1
    this.#taken.set(file.toLowerCase(), { file, members })
  }

  /** A module of several has room for more. */
  #isOpen({ file, member }: Seat): boolean {
    const taken = this.#taken.get(file.toLowerCase())
    if (taken) return member !== undefined && taken.file === file && taken.members > 0 && taken.members < MEMBER_LIMIT
    return this.#isFree(file)
  }
}
