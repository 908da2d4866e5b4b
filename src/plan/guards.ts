import type { GuardName } from '../model/planned.ts'
import { deletableProviderKeys } from './keys/plan-keys.ts'
import { findMoves, type Moves } from './moves.ts'
import { unmatched } from './unmatched.ts'
import { isGone, tiedTo, type World } from './world.ts'

/** Why a plan is not carried out as it is, or not all of it. */
export type Guard =
  /** More is to be deleted than a cap allows: nothing is. */
  | {
      readonly guard: Exclude<GuardName, 'unknown-ids'>
      /** How many are to be deleted. */
      readonly count: number
      readonly limit: number
      /** How many the lockfile names; of provider keys, how many are ours. */
      readonly managed: number
      /** How many configurations and provider keys are to be deleted in all: what a person confirms. */
      readonly confirm: number
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
  /** The same of provider keys. */
  readonly areKeysCapped: boolean
}

export function survey(world: World): Survey {
  const moves = findMoves(world)
  const strange = unknownIds(world)
  if (strange) return { moves, guards: [strange], isStrange: true, isCapped: true, areKeysCapped: true }
  const [cap, keyCap] = deletionCaps(world, moves)
  const guards = [cap, keyCap].filter((guard) => guard !== undefined)
  return { moves, guards, isStrange: false, isCapped: cap !== undefined, areKeysCapped: keyCap !== undefined }
}

/** Whether more is to be deleted than a cap allows. */
export function isOverCap(world: World): boolean {
  const { isCapped, isStrange } = survey(world)
  return isCapped && !isStrange
}

/** Those that `sync` deletes once their grace has passed, whether or not it has: many files that vanish one by one are many. */
export function deletableKeys(world: World, moves: Moves = findMoves(world)): readonly string[] {
  if (world.rules.policy !== 'sync' || !world.desired.complete) return []
  return [...unmatched(world).undeclared].filter((key) => {
    const applied = world.applied.get(key)
    if (!applied || applied.protect || !isGone(world, key) || moves.from.has(key)) return false
    return tiedTo(world, key) && !world.observed.usersOf(applied.id)
  })
}

/** Configurations and provider keys each by themselves: many of the one are not to let more of the other go. */
function deletionCaps(world: World, moves: Moves): readonly [Cap | undefined, Cap | undefined] {
  const { rules, history, applied, providerKeys } = world
  const keys = deletableKeys(world, moves)
  const providers = deletableProviderKeys(world)
  const confirm = keys.length + providers.length
  const count = keys.filter((key) => !history.isApproved(key)).length
  const keyCount = providers.filter(({ id }) => !history.isKeyApproved(id)).length
  const cap = capOf(rules, { count, managed: applied.size, confirm }, 'delete-max')
  const keyCap = capOf(rules, { count: keyCount, managed: [...providerKeys.owned()].length, confirm }, 'key-delete-max')
  return [cap, keyCap]
}

type Cap = Exclude<Guard, { guard: 'unknown-ids' }>

function capOf(
  { deleteMax, deleteMaxPercent }: World['rules'],
  counts: Pick<Cap, 'count' | 'managed' | 'confirm'>,
  guard: 'delete-max' | 'key-delete-max',
): Cap | undefined {
  if (counts.count > deleteMax) return { guard, ...counts, limit: deleteMax }
  // Rounded up, so that one of a few can go.
  const limit = Math.ceil((counts.managed * deleteMaxPercent) / 100)
  return counts.count > limit ? { guard: `${guard}-percent`, ...counts, limit } : undefined
}

/** Whether nothing may be changed at all. */
export function isAnotherAccount(world: World): boolean {
  return unknownIds(world) !== undefined
}

/** One or two that are gone may well have been deleted by a person. */
const FEW = 2

function unknownIds({ applied, observed }: World): Guard | undefined {
  const managed = applied.size
  if (managed <= FEW) return undefined
  if (observed.keyed.size > 0 || applied.values().some(({ id }) => observed.byId(id))) return undefined
  return { guard: 'unknown-ids', count: managed, limit: 0, managed }
}
