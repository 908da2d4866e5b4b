/** A map that remembers which keys came and went lately: who looks again need not look at all of them. */
export class TracedMap<Value> extends Map<string, Value> {
  /** The keys that came or went, the latest last, as far as they are remembered. */
  #trace: string[] = []
  /** How many came or went before those. */
  #forgotten = 0

  constructor(entries: Iterable<readonly [string, Value]> = []) {
    super() // given them, it would set them before there is a trace
    for (const [key, value] of entries) this.set(key, value)
  }

  /** How many keys have come or gone until now, for `since`. A key that gets another value stays. */
  get mark(): number {
    return this.#forgotten + this.#trace.length
  }

  /** @returns the keys that came or went since a mark, some of them more than once; undefined where that is not remembered any more */
  since(mark: number): readonly string[] | undefined {
    return mark < this.#forgotten ? undefined : this.#trace.slice(mark - this.#forgotten)
  }

  override set(key: string, value: Value): this {
    if (!this.has(key)) this.#note(key)
    return super.set(key, value)
  }

  override delete(key: string): boolean {
    if (this.has(key)) this.#note(key)
    return super.delete(key)
  }

  override clear(): void {
    for (const key of this.keys()) this.#note(key)
    super.clear()
  }

  #note(key: string): void {
    if (this.#trace.length === REMEMBERED) {
      this.#forgotten += REMEMBERED
      this.#trace = []
    }
    this.#trace.push(key)
  }
}

/** Who looks more rarely than that may as well look at all of them. */
const REMEMBERED = 1_000
