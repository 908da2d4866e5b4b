import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { levelOf, lineOf } from '../../log/line.ts'
import type { SyncEvent } from '../../model/events.ts'
import { type Answer, refusal } from './respond.ts'

/** So many events from before are told first, at most. */
const MOST_EVENTS = 200

/** And no more characters than that. */
const MOST_CHARACTERS = 262_144

const MOST_READERS = 8

/** What may wait for a reader, in bytes: one that is further behind is cut off, and may come again. */
const MOST_WAITING = 1_048_576

const HEARTBEAT_MS = 15_000

interface Heard {
  /** `<daemon>.<number>`: another daemon counts anew. */
  readonly id: string
  readonly event: SyncEvent
  readonly time: Date
}

/** What the daemon says, as it says it, for those who listen: server-sent events, each the JSON of a line of the log (`info` and above). */
export class EventStream {
  readonly #daemon = randomBytes(6).toString('hex')
  readonly #heartbeat: number
  readonly #readers = new Set<ServerResponse>()
  /** Made into lines only where somebody reads them. */
  readonly #heard: Heard[] = []
  #count = 0

  /** @param heartbeat milliseconds between two signs of life */
  constructor(heartbeat = HEARTBEAT_MS) {
    this.#heartbeat = heartbeat
  }

  /** How many listen. */
  get readers(): number {
    return this.#readers.size
  }

  /** Every event passes here. */
  hear(event: SyncEvent): void {
    if (levelOf(event) === 'debug') return
    const heard = { id: `${this.#daemon}.${++this.#count}`, event, time: new Date() }
    this.#heard.push(heard)
    if (this.#heard.length > MOST_EVENTS) this.#heard.shift()
    if (this.#readers.size === 0) return
    const text = messageOf(heard)
    for (const reader of this.#readers) send(reader, text)
  }

  open(): Answer {
    if (this.#readers.size >= MOST_READERS) return refusal(503, `${MOST_READERS} listen already; expected one of them to leave`)
    return { status: 200, type: 'text/event-stream', begin: (response) => this.#begin(response) }
  }

  #begin(response: ServerResponse): void {
    response.socket?.setTimeout(0) // there may be nothing to say for long
    this.#readers.add(response)
    const timer = setInterval(() => beat(response), this.#heartbeat).unref()
    response.on('error', () => {}) // it is closed then
    response.on('close', () => {
      clearInterval(timer)
      this.#readers.delete(response)
    })
    response.write(`retry: 2000\n\n${this.#before()}`)
  }

  /** The newest ones, as many as may be. */
  #before(): string {
    let told = ''
    for (const heard of this.#heard.toReversed()) {
      const text = messageOf(heard)
      if (told.length + text.length > MOST_CHARACTERS) break
      told = text + told
    }
    return told
  }
}

/** A line has no end in it. */
function messageOf({ id, event, time }: Heard): string {
  return `id: ${id}\ndata: ${lineOf(event, time)}\n\n`
}

function send(reader: ServerResponse, text: string): void {
  if (reader.writableLength + text.length > MOST_WAITING) reader.destroy()
  else reader.write(text)
}

/** Who has not taken what was there before is not waited for any longer. */
function beat(reader: ServerResponse): void {
  if (reader.writableLength > 0) reader.destroy()
  else reader.write(': still here\n\n')
}
