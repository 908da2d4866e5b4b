import type { Configuration } from '../../model/configuration.ts'
import { type ManagedKeyUse, providerKeyId, ruleProvider } from '../../model/provider-key.ts'
import { isSameSecret } from '../../model/secret.ts'
import { readPath } from '../locate/path.ts'
import { below, complain, keysOf, pathText, secretPlace } from './place.ts'
import type { Place } from './place.ts'

/** Each place in a configuration that says `{ name, value }`, in order. */
export function managedKeysOf({ router }: Configuration): readonly ManagedKeyUse[] {
  return (router?.rules ?? []).flatMap((rule, ruleIndex) => {
    const provider = ruleProvider(rule)
    return rule.steps.flatMap((step, stepIndex) => {
      if (step.type !== 'user') return []
      return step.keys.flatMap(({ name, value }, index) => {
        if (value === undefined) return []
        const path = `router.rules[${ruleIndex}].steps[${stepIndex}].keys[${index}].value`
        return [{ provider, name, path, secret: value }]
      })
    })
  })
}

/** One provider key has one value. Several entries may contradict each other as well, which shows only when they are together. */
export function refuseContradictions(place: Place, uses: readonly ManagedKeyUse[]): void {
  const seen = new Map<string, ManagedKeyUse>()
  for (const use of uses) {
    const id = providerKeyId(use)
    const first = seen.get(id) ?? use
    seen.set(id, first)
    if (isSameSecret(first.secret, use.secret)) continue
    const [here, there] = [use, first].map(({ path }) => below(place, readPath(path) ?? [])) as [Place, Place]
    complain(
      '$plain' in use.secret || '$plain' in first.secret ? secretPlace(here) : here,
      `expected one secret for one provider key, got another for the same one at ${pathText(keysOf(there))}`,
      'say the same in both places, or give one of the keys another name',
    )
  }
}
