import { err, ok, type Result } from 'neverthrow'
import { Aborts } from './aborts.ts'
import { CANCELED, type GatewayError } from './errors.ts'
import type { Priority } from './gateway.ts'
import { Line } from './line.ts'
import type { Pace } from './pace.ts'

/** Where a request stands in line; probes go first, and alone while the gateway is down. */
export interface Turn {
  readonly lane: 'probe' | Priority
  readonly signal?: AbortSignal | undefined
}

/** Carries out a request; calls `sent` at the moment it leaves, if it does. */
export type Task<T> = (sent: () => void) => Promise<T>

interface Waiter {
  readonly start: () => void
  readonly drop: (error: GatewayError) => void
}

/** Lets requests leave by precedence, as many at a time as allowed and as fast as the pace permits. */
export class Scheduler {
  /** Always as it is now. */
  readonly #concurrency: () => number
  readonly #pace: Pace
  readonly #keepsPlaces: boolean
  /** In order of precedence. */
  readonly #lines = {
    probe: new Line<Waiter>(),
    fresh: new Line<Waiter>(),
    backlog: new Line<Waiter>(),
    resync: new Line<Waiter>(),
  }
  readonly #aborts = new Aborts()
  #inFlight = 0
  #held = false
  #closed = false
  #pumping = false
  #timer: NodeJS.Timeout | undefined
  #timerAt = 0
  #whenIdle: (() => void)[] = []

  /** @param keepsPlaces whether what is saved meanwhile is to find a part of the budget that a backlog or a resync has not spent */
  constructor(concurrency: () => number, pace: Pace, keepsPlaces: boolean) {
    this.#concurrency = concurrency
    this.#pace = pace
    this.#keepsPlaces = keepsPlaces
  }

  /** Runs the task when its turn has come. @returns err `canceled`, or what `drop` was given, when its turn never comes */
  run<T>(turn: Turn, task: Task<T>): Promise<Result<T, GatewayError>> {
    if (this.#closed || turn.signal?.aborted) return Promise.resolve(err(CANCELED))
    return new Promise((resolve, reject) => {
      const start = () => {
        this.#aborts.remove(turn.signal, cancel)
        this.#carryOut(task).then((value) => resolve(ok(value)), reject)
      }
      const drop = (error: GatewayError) => {
        this.#aborts.remove(turn.signal, cancel)
        resolve(err(error))
      }
      const line = this.#lines[turn.lane]
      const place = line.join({ start, drop })
      const cancel = () => {
        if (line.leave(place)) drop(CANCELED)
      }
      this.#aborts.add(turn.signal, cancel)
      this.#pump()
    })
  }

  /** While held, only probes leave. */
  hold(held: boolean): void {
    this.#held = held
    this.#pump()
  }

  /** What waits is looked at anew: more may leave than could before. */
  limitsChanged(): void {
    this.#stopTimer()
    this.#pump()
  }

  /** Fails everything that waits for its turn. */
  drop(error: GatewayError): void {
    for (const line of Object.values(this.#lines)) {
      for (let waiter = line.shift(); waiter; waiter = line.shift()) waiter.drop(error)
    }
  }

  /** From now on nothing leaves any more. */
  close(): void {
    this.#closed = true
    this.#stopTimer()
    this.drop(CANCELED)
  }

  /** Resolves when nothing is in flight. */
  idle(): Promise<void> {
    return this.#inFlight === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve))
  }

  async #carryOut<T>(task: Task<T>): Promise<T> {
    this.#inFlight++
    let hasLeft = false
    const sent = () => {
      hasLeft = true
      this.#pace.sent()
      // Those behind may have waited for no more than this. Not from within the HTTP client, which is writing just now.
      queueMicrotask(() => this.#pump())
    }
    try {
      return await task(sent)
    } finally {
      if (!hasLeft) this.#pace.giveBack()
      this.#inFlight--
      if (this.#inFlight === 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
      this.#pump()
    }
  }

  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    while (this.#inFlight < this.#concurrency() && this.#letOneLeave());
    this.#pumping = false
  }

  /** @returns false when nothing may leave for now */
  #letOneLeave(): boolean {
    const lane = this.#next()
    if (!lane) {
      this.#pace.rest()
      return false
    }
    const wait = this.#pace.take(this.#keepsPlaces && (lane === 'backlog' || lane === 'resync'))
    if (wait === 0) this.#lines[lane].shift()?.start()
    else if (wait < Infinity) this.#pumpAfter(wait)
    return wait === 0
  }

  #next(): Turn['lane'] | undefined {
    if (!this.#lines.probe.isEmpty) return 'probe'
    if (this.#held) return undefined
    return (['fresh', 'backlog', 'resync'] as const).find((lane) => !this.#lines[lane].isEmpty)
  }

  /** What waits may have come before one that waits for less. */
  #pumpAfter(delayMs: number): void {
    const at = performance.now() + delayMs
    if (this.#timer && this.#timerAt <= at) return
    this.#stopTimer()
    this.#timerAt = at
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#pump()
    }, delayMs)
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
