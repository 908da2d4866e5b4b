import type { Segment } from './path.ts'
import type { Spot } from './script.ts'

/** What code says of a member of a value. */
export type Member =
  | { readonly is: 'there'; readonly spot: Spot; readonly name: Spot }
  | { readonly is: 'absent' }
  /** It depends on what only running it tells, at this place. */
  | { readonly is: 'unclear'; readonly spot: Spot }

export const ABSENT: Member = { is: 'absent' }

export interface Follow {
  /** From an expression to the one that writes its value, as far as that can be known. */
  settle(spot: Spot): Spot
  /** @param count how many items a list has, where that is known */
  member(spot: Spot, segment: Segment, count?: number): Member
  /** Takes so many looks from what may be spent, and says whether that was too much. */
  isSpent(looks: number): boolean
}
