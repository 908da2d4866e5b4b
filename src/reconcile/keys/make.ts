import { err, ok, type Result } from 'neverthrow'
import { describeFailure } from '../../gateway/failure.ts'
import { type ObservedProviderKey, type ProviderKeyName, providerKeyId } from '../../model/provider-key.ts'
import type { Secret, SecretSource } from '../../model/secret.ts'
import { standingOf } from '../../plan/keys/standing.ts'
import { sealOf } from '../../secrets/seal.ts'
import { type Creation, type Creator, GATHER_MS, newNonce } from '../create.ts'
import { isFailure } from '../job.ts'
import type { KeyApplying, KeyError, KeyOptions, KeyParts } from './parts.ts'

/** A provider key, and the fingerprint of what was sent as its value. */
export type KeyCreator = Creator<ObservedProviderKey, string>

/** An older listing is not relied on: somebody may have made one of that name since. */
const FRESH_MS = 10_000

/** Makes a provider key that entries declare and that is not there yet. */
export async function makeKey(parts: KeyParts, creator: KeyCreator, name: ProviderKeyName, options: KeyOptions): KeyApplying {
  const start = performance.now()
  const { observer, report } = parts
  const secret = await secretToMake(parts, name, options)
  if (secret.isErr()) return err(secret.error)
  if (!secret.value) return ok('again')
  const value = await revealFor(parts, name, secret.value)
  if (value.isErr()) return err(value.error)
  const made = await creator.create(creationOf(parts, name, value.value, options))
  if (made.isErr()) return err(made.error)
  if (made.value === 'found') return ok('again')
  const { resource, sent, attempt, settled } = made.value
  observer.wrote(resource)
  observer.index.setApplied(resource.id, sent)
  const { provider, name: label } = name
  const told = { provider, name: label, id: resource.id, attempt, durationMs: performance.now() - start }
  report({ event: 'provider-key.created', ...told, ...(settled && { settled }) })
  parts.made(name)
  return ok('done')
}

/** The value at the moment it is applied. */
export async function revealFor(
  { secrets }: KeyParts,
  { provider, name }: ProviderKeyName,
  secret: SecretSource,
): Promise<Result<Secret, KeyError>> {
  const revealed = await secrets.reveal(secret)
  return revealed.mapErr((problem): KeyError => {
    return { type: 'provider-key', problem: { type: 'secret-missing', key: { provider, name }, secret, problem } }
  })
}

/** @returns undefined where there is nothing to be made, or it cannot be decided whether */
async function secretToMake(
  parts: KeyParts,
  name: ProviderKeyName,
  { priority }: KeyOptions,
): Promise<Result<SecretSource | undefined, KeyError>> {
  const { observer, world } = parts
  if (observer.age > FRESH_MS) {
    const listed = await observer.observe(priority, GATHER_MS)
    if (listed.isErr()) return err(listed.error)
  }
  const standing = standingOf(world(), name)
  if (standing?.type === 'problem' && isFailure(standing.problem)) return err({ type: 'provider-key', problem: standing.problem })
  return ok(standing?.type === 'change' && standing.change.kind === 'create' ? standing.change.secret : undefined)
}

function creationOf(
  { gateway, observer, owner, report }: KeyParts,
  subject: ProviderKeyName,
  value: Secret,
  { priority, signal }: KeyOptions,
): Creation<ObservedProviderKey, string> {
  const { provider, name } = subject
  return {
    key: providerKeyId(subject),
    signal,
    send: (note) => {
      const draft = () => {
        const nonce = newNonce()
        note(nonce, sealOf(value).fingerprint(nonce))
        return { provider, name, value, stamp: { owner, key: name, nonce } }
      }
      return gateway
        .create(draft, { subject: { provider, name }, priority, signal })
        .map(({ providerKey, attempt }) => ({ resource: providerKey, attempt }))
    },
    observe: () => observer.observe('fresh', GATHER_MS),
    present: () => observer.index.stamped(subject),
    known: (id) => observer.index.byId(id),
    retrying: (error, attempt, delayMs) =>
      report({ event: 'provider-key.retrying', provider, name, attempt, delayMs, ...describeFailure(error) }),
  }
}
