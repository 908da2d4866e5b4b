import type { Stage } from './stage.ts'
import type { Summary } from './statistics.ts'

/** Something that is measured. One file each in `scenarios/`. */
export interface Scenario {
  /** As it is named on the command line. */
  readonly name: string
  /** What is measured, from when to when, and beside what: a paragraph of Markdown. */
  readonly about: string
  readonly run: (stage: Stage) => Promise<readonly Row[]>
}

export interface Row {
  readonly what: string
  readonly unit: 'ms' | 'MB'
  readonly ours: Summary
  readonly peer?: Peer
  readonly bounds?: readonly Bound[]
}

/** What stands beside us; `undefined` when it is not installed here. */
export interface Peer {
  readonly name: string
  readonly figures: Summary | undefined
}

/** A budget. Medians are compared. */
export type Bound =
  /** In the row's unit. */
  | { readonly kind: 'at-most'; readonly value: number }
  /** The peer takes so many times what we take, or more. */
  | { readonly kind: 'ahead'; readonly times: number }
  /** We take so many times what the peer takes, or less. */
  | { readonly kind: 'within'; readonly times: number }

/** @returns undefined where the peer is missing */
export function isHeld(bound: Bound, { ours, peer }: Row): boolean | undefined {
  if (bound.kind === 'at-most') return ours.median <= bound.value
  if (peer?.figures === undefined) return undefined
  const { median } = peer.figures
  return bound.kind === 'ahead' ? median >= bound.times * ours.median : ours.median <= bound.times * median
}
