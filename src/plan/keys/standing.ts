import type { KeyProblem, RotateReason } from '../../model/planned.ts'
import { type ObservedProviderKey, type ProviderKeyName, providerKeyId } from '../../model/provider-key.ts'
import { isSameNonce, type Seal, type SecretSource } from '../../model/secret.ts'
import { sortDuplicates } from '../duplicates.ts'
import type { KeyCreate, KeyNoop, KeyRotate, KeyUpdate, KeyWithheld } from '../key-change.ts'
import { isUntouched } from '../untouched.ts'
import type { World } from '../world.ts'
import { declaredKeys } from './declared.ts'
import { declaringSources, nameTiedTo, recordedIds } from './uses.ts'

/** How it stands with a managed provider key that entries declare. */
export type KeyStanding =
  | { readonly type: 'change'; readonly change: DeclaredChange; readonly surplus: readonly ObservedProviderKey[] }
  /** Its entries cannot be applied. */
  | { readonly type: 'problem'; readonly problem: KeyProblem }

/** Without who declares it: that is looked up for who is told of it, not for each of ten thousand entries that share it. */
export type DeclaredChange = { [Kind in Told['kind']]: Omit<Extract<Told, { kind: Kind }>, 'entries'> }[Told['kind']]

type Told = KeyCreate | KeyRotate | KeyUpdate | KeyNoop

type ComparedChange = Exclude<DeclaredChange, { kind: 'create' }>

/** Which of the account's provider keys is the declared one, and what it lacks. */
export function standingOf(world: World, name: ProviderKeyName): KeyStanding | undefined {
  const [secret, ...others] = world.desired.managed.get(providerKeyId(name))?.secrets ?? []
  if (!secret) return undefined
  const key = { provider: name.provider, name: name.name }
  if (others.length > 0) return problem({ type: 'provider-key-contradiction', key, sources: declaringSources(world, key) })
  const { providerKeys } = world
  const found = findOurs(world, key)
  if (found.type === 'problem') return found
  const look = world.secrets.look(secret)
  if (look.type === 'missing') return problem({ type: 'secret-missing', key, secret, problem: look })
  const { kept, surplus } = found
  const change = kept
    ? compareKey(world, { ...key, secret, seal: look.seal }, kept, providerKeys.appliedTo(kept.id))
    : ({ kind: 'create', ...key, secret } as const)
  return { type: 'change', change, surplus }
}

type Ours =
  | { readonly type: 'ours'; readonly kept?: ObservedProviderKey; readonly surplus: readonly ObservedProviderKey[] }
  | (KeyStanding & { readonly type: 'problem' })

/**
 * Ours is what carries our stamp; where none does, what the lockfile knows by its id: its stamp was taken away. Any other of that name
 * is somebody else's, and another beside it would be one too many.
 */
function findOurs(world: World, key: ProviderKeyName): Ours {
  const { providerKeys, observed } = world
  const stamped = providerKeys.stamped(key)
  const sorted = sortDuplicates(stamped, ({ id }) => observed.usersOfKey(id).size > 0 || providerKeys.isHeld(id))
  const isSure = sorted.type === 'kept' && !sorted.surplus.some(({ id }) => isReferredTo(world, id))
  if (isSure) return { ...sorted, type: 'ours' }
  if (stamped.length > 0) return problem({ type: 'provider-key-duplicate', key, ids: stamped.map(({ id }) => id) })
  const named = providerKeys.named(key)
  const tied = findBare(world, key)
  if (tied) return { type: 'ours', kept: tied, surplus: [] }
  if (named.length > 0) return problem({ type: 'provider-key-taken', key, ids: named.map(({ id }) => id) })
  return { type: 'ours', surplus: [] }
}

/** Whether an entry names it by its id, so that it is no rubbish whatever it was made for. */
function isReferredTo({ desired }: World, wanted: string): boolean {
  return desired.entries.values().some(({ configuration }) => declaredKeys(configuration).some(({ id }) => id === wanted))
}

/** The only one without a stamp that the lockfile knows by its id. */
function findBare(world: World, key: ProviderKeyName): ObservedProviderKey | undefined {
  const { providerKeys } = world
  const known = [...providerKeys.unstamped()].filter(({ id, provider }) => {
    return provider === key.provider && (providerKeys.appliedTo(id) !== undefined || providerKeys.isUnsure(id))
  })
  if (known.length === 0) return undefined
  const recorded = recordedIds(world, key)
  const bare = known.filter((each) => recorded.has(each.id) && nameTiedTo(world, each) === key.name)
  return bare.length === 1 ? bare[0] : undefined
}

/** What is declared of a key, and what is known of its value. */
interface Wanted extends ProviderKeyName {
  readonly secret: SecretSource
  readonly seal: Seal
}

/** @param applied the fingerprint of what was applied last, where that is known */
function compareKey(world: World, wanted: Wanted, present: ObservedProviderKey, applied: string | undefined): ComparedChange {
  const { provider, name, secret, seal } = wanted
  const { id } = present
  const subject = { provider, name, id }
  const fields = changedLabels(wanted, present)
  const update =
    fields.length > 0 ? ({ kind: 'update', ...subject, fields, present, ...withheldLabels(world) } as const) : undefined
  if (!present.stamp && update) return update // what was applied to it is known only together with its stamp
  const fingerprint = seal.fingerprint(present.stamp?.nonce ?? '')
  // Its stamp may have been put back since, with a nonce of its own: then it is not known what was applied.
  const isSame = applied !== undefined && isSameNonce(applied, fingerprint) ? applied === fingerprint : undefined
  const reason = world.providerKeys.isUnsure(id) ? 'edited' : whyRotate(world, wanted, seal.compare(present.keyRedacted), isSame)
  const withheld = reason && withholdRotation(world, reason, present)
  const record = isSame ? {} : { record: fingerprint }
  if (reason && !(withheld && update)) {
    // What is declared counts as applied where somebody else's value stays, so that the next edit is an edit.
    const left = withheld && { withheld, ...(withheld !== 'policy' && record) }
    return { kind: 'rotate', ...subject, secret, reason, present, ...left }
  }
  if (update) return update
  return { kind: 'noop', ...subject, ...record }
}

/** What is to be done about a key once its name and its stamp are as they should be again. */
export function afterUpdate(world: World, { id, provider, name, present }: KeyUpdate): ComparedChange | undefined {
  const [secret] = world.desired.managed.get(providerKeyId({ provider, name }))?.secrets ?? []
  const look = secret && world.secrets.look(secret)
  if (!secret || look?.type !== 'found') return undefined
  const stamp = present.stamp ?? { owner: world.owner, key: name, nonce: '' }
  const written = { ...present, name, stamp, updatedAt: TOUCHED }
  return compareKey(world, { provider, name, secret, seal: look.seal }, written, world.providerKeys.appliedTo(id))
}

/** When it was not created. */
const TOUCHED = ''

function changedLabels({ name }: ProviderKeyName, present: ObservedProviderKey): KeyUpdate['fields'] {
  return [...(present.name === name ? [] : (['name'] as const)), ...(present.stamp ? [] : (['metadata'] as const))]
}

/**
 * What the lockfile says was applied last decides; where it says nothing, what the gateway shows of the value.
 * @param isSame whether what was applied is what is declared; undefined where that is not known
 */
function whyRotate(
  { history, desired }: World,
  name: ProviderKeyName,
  seen: ReturnType<Seal['compare']>,
  isSame: boolean | undefined,
): RotateReason | undefined {
  if (isSame === false) return 'edited'
  if (isSame) return seen === 'other' ? 'drift' : undefined
  if (seen === 'same') return undefined
  const isFresh = desired.managed
    .get(providerKeyId(name))
    ?.entries.values()
    .some((key) => history.isFresh(key))
  return isFresh ? 'edited' : 'found'
}

function withholdRotation({ rules }: World, reason: RotateReason, present: ObservedProviderKey): KeyWithheld | undefined {
  if (rules.policy === 'create-only') return 'policy'
  if (reason === 'edited' || rules.drift === 'correct-all') return undefined
  if (reason === 'found' && isUntouched(present)) return undefined
  return rules.drift === 'report' ? 'report' : 'hold'
}

function withheldLabels({ rules }: World): { readonly withheld?: KeyWithheld } {
  if (rules.policy === 'create-only') return { withheld: 'policy' }
  return rules.drift === 'report' ? { withheld: 'report' } : {}
}

function problem(found: KeyProblem): KeyStanding & { readonly type: 'problem' } {
  return { type: 'problem', problem: found }
}
