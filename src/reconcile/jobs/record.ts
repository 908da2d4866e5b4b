import { ok } from 'neverthrow'
import type { ResolvedEntry } from '../../model/resolved.ts'
import type { ObservedConfiguration } from '../../model/observed.ts'
import { resolve, secretRecords } from '../../plan/keys/resolve.ts'
import { appliedEntry, digestOfFound, heldEntry } from '../applied.ts'
import type { Success } from '../recorder.ts'
import type { Applying, JobParts } from './parts.ts'

/** Writes down what was found as it is declared. */
export async function recordFound({ world, store, recorder }: JobParts, key: string, found: ObservedConfiguration): Applying {
  const declared = world().desired.entries.get(key)
  const resolution = declared && resolve(world(), declared)
  if (resolution?.type !== 'resolved') return ok('again') // the declaration went away meanwhile, or a provider key of it
  const { entry } = resolution
  const { id } = found
  const before = store.entries.get(key)
  // What we applied stays what we applied, whatever the gateway makes of it.
  const isApplied = before?.id === id && before.digest === entry.digest
  const digest = isApplied ? before.digest : digestOfFound(entry, found)
  const applied = appliedEntry(entry, found, digest, secretRecords(world(), entry))
  return recorder.record(key, applied, linked(key, found, before?.id))
}

/** Writes down what stays otherwise than it is declared. */
export async function recordHeld({ observer, store, recorder, world }: JobParts, entry: ResolvedEntry, id: string): Applying {
  const { key } = entry
  const configuration = observer.index.byId(id)
  if (!configuration) return ok('again')
  const before = store.entries.get(key)
  const known = before?.id === id ? before : undefined
  const applied = heldEntry(entry, configuration, known, secretRecords(world(), entry))
  return recorder.record(key, applied, linked(key, configuration, before?.id))
}

function linked(key: string, { id, name }: ObservedConfiguration, before: string | undefined): Success | undefined {
  return before === id ? undefined : { event: 'config.linked', key, id, name }
}
