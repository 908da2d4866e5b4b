import { formatDuration } from '../model/duration.ts'
import type { Failure } from '../model/events.ts'

/** `1 entry`, `3 entries`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`
}

/** `invalid router (422, ERR_NGROK_27604)`: a code that the message has already is not said twice. */
export function because({ msg, status, errorCode }: Failure): string {
  const codes = [status, errorCode].filter((code) => code !== undefined && !msg.includes(String(code)))
  return codes.length === 0 ? msg : `${msg} (${codes.join(', ')})`
}

export function nextTry(delayMs: number): string {
  return `the next try in ${formatDuration(delayMs)}`
}

/** `in 34 ms`, or `in 2.1 s, at attempt 3`. */
export function took(durationMs: number, attempt: number): string {
  return `in ${formatDuration(durationMs)}${attempt > 1 ? `, at attempt ${attempt}` : ''}`
}

export function list(items: readonly string[]): string {
  return items.join(', ')
}
