import type { Configuration, NgrokStep } from './configuration.ts'
import type { Entry } from './entry.ts'
import type { ProviderKeyName } from './provider-key.ts'

/** A provider key by its id, whatever the declaration says of it. */
export interface ResolvedKey {
  /** Where it is still to be made, a text that no id is. */
  readonly id: string
  /** It is still to be made. */
  readonly pending?: ProviderKeyName
}

export interface ResolvedUserStep {
  readonly type: 'user'
  readonly keys: readonly ResolvedKey[]
  readonly keySelectionStrategy?: 'ordered'
}

export interface ResolvedRule {
  readonly provider?: string
  readonly model?: string
  readonly steps: readonly (ResolvedUserStep | NgrokStep)[]
}

export interface ResolvedRouter {
  readonly rules?: readonly ResolvedRule[]
}

/** What is declared, with each provider key by its id: what the gateway is told. */
export interface ResolvedConfiguration extends Omit<Configuration, 'router'> {
  readonly router?: ResolvedRouter
}

/** An entry whose provider keys are known, or known to be still to be made. */
export interface ResolvedEntry extends Omit<Entry, 'configuration'> {
  readonly configuration: ResolvedConfiguration
}

/** The provider keys that are still to be made. */
export function pendingKeys(configuration: ResolvedConfiguration): readonly ProviderKeyName[] {
  return keysOf(configuration).flatMap(({ pending }) => pending ?? [])
}

/** Whether a rule refers to a provider key. */
export function refersTo(configuration: ResolvedConfiguration, providerKeyId: string): boolean {
  return keysOf(configuration).some(({ id }) => id === providerKeyId)
}

function keysOf({ router }: ResolvedConfiguration): readonly ResolvedKey[] {
  return (router?.rules ?? []).flatMap(({ steps }) => steps.flatMap((step) => (step.type === 'user' ? step.keys : [])))
}
