/** The inside of a real daemon in a time of its own: what waits for a timer waits no longer than the work of the process takes. */
import { getEventListeners } from 'node:events'
import { channel } from 'node:diagnostics_channel'
import { type Runtime, Session } from 'node:inspector'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { onTestFinished, vi } from 'vitest'

export interface Clock {
  /** Milliseconds since the beginning, whatever the clock on the wall is set to. */
  readonly elapsed: () => number
  /** Lets so much time pass. */
  readonly pass: (ms: number) => Promise<void>
  /** Lets time pass, in small steps, until something is so. @throws Error after an hour of it */
  readonly until: (what: string, isSo: () => boolean) => Promise<void>
}

/** Real turns of the event loop, whatever is faked later. */
const turn = setImmediate

const STEP_MS = 5
const LONGEST_MS = 3_600_000

/**
 * From here to the end of the test `setTimeout`, `Date` and `performance.now` follow a clock that stands still while the process has
 * anything to do: requests, files, what is ready to run. `setInterval` goes by the real time: what looks twice a second does not do so
 * five million times.
 */
export function simulateTime(start: string): Clock {
  const requests = countRequests()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: new Date(start) })
  onTestFinished(() => void vi.useRealTimers())
  const origin = performance.now()
  const elapsed = (): number => performance.now() - origin
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; quiet = requests.inFlight() > 0 || isBusy() ? 0 : quiet + 1) {
      await new Promise<void>((resolve) => void turn(resolve))
    }
  }
  return {
    elapsed,
    async pass(ms) {
      const over = new AbortController()
      setTimeout(() => over.abort(), ms)
      for (await settle(); !over.signal.aborted; await settle()) vi.advanceTimersToNextTimer()
    },
    async until(what, isSo) {
      const end = performance.now() + LONGEST_MS
      for (await settle(); !isSo(); await settle()) {
        if (performance.now() > end) throw new Error(`in an hour of simulated time it did not happen: ${what}`)
        vi.advanceTimersByTime(STEP_MS)
      }
    },
  }
}

/** Requests of any client in this process that have no end yet. */
function countRequests(): { readonly inFlight: () => number } {
  const open = new Set<unknown>()
  const began = (message: unknown): void => void open.add((message as { request: unknown }).request)
  const ended = (message: unknown): void => void open.delete((message as { request: unknown }).request)
  const channels = [
    [channel('undici:request:create'), began],
    [channel('undici:request:trailers'), ended],
    [channel('undici:request:error'), ended],
  ] as const
  for (const [each, listener] of channels) each.subscribe(listener)
  onTestFinished(() => {
    for (const [each, listener] of channels) each.unsubscribe(listener)
  })
  return { inFlight: () => open.size }
}

const BUSY = /^(?:FSReq|CloseReq|Immediate|GetAddrInfo|ShutdownWrap|WriteWrap)|Connect/

function isBusy(): boolean {
  return process.getActiveResourcesInfo().some((resource) => BUSY.test(resource))
}

/** What of the process could grow. */
export interface Size {
  readonly heapMb: number
  /** All that lies in maps and sets, whoever has them. */
  readonly mapped: number
  readonly inSets: number
  readonly controllers: number
  readonly timers: number
  /** Sockets, pipes, files, watches, by kind. */
  readonly handles: Readonly<Record<string, number>>
  readonly listeners: number
}

/** @param signals whose listeners count as well */
export async function measure(signals: readonly AbortSignal[]): Promise<Size> {
  for (let n = 0; n < 3; n++) {
    collect()
    await new Promise<void>((resolve) => void turn(resolve))
  }
  // What goes by the real time may have begun something meanwhile.
  while (isBusy()) await new Promise<void>((resolve) => void turn(resolve))
  const handles: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) handles[name] = (handles[name] ?? 0) + 1
  const onProcess = process.eventNames().map((name) => process.listenerCount(name))
  const onSignals = signals.map((signal) => getEventListeners(signal, 'abort').length)
  return {
    heapMb: process.memoryUsage().heapUsed / 1_048_576,
    mapped: sumOver('Map.prototype', 'each.size'),
    inSets: sumOver('Set.prototype', 'each.size'),
    controllers: sumOver('AbortController.prototype', '1'),
    timers: vi.getTimerCount(),
    handles,
    listeners: [...onProcess, ...onSignals].reduce((sum, count) => sum + count, 0),
  }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Over all objects of a kind that are alive in this process. */
function sumOver(prototype: string, what: string): number {
  const session = new Session()
  session.connect()
  try {
    let sum = Number.NaN
    session.post('Runtime.evaluate', { expression: prototype }, (_, { result }) => {
      session.post('Runtime.queryObjects', { prototypeObjectId: result.objectId ?? '' }, (__, { objects }) => {
        const call = { objectId: objects.objectId ?? '', functionDeclaration: sumOf(what), returnByValue: true }
        session.post('Runtime.callFunctionOn', call, (___, answer: Runtime.CallFunctionOnReturnType | undefined) => {
          sum = Number(answer?.result.value)
        })
      })
    })
    return sum
  } finally {
    session.disconnect() // which lets go of what it was shown
  }
}

/** Prototypes are among the objects, and have nothing. */
function sumOf(what: string): string {
  return `function () {
    const own = (each) => { try { return ${what} } catch { return 0 } }
    let sum = 0
    for (const each of this) sum += own(each)
    return sum
  }`
}
