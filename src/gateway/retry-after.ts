/** Whoever asks for longer is asked again after an hour: one wrong header must not silence the daemon for a day. */
const LONGEST_MS = 60 * 60 * 1_000

/**
 * What `Retry-After` asks for, in milliseconds (RFC 9110, section 10.2.3: seconds, or a date). A date is compared with the
 * answer's own `Date` where there is one, so that the two clocks need not agree.
 * @returns undefined when it is absent or neither
 */
export function retryAfter(header: string | undefined, date: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, LONGEST_MS)
  const until = httpDate(text)
  if (until === undefined) return undefined
  return Math.min(Math.max(0, until - (httpDate(date) ?? now)), LONGEST_MS)
}

/** All three forms of an HTTP date begin with the name of a day; `Date.parse` alone would make a date of `5.5`. */
function httpDate(text: string | undefined): number | undefined {
  const time = text && /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(time) ? undefined : time
}
