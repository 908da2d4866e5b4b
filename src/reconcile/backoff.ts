/** The first wait of an entry that failed although its requests were retried. */
const FIRST_WAIT_MS = 5_000

/** The longest wait: about as often as a resync looks at everything. */
const LONGEST_WAIT_MS = 300_000

/**
 * How long a failing entry waits before it is tried again, in milliseconds: between half and the whole of a wait that doubles with
 * each failure in a row, so that many entries that failed together do not come back together.
 * @param failures in a row, from 1
 */
export function entryBackoff(failures: number, random: () => number = Math.random): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1))
  return Math.round(wait * (0.5 + random() / 2))
}
