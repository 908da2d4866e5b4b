import type { Configuration } from '../../model/configuration.ts'
import { type ProviderKeyName, ruleProvider } from '../../model/provider-key.ts'

/** A provider key as a rule says it: by its id, or by its name among those of the rule's provider. */
export interface DeclaredKey extends ProviderKeyName {
  readonly id: string | undefined
}

/** Every place that says a provider key. */
export function declaredKeys({ router }: Configuration): readonly DeclaredKey[] {
  return (router?.rules ?? []).flatMap((rule) =>
    rule.steps.flatMap((step) =>
      step.type === 'user' ? step.keys.map(({ id, name = '' }) => ({ id, name, provider: ruleProvider(rule) })) : [],
    ),
  )
}
