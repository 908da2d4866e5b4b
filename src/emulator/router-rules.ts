import type { RouterBody, RuleBody, StepBody, StepKeyBody } from './bodies.ts'
import { type Violation, first } from './validate.ts'

/**
 * What the API document says of a router in words and its schema leaves open: what a rule names, which steps take keys, and
 * that a key is attached by id or made from `name` and `value`.
 */
export function checkRouter(router: RouterBody, isProviderKey: (id: string) => boolean): Violation | undefined {
  const rules = [...(router.rules ?? []).entries()].map(([index, rule]) => ({ rule, path: `router.rules[${index}]` }))
  return first(rules, ({ rule, path }) => checkRule(rule, path, isProviderKey)) ?? checkProviders(rules)
}

/** The provider a rule's inline keys are made for: the one it names, or the one its model is qualified with. */
export function ruleProvider({ provider, model }: RuleBody): string {
  return provider || (model ?? '').split(':', 1).join('')
}

/** For each inline key, the provider that it is made for. */
export function inlineKeyProviders({ rules = [] }: RouterBody): readonly string[] {
  return rules.flatMap((rule) => {
    const keys = rule.steps.flatMap((step) => step.keys ?? [])
    return keys.filter(({ id }) => id === undefined).map(() => ruleProvider(rule))
  })
}

function checkRule(rule: RuleBody, path: string, isProviderKey: (id: string) => boolean): Violation | undefined {
  if (!rule.provider && !rule.model) return broken(path, 'names neither a `provider` nor a `model`')
  if (rule.model && !/^[^:]+:./s.test(rule.model)) {
    return broken(`${path}.model`, 'is not qualified with its provider (`openai:openai/gpt-5.5`)')
  }
  return first(rule.steps.entries(), ([index, step]) => checkStep(step, `${path}.steps[${index}]`, isProviderKey))
}

function checkStep({ type, keys = [] }: StepBody, path: string, isProviderKey: (id: string) => boolean): Violation | undefined {
  if (type === 'ngrok' && keys.length > 0) return broken(path, 'is of type `ngrok` and has keys')
  if (type === 'user' && keys.length === 0) return broken(path, 'is of type `user` and has no keys')
  return first(keys.entries(), ([index, key]) => checkKey(key, `${path}.keys[${index}]`, isProviderKey))
}

function checkKey({ id, name, value }: StepKeyBody, path: string, isProviderKey: (id: string) => boolean): Violation | undefined {
  if (id === undefined) {
    return name === undefined || value === undefined ? broken(path, 'needs an `id`, or a `name` and a `value`') : undefined
  }
  if (name !== undefined || value !== undefined) return broken(path, 'has both an `id` and a `name` or `value`')
  return isProviderKey(id) ? undefined : broken(path, `refers to ${id}, which is not a provider key of this account`)
}

/** At most one rule for a provider as a whole. */
function checkProviders(rules: readonly { readonly rule: RuleBody; readonly path: string }[]): Violation | undefined {
  const seen = new Set<string>()
  return first(rules, ({ rule: { provider, model }, path }) => {
    if (!provider || model) return undefined
    if (seen.has(provider)) return broken(path, `is a second rule for the provider ${provider}`)
    seen.add(provider)
    return undefined
  })
}

function broken(path: string, how: string): Violation {
  return { kind: 'invalid', path, msg: `\`${path}\` ${how}.` }
}
