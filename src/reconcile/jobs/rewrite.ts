import { err, ok } from 'neverthrow'
import { classify } from '../../gateway/classify.ts'
import type { Digest } from '../../model/digest.ts'
import type { ObservedConfiguration } from '../../model/observed.ts'
import { pendingKeys } from '../../model/resolved.ts'
import { secretRecords } from '../../plan/keys/resolve.ts'
import { rewrittenEntry } from '../applied.ts'
import { newNonce } from '../create.ts'
import { type Decided, type Decision, decideAdopt, decideMove, decideUpdate } from '../decide.ts'
import type { Job } from '../job.ts'
import type { Success } from '../recorder.ts'
import { rewrite, type Rewritten } from '../rewrite.ts'
import { declaredNow } from './declared.ts'
import type { Applying, ApplyOptions, JobParts } from './parts.ts'
import { noteUnsure, type UnsureById } from './settle.ts'

type RewriteJob = Job & { kind: 'adopt' | 'update' | 'move' }

/** Adopts, updates or moves a configuration, and makes before that the provider keys of ours that it is to refer to. */
export async function rewriteOne(parts: JobParts, unsure: UnsureById, job: RewriteJob, options: ApplyOptions): Applying {
  const start = performance.now()
  const { key, id } = job
  // An adoption takes the content over as it is: what is declared comes after it.
  const pending = job.kind === 'adopt' ? [] : pendingKeys(job.entry.configuration)
  const ensured = await parts.keychain.ensure(pending, options)
  if (ensured.isErr()) return err(ensured.error)
  const from = job.kind === 'move' ? job.from : key
  const sent = new Map<Digest, Digest>()
  const result = await rewrite(parts, { id, key, decide: deciderOf(parts, job, sent), ...options })
  if (result.isErr()) {
    if (classify(result.error, 'write') === 'ambiguous') noteUnsure(unsure, { id, key, from, sent })
    return err(result.error)
  }
  const { observer, store, recorder, world } = parts
  if (result.value.type === 'gone') observer.lacks(id)
  else observer.wrote(result.value.configuration)
  if (result.value.type !== 'done') return ok('again')
  const success = result.value.changed ? successOf(job, result.value, performance.now() - start) : undefined
  const before = store.entries.get(from)
  const known = before?.id === id ? before : undefined
  const secrets = secretRecords(world(), result.value.decision.entry)
  return recorder.record(key, rewrittenEntry(result.value, known, secrets), success)
}

/** @param sent takes in what each attempt would make of it: what counts as applied then, by the content */
function deciderOf(
  { world }: JobParts,
  job: RewriteJob,
  sent: Map<Digest, Digest>,
): (present: ObservedConfiguration) => Decision {
  const nonce = newNonce()
  return (present) => {
    const { held } = world().desired
    const entry = declaredNow(world(), job.entry)
    if (held.has(job.key)) return { type: 'replan' }
    if (job.kind === 'adopt') return noted(decideAdopt(world(), entry ?? job.entry, present, nonce), sent)
    if (!entry) return { type: 'replan' }
    return noted(
      job.kind === 'move' ? decideMove(world(), job.from, entry, present) : decideUpdate(world(), entry, present),
      sent,
    )
  }
}

function noted(decision: Decision, sent: Map<Digest, Digest>): Decision {
  if (decision.type === 'send') sent.set(decision.content, decision.digest)
  return decision
}

function successOf(
  job: RewriteJob,
  { configuration, attempt }: Rewritten<Decided> & { type: 'done' },
  durationMs: number,
): Success {
  const { key, id, fields, reach } = job
  const told = { key, id, name: configuration.name, attempt, durationMs }
  if (job.kind === 'adopt') return { event: 'config.adopted', ...told }
  if (job.kind === 'move') return { event: 'config.moved', from: job.from, fields, reach, ...told }
  return { event: 'config.updated', reason: job.reason, fields, reach, ...told }
}
