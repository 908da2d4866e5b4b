import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { SyncEvent } from '../model/events.ts'

/** No event for so long, in milliseconds: the daemon rests. */
export const QUIET_MS = 5_000

/** Without such a rest for so long, in milliseconds: what has come meanwhile may be worth a pause. */
export const BUSY_MS = 15_000

/** So much more heap than after the last collection, in bytes, is worth another one; of a large heap, a quarter of it. */
const WORTH_BYTES = 16 * 1_024 * 1_024
const WORTH_SHARE = 0.25

/** What the daemon has of V8's heap, and a way to give back what it does not use. */
export interface Heap {
  /** Bytes that it has from the system, used or not. */
  readonly size: () => number
  /** Collects all that can be, and gives back what is free. Nothing else happens meanwhile. */
  readonly collect: () => void
}

/**
 * Gives memory back once the daemon rests. V8 collects as it allocates: whoever does nothing keeps what the last burst left behind for
 * good, two to three times what is in use. With 10,000 entries a collection takes 0.4 s, with 1,000 0.05 s, which nobody waits for after
 * five quiet seconds; and there is none unless much has come since the last one, so that what is saved now and then causes none.
 *
 * Who never has five quiet seconds gets one every quarter of a minute, on the same condition. A table of a `Map` or `Set` leads to the one that
 * took its place, so that an old one that is garbage keeps all that came after it from V8's quick collections: 2 KB a save.
 */
export class Rest {
  readonly #heap: Heap
  #quiet: NodeJS.Timeout | undefined
  #busy: NodeJS.Timeout | undefined
  /** The heap's size after the last collection at rest. In the midst of work it is larger than it needs to be. */
  #atRest = 0
  /** … and after the last one of all. */
  #latest = 0

  constructor(heap: Heap = OWN_HEAP) {
    this.#heap = heap
  }

  /** Every event passes here. */
  hear({ event }: Pick<SyncEvent, 'event'>): void {
    if (event === 'daemon.ready') this.#atRest = 0 // where nothing was told for a while it was loading
    if (this.#quiet) this.#quiet.refresh()
    else this.#quiet = setTimeout(() => this.#rest(), QUIET_MS).unref()
    this.#busy ??= setTimeout(() => this.#interrupt(), BUSY_MS).unref()
  }

  #rest(): void {
    clearTimeout(this.#busy)
    this.#busy = undefined
    if (this.#tidy(this.#atRest)) this.#atRest = this.#latest
  }

  #interrupt(): void {
    this.#busy = undefined
    this.#tidy(this.#latest)
  }

  /** @returns whether there was enough to collect */
  #tidy(before: number): boolean {
    const { size, collect } = this.#heap
    if (size() - before < Math.max(WORTH_BYTES, before * WORTH_SHARE)) return false
    collect()
    this.#latest = size()
    return true
  }
}

const OWN_HEAP: Heap = {
  size: () => getHeapStatistics().total_heap_size,
  collect: () => collector()({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
}

type Collector = (how: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void

/** V8 hands its collector to no program but one started with a flag, and to contexts that are made while the flag is set. */
function collector(): Collector {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as Collector
  setFlagsFromString('--no-expose-gc')
  return gc
}
