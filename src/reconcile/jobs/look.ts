import { ok, type Result } from 'neverthrow'
import type { GatewayError } from '../../gateway/errors.ts'
import type { ObservedConfiguration } from '../../model/observed.ts'
import type { ApplyOptions, JobParts } from './parts.ts'

/** Looks at one configuration, and remembers what was seen. */
export async function lookAt(
  { gateway, observer }: Pick<JobParts, 'gateway' | 'observer'>,
  id: string,
  options: ApplyOptions,
): Promise<Result<ObservedConfiguration | undefined, GatewayError>> {
  const looked = await gateway.find(id, options)
  if (looked.isErr()) return looked
  if (looked.value) observer.wrote(looked.value)
  else observer.lacks(id)
  return looked
}

/** A listing may lag behind what it lists, so that absence from one does not prove a recorded configuration gone. */
export async function confirmMissing(parts: JobParts, id: string, options: ApplyOptions): Promise<Result<boolean, GatewayError>> {
  if (parts.observer.index.isMissing(id)) return ok(true)
  return (await lookAt(parts, id, options)).map((found) => !found)
}
