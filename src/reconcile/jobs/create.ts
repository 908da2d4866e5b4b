import { err, ok } from 'neverthrow'
import { describeFailure } from '../../gateway/failure.ts'
import { pendingKeys, type ResolvedEntry } from '../../model/resolved.ts'
import { secretRecords } from '../../plan/keys/resolve.ts'
import { appliedEntry, digestOfFound } from '../applied.ts'
import { type Creation, GATHER_MS, newNonce } from '../create.ts'
import type { Job } from '../job.ts'
import type { Digest } from '../../model/digest.ts'
import type { ObservedConfiguration } from '../../model/observed.ts'
import { declaredNow } from './declared.ts'
import { confirmMissing } from './look.ts'
import type { Applying, ApplyOptions, JobParts } from './parts.ts'

/** Creates a configuration, and before it the provider keys of ours that it needs. */
export async function createOne(parts: JobParts, job: Job & { kind: 'create' }, options: ApplyOptions): Applying {
  const start = performance.now()
  const { key, missing } = job
  if (missing !== undefined) {
    const isGone = await confirmMissing(parts, missing, options)
    if (isGone.isErr() || !isGone.value) return isGone.map(() => 'again')
    parts.report({ event: 'config.missing', key, id: missing })
  }
  const ensured = await parts.keychain.ensure(pendingKeys(job.entry.configuration), options)
  if (ensured.isErr()) return err(ensured.error)
  const ready = declaredNow(parts.world(), job.entry)
  if (!ready) return ok('again')
  // What is declared by the time it leaves goes, unless that needs a provider key which is not there yet: that comes after it.
  const entry = () => declaredNow(parts.world(), job.entry) ?? ready
  const result = await parts.creator.create(creationOf(parts, key, entry, options))
  if (result.isErr()) return err(result.error)
  if (result.value === 'found') return ok('again')
  const { resource: configuration, sent, attempt, settled } = result.value
  const { id, name } = configuration
  const durationMs = performance.now() - start
  parts.observer.wrote(configuration)
  const event = { event: 'config.created', key, id, name, attempt, durationMs, ...(settled && { settled }) } as const
  const now = entry()
  const digest = sent ?? digestOfFound(now, configuration)
  const applied = appliedEntry(now, configuration, digest, secretRecords(parts.world(), now))
  // Before it was found, a person may have changed it.
  return parts.recorder.record(key, settled ? { ...applied, updatedAt: configuration.createdAt } : applied, event)
}

function creationOf(
  { gateway, observer, owner, report }: JobParts,
  key: string,
  entry: () => ResolvedEntry,
  { priority, signal }: ApplyOptions,
): Creation<ObservedConfiguration, Digest> {
  return {
    key,
    signal,
    send: (note) => {
      const draft = () => {
        const { configuration, digest } = entry()
        const nonce = newNonce()
        note(nonce, digest)
        return { configuration, stamp: { owner, key, nonce } }
      }
      return gateway
        .create(draft, { key, priority, signal })
        .map(({ configuration, attempt }) => ({ resource: configuration, attempt }))
    },
    observe: () => observer.observe('fresh', GATHER_MS),
    present: () => observer.index.byKey(key),
    known: (id) => observer.index.byId(id),
    retrying: (error, attempt, delayMs) => report({ event: 'config.retrying', key, attempt, delayMs, ...describeFailure(error) }),
  }
}
