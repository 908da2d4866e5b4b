import type { Connection, ConnectionEvents, Ending } from './connection.ts'
import { confirmLikely, likelyPrefix, wallOf } from './wall.ts'

type Start = (prefix: readonly string[], events: ConnectionEvents) => Connection

/** How to find out which wall works here. */
export interface Walls {
  readonly likely: () => readonly string[]
  /** Tries them out, which takes some milliseconds, unless it is known. */
  readonly tried: () => readonly string[]
  /** The likely one works. */
  readonly confirm: () => void
}

const WALLS: Walls = { likely: likelyPrefix, tried: () => wallOf().prefix, confirm: confirmLikely }

/**
 * Starts a child behind the wall that works in nearly every place. That it comes up proves it. Where it ends before, the walls are tried
 * out, and where that finds another it is started once more, behind that one.
 */
export function startProven(start: Start, events: ConnectionEvents, walls: Walls = WALLS): Connection {
  return new Attempt(start, events, walls)
}

class Attempt implements Connection {
  readonly #start: Start
  readonly #events: ConnectionEvents
  readonly #walls: Walls
  readonly #likely: readonly string[]
  #connection: Connection
  /** Nothing more is to be found out. */
  #decided = false
  /** Until that is so, what was sent and what it wrote to stderr. */
  #sent = ''
  #words = ''

  constructor(start: Start, events: ConnectionEvents, walls: Walls) {
    this.#start = start
    this.#events = events
    this.#walls = walls
    this.#likely = walls.likely()
    this.#connection = start(this.#likely, {
      answers: (text) => {
        if (!this.#decided) this.#prove()
        events.answers(text)
      },
      words: (text) => {
        if (this.#decided) events.words(text)
        else this.#words += text
      },
      ended: (ending) => this.#ended(ending),
    })
  }

  get pid(): number | undefined {
    return this.#connection.pid
  }

  send(text: string): void {
    if (!this.#decided) this.#sent += text
    this.#connection.send(text)
  }

  end(): void {
    if (!this.#decided) this.#decide()
    this.#connection.end()
  }

  #prove(): void {
    this.#walls.confirm()
    this.#decide()
  }

  #decide(): void {
    this.#decided = true
    if (this.#words !== '') this.#events.words(this.#words)
    this.#sent = ''
    this.#words = ''
  }

  #ended(ending: Ending): void {
    const tried = this.#decided ? this.#likely : this.#walls.tried()
    if (tried.join('\n') === this.#likely.join('\n')) {
      if (!this.#decided) this.#decide()
      return this.#events.ended(ending)
    }
    const sent = this.#sent
    this.#words = '' // of a tool that may not do what it is for
    this.#decide()
    this.#connection = this.#start(tried, this.#events)
    if (sent !== '') this.#connection.send(sent)
  }
}
