/** One thing at a time for each name; what comes later waits for its turn. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()
  readonly #onFree: (name: string) => void

  /** @param onFree called when nothing is under way for a name any more */
  constructor(onFree: (name: string) => void) {
    this.#onFree = onFree
  }

  get size(): number {
    return this.#last.size
  }

  isTaken(name: string): boolean {
    return this.#last.has(name)
  }

  /** @param task never rejects */
  take<Outcome>(name: string, task: () => Promise<Outcome>): Promise<Outcome> {
    const before = this.#last.get(name) ?? Promise.resolve()
    const turn = before.then(task)
    const ended = turn.finally(() => this.#end(name, ended))
    this.#last.set(name, ended)
    return turn
  }

  #end(name: string, ended: Promise<unknown>): void {
    if (this.#last.get(name) !== ended) return
    this.#last.delete(name)
    this.#onFree(name)
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values())
  }
}
