import type { EventFields, EventName } from '../model/events.ts'
import { adminEvents } from './catalogue/admin.ts'
import { configEvents } from './catalogue/config.ts'
import { daemonEvents } from './catalogue/daemon.ts'
import { driftEvents } from './catalogue/drift.ts'
import { gatewayEvents } from './catalogue/gateway.ts'
import { providerKeyEvents } from './catalogue/provider-key.ts'
import { recordEvents } from './catalogue/record.ts'
import { sourceEvents } from './catalogue/source.ts'
import { tokenEvents } from './catalogue/token.ts'
import type { Row } from './row.ts'

/** Every event with its level and sentence. An event without a row does not compile. */
export const CATALOGUE: { readonly [Name in EventName]: Row<Name> } = {
  ...daemonEvents,
  ...adminEvents,
  ...tokenEvents,
  ...sourceEvents,
  ...recordEvents,
  ...configEvents,
  ...providerKeyEvents,
  ...driftEvents,
  ...gatewayEvents,
}

/** One event, as `SyncEvent` has it, with its name as a type. */
export type NamedEvent<Name extends EventName> = { readonly event: Name } & EventFields[Name]

export function rowOf<Name extends EventName>(event: NamedEvent<Name>): Row<Name> {
  return CATALOGUE[event.event]
}
