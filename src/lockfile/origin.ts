import type { Damage } from './errors.ts'
import type { Reading } from './read.ts'
import { setAside } from './set-aside.ts'

/** How the lockfile was found. What is being rebuilt starts empty; `aside` is where the old file is now. */
export type Origin =
  | { readonly type: 'found' }
  /** A first start, or a lost lockfile: only the gateway can tell. */
  | { readonly type: 'rebuilding'; readonly reason: 'missing' }
  | { readonly type: 'rebuilding'; readonly reason: 'damaged'; readonly aside: string; readonly problem: Damage }
  | {
      readonly type: 'rebuilding'
      readonly reason: 'other-gateway'
      readonly aside: string
      /** What the old file says instead. */
      readonly recorded: string
    }

/**
 * Makes room for a lockfile of ours: what cannot be used is set aside.
 * @throws system errors
 */
export async function makeRoom(path: string, reading: Reading): Promise<Origin> {
  if (reading.type === 'found') return { type: 'found' }
  if (reading.type === 'missing') return { type: 'rebuilding', reason: 'missing' }
  const aside = await setAside(path)
  return reading.type === 'damaged'
    ? { type: 'rebuilding', reason: 'damaged', aside, problem: reading.problem }
    : { type: 'rebuilding', reason: 'other-gateway', aside, recorded: reading.recorded }
}
