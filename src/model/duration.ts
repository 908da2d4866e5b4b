const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

const NOTATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/

/**
 * Reads `500ms`, `30s`, `1.5m` or `2h` into whole milliseconds.
 * @returns undefined for anything else: no unit, two units, a sign, white space, more than a safe integer
 */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = NOTATION.exec(text) ?? []
  if (amount === undefined || unit === undefined) return undefined
  const ms = Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS])
  return Number.isSafeInteger(ms) ? ms : undefined
}

/** A duration in milliseconds as people read it, to two digits or so: `34 ms`, `2.1 s`, `1.5 min`, `2 h`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${rounded(ms)} ms`
  if (ms < 59_950) return `${rounded(ms / UNITS.s)} s`
  if (ms < 3_597_000) return `${rounded(ms / UNITS.m)} min`
  return `${rounded(ms / UNITS.h)} h`
}

/** One decimal below ten, none above. */
function rounded(amount: number): string {
  return String(amount < 9.95 ? Math.round(amount * 10) / 10 : Math.round(amount))
}
