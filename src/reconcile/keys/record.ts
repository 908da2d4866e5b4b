import { err, ok, Result } from 'neverthrow'
import type { LockfileStore } from '../../lockfile/store.ts'
import { idIn, secretRecord } from '../../plan/keys/records.ts'
import type { Unrecorded } from '../recorder.ts'

/** Writes down what was applied to a provider key, for each entry that the lockfile ties to it, in one go. */
export async function recordFingerprint(
  store: LockfileStore,
  id: string,
  fingerprint: string,
): Promise<Result<void, Unrecorded>> {
  const record = secretRecord(id, fingerprint)
  const writings = [...store.entries].flatMap(([key, entry]) => {
    const paths = Object.keys(entry.secrets).filter((path) => idIn(entry.secrets[path]) === id)
    if (paths.length === 0) return []
    const secrets = { ...entry.secrets, ...Object.fromEntries(paths.map((path) => [path, record])) }
    return [store.record(key, { ...entry, secrets })]
  })
  const written = Result.combine(await Promise.all(writings))
  return written.isErr() ? err({ type: 'unrecorded', code: written.error.code, msg: written.error.msg }) : ok()
}
