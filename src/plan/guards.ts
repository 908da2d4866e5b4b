import type { GuardName } from '../model/planned.ts'
import { findMoves, type Moves } from './moves.ts'
import { isGone, tiedTo, type World } from './world.ts'

/** Why a plan is not carried out as it is, or not all of it. */
export type Guard =
  /** More is to be deleted than a cap allows: nothing is. */
  | {
      readonly guard: Exclude<GuardName, 'unknown-ids'>
      /** How many are to be deleted. */
      readonly count: number
      readonly limit: number
      /** How many the lockfile names. */
      readonly managed: number
    }
  /** None of what the lockfile names is there, nor anything of ours: it is another account, more likely. Nothing at all is changed. */
  | { readonly guard: 'unknown-ids'; readonly count: number; readonly limit: 0; readonly managed: number }

/** What concerns more than one key. */
export interface Survey {
  readonly moves: Moves
  readonly guards: readonly Guard[]
  /** Nothing may be changed. */
  readonly isStrange: boolean
  /** No deletion may be made but those that a person confirmed. */
  readonly isCapped: boolean
}

export function survey(world: World): Survey {
  const moves = findMoves(world)
  const strange = unknownIds(world)
  if (strange) return { moves, guards: [strange], isStrange: true, isCapped: true }
  const cap = deletionCap(world, deletableKeys(world, moves).filter((key) => !world.history.isApproved(key)).length)
  return { moves, guards: cap ? [cap] : [], isStrange: false, isCapped: cap !== undefined }
}

/** Whether more is to be deleted than a cap allows. */
export function isOverCap(world: World): boolean {
  const { isCapped, isStrange } = survey(world)
  return isCapped && !isStrange
}

/** Those that `sync` deletes once their grace has passed, whether or not it has: many files that vanish one by one are many. */
export function deletableKeys(world: World, moves: Moves = findMoves(world)): readonly string[] {
  if (world.rules.policy !== 'sync' || !world.desired.complete) return []
  return [...world.applied].flatMap(([key, { id, protect }]) => {
    if (protect || !isGone(world, key) || moves.from.has(key)) return []
    return tiedTo(world, key) && !world.observed.usersOf(id) ? [key] : []
  })
}

function deletionCap({ rules, applied }: World, count: number): Guard | undefined {
  const managed = applied.size
  // Rounded up, so that one of a few can go.
  const percent = Math.ceil((managed * rules.deleteMaxPercent) / 100)
  if (count > rules.deleteMax) return { guard: 'delete-max', count, limit: rules.deleteMax, managed }
  return count > percent ? { guard: 'delete-max-percent', count, limit: percent, managed } : undefined
}

/** One or two that are gone may well have been deleted by a person. */
const FEW = 2

function unknownIds({ applied, observed }: World): Guard | undefined {
  const managed = applied.size
  if (managed <= FEW) return undefined
  if (applied.values().some(({ id }) => observed.byId(id)) || !isEmpty(observed.keys())) return undefined
  return { guard: 'unknown-ids', count: managed, limit: 0, managed }
}

function isEmpty(items: Iterable<unknown>): boolean {
  return items[Symbol.iterator]().next().done === true
}
