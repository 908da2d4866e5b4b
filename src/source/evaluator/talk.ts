import type { Connection, Ending, Opener } from './connection.ts'
import { lineSplitter, type SignedFrame } from './protocol.ts'

/** How a child came to its end. */
export interface Death {
  /** Its heap was full. */
  readonly memory: boolean
  /** `SIGSEGV`, `exit code 0` with the end of what it wrote to stderr, or a sentence of ours. */
  readonly msg: string
}

export interface ChildEvents {
  frame(frame: SignedFrame): void
  /** Told once, and not after `kill`. */
  died(death: Death): void
}

const STDERR_KEPT = 500

/** What is written without waiting for more of its turn, in UTF-16 units. */
const LONG = 1024 * 1024

/** A child that talks in frames, wherever it runs. Of what it writes to stderr the end is kept. */
export class Child {
  readonly #connection: Connection
  readonly #events: ChildEvents
  readonly #gone = Promise.withResolvers<void>()
  #unsent = ''
  #silent = false
  #stderr = ''
  #memory = false

  constructor(open: Opener, events: ChildEvents) {
    this.#events = events
    const split = lineSplitter(
      (line) => this.#read(line),
      () => this.disown(),
    )
    this.#connection = open({ answers: split, words: (text) => this.#keep(text), ended: (ending) => this.#end(ending) })
  }

  get pid(): number | undefined {
    return this.#connection.pid
  }

  /**
   * With what else is sent in the same turn, in one piece: each that is written wakes the child.
   * @returns its length, in UTF-16 units
   */
  send(document: unknown): number {
    const line = `${JSON.stringify(document)}\n`
    if (this.#unsent === '') queueMicrotask(() => this.#flush())
    this.#unsent += line
    if (this.#unsent.length > LONG) this.#flush() // there is a longest string
    return line.length
  }

  #flush(): void {
    const text = this.#unsent
    this.#unsent = ''
    if (text !== '') this.#connection.send(text)
  }

  /** Ends it whatever it does. @returns when it is gone */
  kill(): Promise<void> {
    this.#silent = true
    this.#connection.end()
    return this.#gone.promise
  }

  /** A module has found our pipe: nothing that comes on it can be trusted any more. The child is as good as dead. */
  disown(): void {
    this.#tell("something wrote to the evaluator's own pipe")
    this.#connection.end()
  }

  /** It holds more memory than it may. */
  outgrow(): void {
    this.#memory = true
    this.#tell('SIGKILL')
    this.#connection.end()
  }

  #read(line: string): void {
    if (this.#silent) return
    const frame = parsed(line)
    if (frame === undefined) this.disown()
    else this.#events.frame(frame)
  }

  #keep(text: string): void {
    const words = this.#stderr + text
    this.#memory ||= words.includes('heap out of memory') // a long native stack follows
    this.#stderr = words.slice(-STDERR_KEPT)
  }

  #end(ending: Ending): void {
    this.#memory ||= 'signal' in ending && ending.memory === true
    this.#tell(this.#describe(ending))
    this.#gone.resolve()
  }

  #tell(how: string): void {
    if (this.#silent) return
    this.#silent = true
    this.#events.died({ memory: this.#memory, msg: how })
  }

  /** With its last words where it left by itself: after a signal a native stack comes. */
  #describe(ending: Ending): string {
    if ('msg' in ending) return ending.msg
    if ('signal' in ending) return ending.signal
    const words = this.#stderr.trim()
    return `exit code ${ending.code}${words === '' ? '' : `; ${words}`}`
  }
}

function parsed(line: string): SignedFrame | undefined {
  try {
    const frame: unknown = JSON.parse(line)
    return typeof frame === 'object' && frame !== null && 'type' in frame ? (frame as SignedFrame) : undefined
  } catch {
    return undefined // told by `disown`
  }
}
