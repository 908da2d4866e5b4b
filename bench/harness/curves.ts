/** How something grows with the number of entries. */
export interface Curve {
  /** What the file is called in `docs/`: `growth-time`. */
  readonly name: string
  readonly title: string
  readonly unit: string
  readonly lines: readonly Line[]
}

export interface Line {
  readonly name: string
  /** Number of entries, and what was measured; both more than 0. */
  readonly points: readonly (readonly [entries: number, value: number])[]
}

/** The least number of entries that says how something grows: below it, what does not grow outweighs what does. */
export const GROWS_FROM = 100

/**
 * How a line grows: the exponent of the power of the number of entries that fits it best, by least squares on logarithms. 1 is a straight
 * line through the origin, 2 a parabola.
 * @returns undefined with fewer than two points from `GROWS_FROM` on
 */
export function exponentOf({ points }: Line): number | undefined {
  const grown = points
    .filter(([entries]) => entries >= GROWS_FROM)
    .map(([entries, value]) => [Math.log(entries), Math.log(value)] as const)
  if (grown.length < 2) return undefined
  const mean = (which: 0 | 1) => grown.reduce((sum, point) => sum + point[which], 0) / grown.length
  const [x, y] = [mean(0), mean(1)]
  const both = grown.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  const own = grown.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  return both / own
}
