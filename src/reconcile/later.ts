/** So long an earlier look is believed over listings that show an older state, in milliseconds. */
export const LONGEST_LAG_MS = 60_000

/**
 * Decides whether a listing lags behind what was seen before. It may, for seconds; where it goes on, it is right: a clock of the
 * gateway that was set back, or one answer from the future, must not hide for ever what becomes of something.
 */
export class Lag<Resource extends { readonly id: string; readonly updatedAt: string }> {
  /** Since when listings show an older state, by id. */
  #since: ReadonlyMap<string, number> = new Map()

  /** @returns for each one of a listing, which look counts */
  follow(now = performance.now()): (listed: Resource, before: Resource | undefined) => Resource {
    const before = this.#since
    const since = new Map<string, number>()
    this.#since = since
    return (listed, seen) => {
      if (later(listed, seen) === listed) return listed
      const began = before.get(listed.id) ?? now
      if (now - began >= LONGEST_LAG_MS) return listed
      since.set(listed.id, began)
      return later(listed, seen)
    }
  }
}

/** The other look at something where it shows a later state, by the gateway's clock. */
export function later<Resource extends { readonly updatedAt: string }>(one: Resource, other: Resource | undefined): Resource {
  return other && Date.parse(other.updatedAt) > Date.parse(one.updatedAt) ? other : one
}
