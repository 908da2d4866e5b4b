import type { GatewayError } from './errors.ts'

/** The longest first wait, in milliseconds. */
const FIRST_WAIT_MS = 500

/** No wait is longer, unless the gateway asked for it. */
const LONGEST_WAIT_MS = 30_000

/**
 * How long to wait after the `attempt`-th attempt, in whole milliseconds: anything between nothing and a bound that doubles from
 * 500 ms to 30 s, so that many requests that failed together do not come back together.
 * @param attempt from 1
 * @param random in [0, 1)
 */
export function fullJitter(attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)))
}

/** The jitter, or what the gateway asked for where that is longer. */
export function retryDelay(error: GatewayError, attempt: number, random: () => number): number {
  const asked = error.type === 'refused' ? error.retryAfterMs : undefined
  return Math.max(fullJitter(attempt, random), asked ?? 0)
}

/** Waits so many milliseconds. Resolves to false, at once, when one of the signals calls it off. */
export function pause(delayMs: number, ...signals: readonly (AbortSignal | undefined)[]): Promise<boolean> {
  if (signals.some((signal) => signal?.aborted)) return Promise.resolve(false)
  return new Promise((resolve) => {
    const end = (whole: boolean) => {
      clearTimeout(timer)
      for (const signal of signals) signal?.removeEventListener('abort', callOff)
      resolve(whole)
    }
    const callOff = () => end(false)
    const timer = setTimeout(() => end(true), delayMs)
    for (const signal of signals) signal?.addEventListener('abort', callOff)
  })
}
