import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Command } from './command.ts'
import { type Frame, lineSplitter } from './protocol.ts'

/** How a child came to its end. */
export interface Death {
  /** Its heap was full. */
  readonly memory: boolean
  /** `SIGSEGV`, `exit code 0` with the end of what it wrote to stderr, or a sentence of ours. */
  readonly msg: string
}

export interface ChildEvents {
  frame(frame: Frame): void
  /** Told once, and not after `kill`. */
  died(death: Death): void
}

const STDERR_KEPT = 500

/** A process with an empty environment that talks in frames. What it writes to stdout is lost, of stderr the end is kept. */
export class Child {
  readonly #process: ChildProcess
  readonly #events: ChildEvents
  readonly #gone = Promise.withResolvers<void>()
  #silent = false
  #stderr = ''
  #memory = false

  constructor({ executable, args }: Command, events: ChildEvents) {
    this.#events = events
    this.#process = spawn(executable, args, { env: {}, cwd: '/', stdio: ['pipe', 'ignore', 'pipe', 'pipe'] })
    this.#process.on('error', ({ message }) => this.#end(message))
    this.#process.on('close', (code, signal) => this.#end(signal ?? this.#lastWords(`exit code ${code}`)))
    this.#process.stdin?.on('error', ignore)
    this.#process.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => this.#keep(text))
      .on('error', ignore)
    this.#listen(this.#process.stdio[3] as Readable | undefined)
  }

  send(document: unknown): void {
    this.#process.stdin?.write(`${JSON.stringify(document)}\n`)
  }

  /** Ends it whatever it does. @returns when it is gone */
  kill(): Promise<void> {
    this.#silent = true
    this.#process.kill('SIGKILL')
    return this.#gone.promise
  }

  #listen(answers: Readable | undefined): void {
    const split = lineSplitter(
      (line) => this.#read(line),
      () => this.disown(),
    )
    answers?.setEncoding('utf8').on('data', split).on('error', ignore)
  }

  #read(line: string): void {
    if (this.#silent) return
    const frame = parsed(line)
    if (frame === undefined) this.disown()
    else this.#events.frame(frame)
  }

  /** A module has found our pipe: nothing that comes on it can be trusted any more. The child is as good as dead. */
  disown(): void {
    this.#tell("something wrote to the evaluator's own pipe")
    this.#process.kill('SIGKILL')
  }

  #keep(text: string): void {
    const words = this.#stderr + text
    this.#memory ||= words.includes('heap out of memory') // a long native stack follows
    this.#stderr = words.slice(-STDERR_KEPT)
  }

  #end(how: string): void {
    this.#tell(how)
    this.#gone.resolve()
  }

  #tell(how: string): void {
    if (this.#silent) return
    this.#silent = true
    this.#events.died({ memory: this.#memory, msg: how })
  }

  /** Not after a signal: what comes then is a native stack. */
  #lastWords(how: string): string {
    const words = this.#stderr.trim()
    return words === '' ? how : `${how}; ${words}`
  }
}

/** A pipe breaks when its other end dies, and `close` tells of that. */
function ignore(): void {}

function parsed(line: string): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(line)
    return typeof frame === 'object' && frame !== null && 'type' in frame ? (frame as Frame) : undefined
  } catch {
    return undefined // told by `disown`
  }
}
