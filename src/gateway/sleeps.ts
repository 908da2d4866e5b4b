import { CANCELED, type GatewayError } from './errors.ts'
import { pause } from './wait.ts'

/** The waits between attempts, which can all be ended at once. */
export class Sleeps {
  #drop = new AbortController()

  get isClosed(): boolean {
    return this.#drop.signal.aborted
  }

  /** @returns why the wait did not last, or undefined when it did */
  async sleep(delayMs: number, signal: AbortSignal | undefined): Promise<GatewayError | undefined> {
    const drop = this.#drop.signal
    if (await pause(delayMs, drop, signal)) return undefined
    return drop.aborted ? (drop.reason as GatewayError) : CANCELED
  }

  /** Ends every wait under way with this error. */
  drop(error: GatewayError): void {
    this.#drop.abort(error)
    this.#drop = new AbortController()
  }

  /** Ends every wait, and every later one before it begins. */
  close(): void {
    this.#drop.abort(CANCELED)
  }
}
