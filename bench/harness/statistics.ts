export interface Summary {
  readonly median: number
  readonly p95: number
  readonly min: number
  /** How many samples. */
  readonly count: number
}

/** @param samples at least one */
export function summarize(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), min: quantile(sorted, 0), count: sorted.length }
}

/** Between two samples it is interpolated linearly. */
function quantile(sorted: readonly number[], fraction: number): number {
  const place = (sorted.length - 1) * fraction
  const below = sorted[Math.floor(place)]
  const above = sorted[Math.ceil(place)]
  if (below === undefined || above === undefined) throw new Error('no samples')
  return below + (above - below) * (place - Math.floor(place))
}
