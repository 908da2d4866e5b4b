import type { Declaration } from '../../model/configuration.ts'
import type { ObservedAccess, ObservedConfiguration, ObservedRouter, ObservedRule, ObservedStep } from '../../model/observed.ts'
import type { ResolvedRouter } from '../../model/resolved.ts'
import { decodeMetadata } from '../../model/stamp.ts'

/** How an entry is to be treated, beside what its configuration is. */
export type Treatment = Pick<Declaration, 'adopt' | 'key' | 'protect'>

/** What exists has every provider key by its id. */
export interface ExistingDeclaration extends Omit<Declaration, 'router'> {
  readonly router?: ResolvedRouter
}

/**
 * A configuration as a module would declare it: what says nothing is left out. Whether a module may, is for the parser to say:
 * what it would refuse is still in there.
 */
export function declarationOf(observed: ObservedConfiguration, treatment: Treatment): ExistingDeclaration {
  const { name, description, metadata, access, router } = observed
  return withoutNothing({
    name,
    description: description || undefined,
    ...treatment,
    metadata: userMetadata(metadata),
    access: access && declaredAccess(access),
    router: router && declaredRouter(router),
  }) as unknown as ExistingDeclaration
}

/** What the provider keys of a configuration are called, by their ids. */
export function keyNamesOf({ router }: ObservedConfiguration): ReadonlyMap<string, string> {
  const keys = (router?.rules ?? []).flatMap(({ steps }) => steps).flatMap((step) => step.keys ?? [])
  return new Map(keys.map(({ id, name }) => [id, name]))
}

function userMetadata(metadata: string | undefined): Declaration['metadata'] {
  const { user } = decodeMetadata(metadata)
  return typeof user === 'object' && Object.keys(user).length === 0 ? undefined : user || undefined
}

function declaredAccess({ providers, models }: ObservedAccess): unknown {
  const access = withoutNothing({ providers: dimension(providers?.allow), models: dimension(models?.allow) })
  return Object.keys(access).length === 0 ? undefined : access
}

function dimension(allow: readonly string[] | undefined): unknown {
  return allow && { allow: [...allow] }
}

function declaredRouter({ rules = [] }: ObservedRouter): unknown {
  return rules.length === 0 ? undefined : { rules: rules.map(declaredRule) }
}

function declaredRule({ provider, model, steps }: ObservedRule): unknown {
  return withoutNothing({ provider, model, steps: steps.map(declaredStep) })
}

/** Keys are tried in order where nothing else is said. */
function declaredStep({ type, keys = [], keySelectionStrategy: strategy }: ObservedStep): unknown {
  return withoutNothing({
    type,
    keys: keys.length === 0 ? undefined : keys.map(({ id }) => ({ id })),
    keySelectionStrategy: strategy === 'ordered' ? undefined : strategy,
  })
}

function withoutNothing(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined))
}
