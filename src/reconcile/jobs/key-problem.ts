import { err, ok } from 'neverthrow'
import { resolve } from '../../plan/keys/resolve.ts'
import type { Job } from '../job.ts'
import type { Applying, ApplyOptions, JobParts } from './parts.ts'

/** Looks once more at the provider keys before an entry fails for what was known of them: somebody may have made one since. */
export async function lookAtKeys(
  { keychain, world }: JobParts,
  { key }: Job & { kind: 'key-problem' },
  options: ApplyOptions,
): Applying {
  const looked = await keychain.observe(options.priority)
  if (looked.isErr()) return err(looked.error)
  const entry = world().desired.entries.get(key)
  const resolution = entry && resolve(world(), entry)
  return resolution?.type === 'problem' ? err({ type: 'provider-key', problem: resolution.problem }) : ok('again')
}
