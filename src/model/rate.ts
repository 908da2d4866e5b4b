import { parseDuration } from './duration.ts'

/** At most so many requests in any rolling window. */
export interface Rate {
  readonly requests: number
  readonly windowMs: number
}

/** Reads `110/60s`. @returns undefined for anything else, and for a rate that would let nothing through */
export function parseRate(text: string): Rate | undefined {
  const [, requests, window] = /^(\d{1,9})\/(.+)$/.exec(text) ?? []
  const windowMs = parseDuration(window ?? '')
  if (!Number(requests) || !windowMs) return undefined
  return { requests: Number(requests), windowMs }
}
