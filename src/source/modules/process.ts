import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Command } from './command.ts'
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

/** A module that prints without end is made to wait, so that we are not kept busy with reading it. */
const STDERR_UNPAUSED = 1024 * 1024
const STDERR_PAUSE_MS = 50

/** A session of its own: no terminal, and no process group in which to signal others. */
const ALONE = { env: {}, cwd: '/', detached: true }

/** A process with an empty environment that talks in frames. What it writes to stdout is lost, of stderr the end is kept. */
export class Child {
  readonly #process: ChildProcess
  readonly #events: ChildEvents
  readonly #gone = Promise.withResolvers<void>()
  #silent = false
  #stderr = ''
  #memory = false
  /** Read from stderr since it was last paused. */
  #unpaused = 0

  constructor({ executable, args }: Command, events: ChildEvents) {
    this.#events = events
    this.#process = spawn(executable, args, { ...ALONE, stdio: ['pipe', 'ignore', 'pipe', 'pipe'] })
    this.#process.on('error', ({ message }) => this.#end(message))
    this.#process.on('close', (code, signal) => this.#end(signal ?? this.#lastWords(`exit code ${code}`)))
    this.#process.stdin?.on('error', ignore)
    this.#process.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => this.#keep(text))
      .on('error', ignore)
    this.#listen(this.#process.stdio[3] as Readable | undefined)
  }

  get pid(): number | undefined {
    return this.#process.pid
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

  /** It holds more memory than it may. */
  outgrow(): void {
    this.#memory = true
    this.#tell('SIGKILL')
    this.#process.kill('SIGKILL')
  }

  #keep(text: string): void {
    const words = this.#stderr + text
    this.#memory ||= words.includes('heap out of memory') // a long native stack follows
    this.#stderr = words.slice(-STDERR_KEPT)
    this.#unpaused += text.length
    if (this.#unpaused < STDERR_UNPAUSED) return
    this.#unpaused = 0
    this.#process.stderr?.pause()
    setTimeout(() => this.#process.stderr?.resume(), STDERR_PAUSE_MS)
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

function parsed(line: string): SignedFrame | undefined {
  try {
    const frame: unknown = JSON.parse(line)
    return typeof frame === 'object' && frame !== null && 'type' in frame ? (frame as SignedFrame) : undefined
  } catch {
    return undefined // told by `disown`
  }
}
