import { packageFolders } from './command.ts'
import { BESIDE_HEAP_MB, MemoryWatch } from './memory-watch.ts'
import { type ChildOptions, childOpener } from './open-child.ts'
import type { Answer, ChildModule, EvaluationRequest, SignedFrame } from './protocol.ts'
import { Child, type Death } from './talk.ts'

/** A module to be evaluated. */
export interface Work {
  readonly url: string
  /** Only run it; its value is not wanted. */
  readonly probe: boolean
  /** Something may happen when it has run. */
  readonly lingers: boolean
  /** URLs of what it imports for sure, the imported before the importing, without those in cycles. */
  readonly shared: readonly string[]
  /** Everything it reaches. */
  readonly modules: readonly ChildModule[]
}

export interface LaneOptions extends ChildOptions {
  /** The folder, absolute. */
  readonly dir: string
  /** For one piece of work. */
  readonly evaluationTimeoutMs: number
  /** How many modules one child serves, which keeps every version of each: some 20 KB. Left out: 2,000. */
  readonly recycleAfter?: number
  /** Whether work waits for as long as no child comes up; default: it fails then. */
  readonly patient?: boolean
}

/** What happens to the oldest pending work of a lane. */
export interface LaneEvents<W extends Work> {
  answered(lane: Lane<W>, work: W, answer: Answer): void
  /** It has been running for `SLOW_MS`. */
  slow(lane: Lane<W>): void
  /** It has been running, or waiting for the child to come up, for as long as it may. */
  overdue(lane: Lane<W>): void
  /** The child is gone, and not by `kill`. */
  died(lane: Lane<W>, death: Death): void
}

/** How long others wait for work that runs. */
export const SLOW_MS = 250

/** Given ahead to a child, so that it never waits for us. */
const WINDOW = 128

/** No more than that of text, in UTF-16 units: until it is read we keep it. */
const LONG_WINDOW = 8 * 1024 * 1024

/** The part of either that it may still have when it gets more, so that many come in one piece. */
const REFILL = 0.5

export function isFull(lane: Lane<Work>): boolean {
  return fullness(lane) >= 1
}

/** Has enough for now. */
export function isFed(lane: Lane<Work>): boolean {
  return fullness(lane) > REFILL && !lane.slow
}

function fullness({ pending, length }: Lane<Work>): number {
  return Math.max(pending.length / WINDOW, length / LONG_WINDOW)
}

/** How long a child may take to come up, on a machine that is busy with something else. */
const START_MS = 10_000

/** One child, and the work it was given, which it does in order. */
export class Lane<W extends Work> {
  /** Given and not answered yet, oldest first; the oldest is running. */
  readonly pending: W[] = []
  readonly packages: readonly string[]
  /** Of the requests for what is pending, in UTF-16 units. */
  readonly #lengths: number[] = []
  #length = 0
  #given = 0
  #answered = 0
  /** What its frames are signed with, once it is up. */
  #token: string | undefined
  #slow = false
  /** When the oldest pending work began, or to wait for the child. */
  #since = 0
  #timer: NodeJS.Timeout | undefined
  readonly #known = new Set<string>()
  readonly #shared = new Set<string>()
  readonly #limitMs: number
  readonly #events: LaneEvents<W>
  readonly #child: Child
  readonly #memory: MemoryWatch

  constructor(options: LaneOptions, events: LaneEvents<W>) {
    this.packages = packageFolders(options.dir)
    this.#limitMs = options.evaluationTimeoutMs
    this.#events = events
    this.#child = new Child(childOpener(options, this.packages), {
      frame: (frame) => this.#take(frame),
      died: (death) => this.#died(death),
    })
    this.#memory = new MemoryWatch(
      () => this.#child.pid,
      options.evaluationMemoryMb + BESIDE_HEAP_MB,
      () => this.#child.outgrow(),
    )
  }

  /** Pieces of work given so far. */
  get given(): number {
    return this.#given
  }

  /** Of the requests for what is pending, in UTF-16 units. */
  get length(): number {
    return this.#length
  }

  get answered(): number {
    return this.#answered
  }

  /** The child came up. */
  get ready(): boolean {
    return this.#token !== undefined
  }

  /** The oldest pending work has been running for `SLOW_MS`. */
  get slow(): boolean {
    return this.#slow
  }

  /** For how long; 0 where that is less than `SLOW_MS`. */
  get runningMs(): number {
    return this.#slow ? performance.now() - this.#since : 0
  }

  /** Each source is sent to a child once. */
  give(work: W): void {
    this.pending.push(work)
    this.#given += 1
    const modules = work.modules.filter(({ url }) => !this.#known.has(url))
    for (const module of modules) this.#known.add(module.url)
    const shared = work.shared.filter((url) => !this.#shared.has(url))
    for (const each of shared) this.#shared.add(each)
    const { url, probe, lingers } = work
    const request: EvaluationRequest = { id: this.#given, url, probe, lingers, shared, modules }
    const length = this.#child.send(request)
    this.#lengths.push(length)
    this.#length += length
    if (this.pending.length === 1) this.#watch()
  }

  /** Ends the child whatever it does, without an event. @returns when it is gone */
  kill(): Promise<void> {
    this.#rest()
    return this.#child.kill()
  }

  #take(frame: SignedFrame): void {
    if (this.#token === undefined && frame.type === 'ready') this.#comeUp(frame.token)
    else if (this.#isDue(frame)) this.#answer(frame)
    else this.#child.disown()
  }

  #isDue(frame: SignedFrame): frame is SignedFrame & Answer {
    return frame.type !== 'ready' && frame.token === this.#token && frame.id === this.#answered + 1 && this.pending.length > 0
  }

  #comeUp(token: string): void {
    this.#token = token
    this.#rest()
    if (this.pending.length > 0) this.#watch()
  }

  /** A child that is up and idle begins with what it is given at once, and with the next when it has answered. */
  #watch(): void {
    this.#memory.resume()
    this.#since = performance.now()
    if (this.#timer === undefined) this.#lookAfter(this.#due() - this.#since)
  }

  /** When something has to be done about the oldest pending work. */
  #due(): number {
    if (!this.ready) return this.#since + Math.max(START_MS, this.#limitMs)
    return this.#since + (this.#slow ? this.#limitMs : Math.min(SLOW_MS, this.#limitMs))
  }

  /** Looks once more at what has come in before it acts: it may have been our own process that was busy. */
  #lookAfter(ms: number): void {
    const timer = setTimeout(() => {
      setImmediate(() => {
        if (this.#timer === timer) this.#look()
      })
    }, ms)
    this.#timer = timer
  }

  /** One timer serves many pieces of work: that it goes off says nothing of the one that runs by now. */
  #look(): void {
    const rest = this.#due() - performance.now()
    if (rest >= 1) this.#lookAfter(rest)
    else if (this.#slow || !this.ready) this.#events.overdue(this)
    else {
      this.#slow = true
      this.#lookAfter(this.#due() - performance.now())
      this.#events.slow(this)
    }
  }

  #rest(): void {
    this.#memory.pause()
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#slow = false
  }

  #answer(answer: Answer): void {
    this.#answered += 1
    const work = this.pending.shift()
    this.#length -= this.#lengths.shift() ?? 0
    if (this.#slow || this.pending.length === 0) this.#rest() // else the timer goes on for the next
    if (this.pending.length > 0) this.#watch()
    if (work !== undefined) this.#events.answered(this, work, answer)
  }

  #died(death: Death): void {
    this.#rest()
    this.#events.died(this, death)
  }
}
