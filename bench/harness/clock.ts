/** Milliseconds of the machine's monotonic clock, which all processes share; `performance.now()` begins anew in each. */
export function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
