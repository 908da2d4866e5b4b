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

/** What is below it says more of noise than of growth. */
export const GROWS_FROM = 1_000

/** Less than this many times what it is with the fewest entries, and it does not grow. */
const AS_GOOD_AS_LEVEL = 1.5

/**
 * How a line grows: the power of the number of entries that fits best what is above its value with the fewest, by least squares on logarithms,
 * from `GROWS_FROM` entries on. 1 is a straight line, 2 a parabola, 0 is level.
 * @returns undefined with fewer than two points to fit
 */
export function exponentOf({ points }: Line): number | undefined {
  const base = points[0]?.[1] ?? 0
  if (points.length > 1 && (points.at(-1)?.[1] ?? 0) < AS_GOOD_AS_LEVEL * base) return 0
  const grown = points
    .slice(1)
    .filter(([entries, value]) => entries >= GROWS_FROM && value > base)
    .map(([entries, value]) => [Math.log(entries), Math.log(value - base)] as const)
  if (grown.length < 2) return undefined
  const mean = (which: 0 | 1) => grown.reduce((sum, point) => sum + point[which], 0) / grown.length
  const [x, y] = [mean(0), mean(1)]
  const both = grown.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0)
  const own = grown.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  return both / own
}
