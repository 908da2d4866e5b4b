import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../../gateway/errors.ts'
import { classify } from '../../gateway/classify.ts'
import { describeFailure } from '../../gateway/failure.ts'
import type { ObservedProviderKey, ProviderKeyName } from '../../model/provider-key.ts'
import { encodeMetadata } from '../../model/stamp.ts'
import { survey } from '../../plan/guards.ts'
import type { KeyChange, KeyDelete, KeyRotate, KeyUpdate } from '../../plan/key-change.ts'
import { planProviderKeys } from '../../plan/keys/plan-keys.ts'
import { UNSURE } from '../../plan/keys/records.ts'
import { standingOf } from '../../plan/keys/standing.ts'
import { sealOf } from '../../secrets/seal.ts'
import { newNonce } from '../create.ts'
import { waitAfter } from '../patience.ts'
import { revealFor } from './make.ts'
import type { KeyApplying, KeyError, KeyOptions, KeyOutcome, KeyParts } from './parts.ts'
import { recordFingerprint } from './record.ts'

/** A change of a provider key that is there. */
export type KeyWork = KeyRotate | KeyUpdate | KeyDelete

/** Carries it out: looks at it first each time, since the plan rests on an older look and the API has no `If-Match`. */
export async function changeKey(parts: KeyParts, change: KeyWork, options: KeyOptions): KeyApplying {
  const start = performance.now()
  const { provider, name, id } = change
  const retrying = (error: GatewayError, attempt: number, delayMs: number): void =>
    parts.report({ event: 'provider-key.retrying', provider, name, attempt, delayMs, ...describeFailure(error) })
  for (let attempt = 1; ; attempt++) {
    const looked = await lookAtKey(parts, id, options)
    if (looked.isErr()) return err(looked.error)
    const told = { provider, name, id, attempt, durationMs: performance.now() - start }
    if (!looked.value) return gone(parts, change, { ...told, attempt: attempt - 1 })
    if (options.signal.aborted) return err({ type: 'canceled' })
    const done = await send(parts, change, looked.value, { ...options, told })
    if (done.isOk() || !isOfGateway(done.error)) return done
    if (!(await waitAfter({ retries: parts.retries(), retrying }, { attempt, error: done.error, signal: options.signal })))
      return done
  }
}

interface SendOptions extends KeyOptions {
  readonly told: { readonly provider: string; readonly name: string; readonly id: string; attempt: number; durationMs: number }
}

type Done = Promise<Result<KeyOutcome, KeyError>>

function send(parts: KeyParts, change: KeyWork, present: ObservedProviderKey, options: SendOptions): Done {
  if (change.kind === 'delete') return removeKey(parts, change, options)
  const standing = standingOf(parts.world(), change)
  const now = standing?.type === 'change' ? standing.change : undefined
  if (now?.kind !== change.kind || now.id !== change.id || now.withheld)
    return Promise.resolve(ok(settled(parts, change, options)))
  return now.kind === 'rotate' ? rotateKey(parts, now, present, options) : updateKey(parts, now, present, options)
}

/** There is nothing to be done any more. After an attempt of ours to correct it, that is our doing. */
function settled({ report }: KeyParts, change: KeyRotate | KeyUpdate, { told }: SendOptions): KeyOutcome {
  if (change.kind === 'update' && told.attempt > 1) {
    report({ event: 'provider-key.updated', ...told, attempt: told.attempt - 1, fields: change.fields })
  }
  return 'again'
}

/** Doing it again does no harm: the value is the same, or the one that is declared by then. */
async function rotateKey(
  parts: KeyParts,
  change: Omit<KeyRotate, 'entries'>,
  present: ObservedProviderKey,
  options: SendOptions,
): Done {
  const { id, name, reason, secret } = change
  const { observer, gateway, report } = parts
  const value = await revealFor(parts, change, secret)
  if (value.isErr()) return err(value.error)
  const fingerprint = sealOf(value.value).fingerprint(present.stamp?.nonce ?? '')
  const wasUnsure = observer.index.isUnsure(id)
  // Until it is known which value it has, what was applied before says nothing; nor does it to who starts after a crash, to whom our
  // own doing would look like a person's. Where that cannot be written down, it goes on without.
  observer.index.doubt(id)
  if (!wasUnsure) await recordFingerprint(parts.store, id, UNSURE)
  if (options.signal.aborted) return err({ type: 'canceled' })
  const written = await gateway.rotate(id, () => ({ name, value: value.value }), subjectOf(change, options))
  if (written.isErr()) {
    if (!wasUnsure && classify(written.error, 'write') !== 'ambiguous') observer.index.trust(id)
    return err(written.error)
  }
  observer.wrote(written.value.providerKey)
  observer.index.setApplied(id, fingerprint)
  const recorded = await recordFingerprint(parts.store, id, fingerprint)
  // It has the value whether or not that could be written down, and would not be given it again.
  report({ event: 'provider-key.rotated', ...options.told, reason })
  return recorded.isErr() ? err(recorded.error) : ok('done')
}

async function updateKey(
  parts: KeyParts,
  change: Omit<KeyUpdate, 'entries'>,
  present: ObservedProviderKey,
  options: SendOptions,
): Done {
  const { id, name, fields } = change
  const { observer, gateway, report, owner } = parts
  const stamp = { owner, key: name, nonce: newNonce() }
  const patch = { ...(present.name !== name && { name }), ...(!present.stamp && { metadata: encodeMetadata(stamp) }) }
  const written = await gateway.update(id, patch, subjectOf(change, options))
  if (written.isErr()) return err(written.error)
  observer.wrote(written.value.providerKey)
  report({ event: 'provider-key.updated', ...options.told, fields })
  return ok('done')
}

async function removeKey(parts: KeyParts, change: KeyDelete, options: SendOptions): Done {
  const { id, reason } = change
  const { observer, gateway, report, world } = parts
  if (!isWanted(planProviderKeys(world(), { isCapped: survey(world()).areKeysCapped }), id)) return ok('again')
  const removed = await gateway.remove(id, subjectOf(change, options))
  if (removed.isErr()) return err(removed.error)
  if (removed.value === 'in-use') observer.index.hold(id)
  else forget(parts, id)
  if (removed.value === 'in-use') return ok('again')
  report({ event: 'provider-key.deleted', ...options.told, reason })
  return ok('done')
}

function isWanted(changes: readonly KeyChange[], id: string): boolean {
  return changes.some((change) => change.kind === 'delete' && change.id === id)
}

/** It is not there. After an attempt of ours to delete it, that is our doing. */
function gone(parts: KeyParts, change: KeyWork, told: SendOptions['told']): Result<KeyOutcome, never> {
  forget(parts, change.id)
  if (change.kind !== 'delete' || told.attempt === 0) return ok('again')
  parts.report({ event: 'provider-key.deleted', ...told, reason: change.reason })
  return ok('done')
}

function forget({ observer }: KeyParts, id: string): void {
  observer.lacks(id)
  observer.index.setApplied(id, undefined)
}

async function lookAtKey(
  { gateway, observer }: KeyParts,
  id: string,
  options: KeyOptions,
): Promise<Result<ObservedProviderKey | undefined, GatewayError>> {
  const looked = await gateway.find(id, options)
  if (looked.isOk() && looked.value) observer.wrote(looked.value)
  return looked
}

function subjectOf({ provider, name }: ProviderKeyName, { priority, signal }: KeyOptions) {
  return { subject: { provider, name }, priority, signal }
}

function isOfGateway(error: KeyError): error is GatewayError {
  return error.type !== 'provider-key' && error.type !== 'unrecorded'
}
