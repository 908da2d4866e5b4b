/** `--quick`: a tenth of everything, to see whether a scenario works. Its figures say nothing. */
export const IS_QUICK = process.argv.includes('--quick')

/** How many rounds, samples or seconds. @param least also when it is to be quick */
export function effort(full: number, least = 2): number {
  return IS_QUICK ? Math.min(full, Math.max(least, Math.ceil(full / 10))) : full
}

/** How many entries: as many in each scenario, so that quick ones compare like with like. */
export function entries(full: number): number {
  return IS_QUICK && full > 1_000 ? full / 10 : full
}

/** `10,000` */
export function inWords(amount: number): string {
  return amount.toLocaleString('en')
}
