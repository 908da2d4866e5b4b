/** A few requests that an access key may make, and what a configuration says of each: written without a look at `plan/reach.ts`. */
import type { Configuration } from '../../../src/model/configuration.ts'
import type { ObservedConfiguration } from '../../../src/model/observed.ts'

const PROVIDERS = ['openai', 'anthropic', 'any-other']
const MODELS = ['openai/gpt-4o', 'openai/gpt-5', 'anthropic/claude', 'any/other']
const CREDENTIALS = ['ngrok', 'aigpk_1', 'aigpk_2']

/** The requests that are let through, each as `provider model credential`. */
export function allowedBy(configuration: Configuration | ObservedConfiguration): ReadonlySet<string> {
  const allowed = new Set<string>()
  for (const provider of PROVIDERS) {
    for (const model of MODELS) {
      if (!names(configuration.access?.providers, provider) || !names(configuration.access?.models, model)) continue
      for (const credential of CREDENTIALS) {
        if (uses(configuration, provider, model, credential)) allowed.add(`${provider} ${model} ${credential}`)
      }
    }
  }
  return allowed
}

/** What is let through afterwards and was not before. */
export function opened(before: Configuration | ObservedConfiguration, after: Configuration | ObservedConfiguration): Set<string> {
  return new Set([...allowedBy(after)].filter((request) => !allowedBy(before).has(request)))
}

function names(dimension: { readonly allow?: readonly string[] } | undefined, name: string): boolean {
  return dimension?.allow === undefined || dimension.allow.includes(name)
}

/** No configuration here has two rules for one request: which of them counts is not documented. */
function uses({ router }: Configuration | ObservedConfiguration, provider: string, model: string, credential: string): boolean {
  const rules: readonly Rule[] = router?.rules ?? []
  const rule = rules.find((each) => each.model === `${provider}:${model}`) ?? rules.find((each) => each.provider === provider)
  if (!rule) return credential === 'ngrok'
  return rule.steps.some(({ type, keys }) =>
    type === 'ngrok' ? credential === 'ngrok' : keys?.some(({ id }) => id === credential),
  )
}

interface Rule {
  readonly provider?: string
  readonly model?: string
  readonly steps: readonly { readonly type: string; readonly keys?: readonly { readonly id?: string }[] }[]
}
