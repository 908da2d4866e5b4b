import { TracedMap } from '../model/traced-map.ts'
import type { States } from './world.ts'

/** Keys that the folder, the lockfile and the gateway do not all know. Where all is as declared there are none. */
export interface Unmatched {
  /** The lockfile or a stamp of ours names them, and no entry has them; they may be held. */
  readonly undeclared: ReadonlySet<string>
  /** Entries have them, and nothing on the gateway carries our stamp for them. */
  readonly unseen: ReadonlySet<string>
}

type Known = Pick<States, 'desired' | 'applied' | 'observed'>

/** What was found last, by what the lockfile says: of that there is one for the life of a process. */
const findings = new WeakMap<Known['applied'], Finding>()

/**
 * Looked for among all keys once; after that, only what came or went since is looked at: the plan of a single key asks for them as
 * well. Where something is not traced they are looked for anew each time.
 * @returns what is true until any of the states changes
 */
export function unmatched({ desired, applied, observed }: Known): Unmatched {
  const sides: Sides = [desired.entries, applied, observed.keyed]
  if (!areTraced(sides)) return lookAtAll(sides)
  const last = findings.get(applied)
  const finding = last?.isOf(sides) ? last : new Finding(sides)
  findings.set(applied, finding)
  return finding.follow()
}

interface Has {
  has(key: string): boolean
  keys(): Iterable<string>
}

/** All that may know a key. */
type Sides<Side = Has> = readonly [entries: Side, applied: Side, stamped: Side]

function areTraced(sides: Sides): sides is Sides<TracedMap<unknown>> {
  return sides.every((side) => side instanceof TracedMap)
}

class Finding {
  readonly #sides: Sides<TracedMap<unknown>>
  #marks: readonly number[]
  #unmatched: Mutable

  constructor(sides: Sides<TracedMap<unknown>>) {
    this.#sides = sides
    this.#marks = sides.map(({ mark }) => mark)
    this.#unmatched = lookAtAll(sides)
  }

  /** Another listing is another map, and so is a folder that is read with other settings. */
  isOf(sides: Sides): boolean {
    return this.#sides.every((side, index) => side === sides[index])
  }

  follow(): Unmatched {
    const news = this.#sides.map((side, index) => side.since(this.#marks[index] ?? 0))
    this.#marks = this.#sides.map(({ mark }) => mark)
    if (!news.every((keys) => keys !== undefined)) this.#unmatched = lookAtAll(this.#sides)
    else for (const keys of news) for (const key of keys) judge(this.#unmatched, this.#sides, key)
    return this.#unmatched
  }
}

interface Mutable {
  readonly undeclared: Set<string>
  readonly unseen: Set<string>
}

function lookAtAll(sides: Sides): Mutable {
  const all: Mutable = { undeclared: new Set(), unseen: new Set() }
  for (const side of sides) for (const key of side.keys()) judge(all, sides, key)
  return all
}

function judge({ undeclared, unseen }: Mutable, [entries, applied, stamped]: Sides, key: string): void {
  const [isEntry, isSeen] = [entries.has(key), stamped.has(key)]
  put(undeclared, key, !isEntry && (isSeen || applied.has(key)))
  put(unseen, key, isEntry && !isSeen)
}

function put(keys: Set<string>, key: string, isOne: boolean): void {
  if (isOne) keys.add(key)
  else keys.delete(key)
}
