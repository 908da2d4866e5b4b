import type { Destination } from '../../log/output.ts'
import type { EventName, SyncEvent } from '../../model/events.ts'

/** What counts as one change done. */
const DONE: ReadonlySet<EventName> = new Set<EventName>([
  'config.created',
  'config.adopted',
  'config.updated',
  'config.moved',
  'config.deleted',
  'provider-key.created',
  'provider-key.rotated',
  'provider-key.updated',
  'provider-key.deleted',
])

/** The line is not drawn more often than that, in milliseconds: people do not read faster. */
const FRAME_MS = 50

const ERASE = '\r\u001b[2K'

/** The last line of a terminal while a plan is carried out: how far it has come. Elsewhere there is none. */
export class Progress {
  readonly #isShown: boolean
  readonly #output: Destination
  #total = 0
  #done = 0
  #failed = 0
  #isDrawn = false
  #drawnAt = -Infinity

  constructor(isShown: boolean, output: Destination) {
    this.#isShown = isShown
    this.#output = output
  }

  /** @param total how many changes there are to make */
  begin(total: number): void {
    this.#total = total
    this.#draw()
  }

  count({ event }: SyncEvent): void {
    if (DONE.has(event)) this.#done++
    if (event === 'config.failed' || event === 'provider-key.failed') this.#failed++
    this.#draw()
  }

  /** Writes something that stays, above the line. */
  above(write: () => void): void {
    this.#erase()
    write()
    this.#draw()
  }

  end(): void {
    this.#erase()
    this.#total = 0
  }

  #draw(): void {
    if (!this.#isShown || this.#total === 0 || (this.#isDrawn && performance.now() - this.#drawnAt < FRAME_MS)) return
    const failed = this.#failed > 0 ? `, ${this.#failed} failed` : ''
    this.#output.write(`${this.#isDrawn ? ERASE : ''}… ${Math.min(this.#done, this.#total)} of ${this.#total} done${failed}`)
    this.#isDrawn = true
    this.#drawnAt = performance.now()
  }

  #erase(): void {
    if (!this.#isDrawn) return
    this.#output.write(ERASE)
    this.#isDrawn = false
  }
}
