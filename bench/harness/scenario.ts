import type { BudgetName } from './budgets.ts'
import type { Curve } from './curves.ts'
import type { Stage } from './stage.ts'
import type { Summary } from './statistics.ts'

/** Something that is measured. One file each in `scenarios/`. */
export interface Scenario {
  /** As it is named on the command line. */
  readonly name: string
  /** What is measured, from when to when, and beside what: a paragraph of Markdown. */
  readonly about: string
  readonly run: (stage: Stage) => Promise<Outcome>
}

export interface Outcome {
  readonly rows: readonly Row[]
  /** How something grows; each is drawn. */
  readonly curves?: readonly Curve[]
  /** What is to be said of this run: paragraphs of Markdown. */
  readonly notes?: readonly string[]
}

export interface Row {
  readonly what: string
  readonly unit: Unit
  readonly ours: Summary
  readonly peer?: Peer
  readonly bounds?: readonly Bound[]
  /** The promise of the design that the bounds are of. */
  readonly budget?: BudgetName
}

export type Unit = 'ms' | 'MB' | 'kB' | 'requests' | 'writes' | 'ms of CPU a second' | 'a second' | '%'

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
