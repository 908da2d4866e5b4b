import { err, ok, type Result } from 'neverthrow'
import type { DesiredState } from '../../model/entry.ts'
import type { ObservedConfiguration } from '../../model/observed.ts'
import { isMisstamped } from '../../model/stamp.ts'
import { findMoves } from '../../plan/moves.ts'
import type { AppliedState } from '../../plan/world.ts'
import { ObservedIndex } from '../../reconcile/observed-index.ts'
import type { Skip } from './skip.ts'

/** What importing is decided from. Every module loads, and no key is declared twice. */
export interface Sights {
  readonly owner: string
  readonly desired: DesiredState
  readonly applied: AppliedState
  readonly observed: readonly ObservedConfiguration[]
}

/** A configuration that no module declares, and that one may. */
export interface Candidate {
  readonly configuration: ObservedConfiguration
  /** Of one that is ours already; one without is to be adopted. */
  readonly key?: string
  /** The lockfile says that its declaration was protected. */
  readonly isProtected: boolean
}

export interface Selection {
  /** The oldest first. */
  readonly candidates: readonly Candidate[]
  readonly skipped: readonly Skip[]
}

/** Which configurations on the gateway no module declares, and which of those are none of our business. */
export function select(sights: Sights): Selection {
  const { candidates, skipped } = divide(judgeAll(sights))
  return { candidates, skipped: skipped.filter(({ reason }) => reason !== 'declared') }
}

/** The same for those that are asked for by id: whatever keeps one from being imported is told. */
export function selectIds(sights: Sights, ids: readonly string[]): Selection {
  const verdicts = new Map(judgeAll(sights).map((verdict) => [idOf(verdict), verdict]))
  return divide([...new Set(ids)].map((id) => verdicts.get(id) ?? err({ id, reason: 'unknown', msg: UNKNOWN })))
}

const UNKNOWN = 'the gateway has no configuration with this id in the account that the token belongs to'

const RESERVED =
  'its metadata has something under the reserved name `aigw-sync` that is no ownership mark; take that out on the gateway'

type Verdict = Result<Candidate, Skip>

function divide(verdicts: readonly Verdict[]): Selection {
  return {
    candidates: verdicts.flatMap((verdict) => (verdict.isOk() ? [verdict.value] : [])),
    skipped: verdicts.flatMap((verdict) => (verdict.isErr() ? [verdict.error] : [])),
  }
}

function idOf(verdict: Verdict): string {
  return verdict.match(
    ({ configuration }) => configuration.id,
    ({ id }) => id,
  )
}

function judgeAll(sights: Sights): readonly Verdict[] {
  const keys = keysOf(sights)
  const knowledge = { ...sights, keys, ids: idsByKey(keys), sources: sourcesByKey(sights), adopting: adoptingById(sights) }
  return sights.observed.toSorted(byAge).map((configuration) => judge(configuration, knowledge))
}

interface Knowledge extends Sights {
  /** Our key of a configuration, by its id. */
  readonly keys: ReadonlyMap<string, string>
  readonly ids: ReadonlyMap<string, readonly string[]>
  /** The module that declares a key, or what goes on under another. */
  readonly sources: ReadonlyMap<string, string>
  /** The module that says that it adopts a configuration, by its id. */
  readonly adopting: ReadonlyMap<string, string>
}

function judge(configuration: ObservedConfiguration, knowledge: Knowledge): Verdict {
  const { id, name, stamp } = configuration
  const skip = (reason: Skip['reason'], msg: string): Verdict => err({ id, name, reason, msg })
  const key = knowledge.keys.get(id)
  const source = knowledge.adopting.get(id) ?? (key === undefined ? undefined : knowledge.sources.get(key))
  if (source !== undefined) return skip('declared', `${source} declares it`)
  if (stamp && key === undefined) return skip('other-owner', `it belongs to the owner ${stamp.owner}`)
  const ids = key === undefined ? [] : (knowledge.ids.get(key) ?? [])
  if (ids.length > 1) return skip('duplicate-configuration', `the key ${key} has several (${ids.join(', ')}); delete all but one`)
  if (!stamp && isMisstamped(configuration.metadata)) return skip('not-declarable', RESERVED)
  if (key === undefined) return ok({ configuration, isProtected: false })
  return ok({ configuration, key, isProtected: knowledge.applied.get(key)?.protect === true })
}

/** By our stamp; where it was taken away, the lockfile still knows. */
function keysOf({ owner, observed, applied }: Sights): ReadonlyMap<string, string> {
  const recorded = new Map([...applied].map(([key, { id }]) => [id, key]))
  return new Map(
    observed.flatMap(({ id, stamp }) => {
      const key = stamp ? (stamp.owner === owner ? stamp.key : undefined) : recorded.get(id)
      return key === undefined ? [] : [[id, key] as const]
    }),
  )
}

function idsByKey(keys: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(keys, ([, key]) => key)
  return new Map([...groups].map(([key, members]) => [key, members.map(([id]) => id)]))
}

function sourcesByKey({ owner, desired, applied, observed }: Sights): ReadonlyMap<string, string> {
  const index = new ObservedIndex(owner)
  index.replace(observed, new Map())
  const moves = [...findMoves({ owner, desired, applied, observed: index }).to]
  return new Map([
    ...moves.map(([to, { from }]) => [from, desired.entries.get(to)?.source ?? ''] as const),
    ...[...desired.entries].map(([key, { source }]) => [key, source] as const),
  ])
}

function adoptingById({ desired }: Sights): ReadonlyMap<string, string> {
  const entries = [...desired.entries.values()]
  return new Map(entries.flatMap(({ adopt, source }) => (adopt === undefined ? [] : [[adopt, source] as const])))
}

/** The oldest first, so that it gets the plain file name. Ids decide between equals, so that the order is always the same. */
function byAge(a: ObservedConfiguration, b: ObservedConfiguration): number {
  const [before, after] = [`${a.createdAt} ${a.id}`, `${b.createdAt} ${b.id}`]
  return before < after ? -1 : 1
}
