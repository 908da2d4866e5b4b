import { describeKeyProblem } from '../../model/key-problem.ts'
import type { KeyProblem } from '../../model/planned.ts'
import { providerKeyId, type ProviderKeyName } from '../../model/provider-key.ts'
import type { AppliedEntry } from '../../lockfile/lockfile.ts'
import type { Plan } from '../../plan/change.ts'
import type { KeyChange } from '../../plan/key-change.ts'
import type { KeyState, KeyStateReason, StatusProviderKey } from './document.ts'
import type { Sight } from './entries.ts'

/** Every managed provider key that entries declare, or that is ours on the gateway, in order of provider and name. */
export function providerKeysOf(sight: Sight, plan: Plan): readonly StatusProviderKey[] {
  const problems = problemsOf(plan)
  return [...plan.providerKeys.map((change) => plannedKey(change, sight)), ...restOf(sight, plan)]
    .map((told) => [providerKeyId(told.about), told] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([id, told]) => statusOf(told, wrongWith(id, sight, problems)))
}

/** @param wrong outweighs what is planned */
function statusOf({ about: { provider, name }, told }: Told, wrong: Stand | undefined): StatusProviderKey {
  return { provider, name, ...told, ...wrong }
}

function wrongWith(id: string, { troubledKeys }: Sight, problems: ReadonlyMap<string, KeyProblem>): Stand | undefined {
  const trouble = troubledKeys?.get(id)
  if (trouble) return { state: 'failed', reason: trouble.permanent ? 'refused' : 'retrying', msg: trouble.msg }
  const problem = problems.get(id)
  return problem && { state: STATES[problem.type], reason: problem.type, msg: describeKeyProblem(problem) }
}

type Stand = Pick<StatusProviderKey, 'state' | 'reason' | 'msg'>

interface Told {
  readonly about: ProviderKeyName
  readonly told: Omit<StatusProviderKey, 'provider' | 'name'>
}

/** Of those that the status tells: the two that look among what is there are not managed. */
const STATES: Readonly<Record<KeyProblem['type'], KeyState>> = {
  'secret-missing': 'failed',
  'provider-key-unknown': 'failed',
  'provider-key-ambiguous': 'failed',
  'provider-key-contradiction': 'conflict',
  'provider-key-taken': 'conflict',
  'provider-key-duplicate': 'conflict',
}

/** What keeps entries from being applied, by the managed provider key that it is about. */
function problemsOf({ changes }: Plan): ReadonlyMap<string, KeyProblem> {
  const problems = changes.flatMap((change) => (change.kind === 'conflict' && change.problem ? [change.problem] : []))
  const managed = problems.filter(({ type }) => type !== 'provider-key-unknown' && type !== 'provider-key-ambiguous')
  return new Map(managed.map((problem) => [providerKeyId(problem.key), problem]))
}

function plannedKey(change: KeyChange, { world, words }: Sight): Told {
  const [state, reason] = stateOf(change)
  const id = change.kind === 'create' ? null : change.id
  const msg = change.kind === 'noop' ? null : words(change, world)
  const entries = 'entries' in change ? change.entries : []
  const configurations = change.kind === 'orphan' && change.stays === 'in-use' ? change.configurations : null
  return { about: change, told: { id, state, reason, msg, entries, configurations } }
}

function stateOf(change: KeyChange): readonly [KeyState, KeyStateReason | null] {
  switch (change.kind) {
    case 'create':
    case 'delete':
      return ['pending', change.kind]
    case 'rotate':
      if (!change.withheld) return ['pending', 'rotate']
      return [change.reason === 'drift' ? 'drift' : 'held', change.withheld]
    case 'update':
      return change.withheld ? ['drift', change.withheld] : ['pending', 'update']
    case 'orphan':
      return ['orphan', change.stays]
    case 'noop':
      return ['applied', change.record === undefined ? null : 'unrecorded']
  }
}

/** Declared, and the plan says nothing of it. */
function restOf({ world, lastListedAt }: Sight, { providerKeys, guards }: Plan): readonly Told[] {
  const told = new Set(providerKeys.map(providerKeyId))
  const isStrange = guards.some(({ guard }) => guard === 'unknown-ids')
  const stand = !lastListedAt ? UNLISTED : isStrange ? STRANGE : WAITING
  return [...world.desired.managed]
    .filter(([id]) => !told.has(id))
    .map(([id, { entries }]) => ({
      about: nameIn(id),
      told: { id: null, ...stand, entries: [...entries], configurations: null },
    }))
}

/** Undoes `providerKeyId`. */
function nameIn(id: string): ProviderKeyName {
  const end = id.indexOf('\n')
  return { provider: id.slice(0, end), name: id.slice(end + 1) }
}

const UNLISTED: Stand = { state: 'pending', reason: 'unlisted', msg: null }

const STRANGE: Stand = { state: 'held', reason: 'unknown-ids', msg: null }

/** Its entries are in conflict, and it is made with the first of them. */
const WAITING: Stand = {
  state: 'held',
  reason: 'entries',
  msg: 'nothing is done about it until an entry that declares it can be applied',
}

/** What the lockfile tells of them: the ids of those that a value was applied to, and the entries that declared them. */
export function recordedKeys(recorded: ReadonlyMap<string, AppliedEntry>): readonly StatusProviderKey[] {
  const uses = [...recorded].flatMap(([key, { secrets }]) =>
    Object.values(secrets).map((fingerprint) => ({ key, id: idIn(fingerprint) })),
  )
  return [...Map.groupBy(uses, ({ id }) => id)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, users]): StatusProviderKey => {
      const entries = [...new Set(users.map(({ key }) => key))].toSorted()
      return { provider: null, name: null, id, state: 'applied', reason: null, msg: null, entries, configurations: null }
    })
}

/** A fingerprint has the id of its provider key before it: `aigpk_1:…`. */
function idIn(fingerprint: string): string {
  return fingerprint.slice(0, fingerprint.indexOf(':'))
}
