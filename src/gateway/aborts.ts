/** Calls back when a signal is aborted. One listener a signal, however many wait: adding a listener walks all there are. */
export class Aborts {
  readonly #callbacks = new WeakMap<AbortSignal, Set<() => void>>()

  add(signal: AbortSignal | undefined, callback: () => void): void {
    if (signal) this.#of(signal).add(callback)
  }

  remove(signal: AbortSignal | undefined, callback: () => void): void {
    if (signal) this.#callbacks.get(signal)?.delete(callback)
  }

  #of(signal: AbortSignal): Set<() => void> {
    const known = this.#callbacks.get(signal)
    if (known) return known
    const callbacks = new Set<() => void>()
    this.#callbacks.set(signal, callbacks)
    signal.addEventListener('abort', () => callbacks.forEach((callback) => callback()), { once: true })
    return callbacks
  }
}
