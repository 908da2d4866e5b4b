/** What the API document says of access and routing, request by request, and scopes that differ a little. */
import fc from 'fast-check'
import type { Scope } from '../../src/plan/reach.ts'

type Rule = NonNullable<NonNullable<Scope['router']>['rules']>[number]
type Step = Rule['steps'][number]

/** A small world of providers. A user-defined one may be named by its id as well. */
const UPSTREAMS = [
  { names: ['openai'], isBuiltIn: true },
  { names: ['google'], isBuiltIn: true },
  { names: ['unnamed'], isBuiltIn: true },
  { names: ['mine', 'aigp_1'], isBuiltIn: false },
  { names: ['yours', 'aigp_2'], isBuiltIn: false },
] as const
const PROVIDERS = ['openai', 'google', 'mine', 'aigp_1', 'aigp_2']
const MODELS = ['m', 'n']
const KEYS = ['k1', 'k2', 'k3']

export const CREDENTIALS = ['ngrok', ...KEYS]

export const REQUESTS = UPSTREAMS.flatMap(({ names, isBuiltIn }) =>
  [...MODELS, 'unnamed'].map((model) => ({ names, isBuiltIn, model })),
)

type Request = (typeof REQUESTS)[number]

/** How what the document leaves open may be meant. */
interface Reading {
  /** Which of several rules for a request counts. */
  readonly pick: 'first' | 'last' | 'all'
  /** What a rule is for that names a provider and a model of another. */
  readonly torn: 'its model' | 'its provider' | 'nothing'
  /** What a rule without steps, and a step without keys, does. */
  readonly empty: 'nothing' | 'everything' | 'default'
}

export const readings: fc.Arbitrary<Reading> = fc.record({
  pick: fc.constantFrom('first', 'last', 'all'),
  torn: fc.constantFrom('its model', 'its provider', 'nothing'),
  empty: fc.constantFrom('nothing', 'everything', 'default'),
})

/** Whether a request may be sent with a credential. */
export function lets({ access, router }: Scope, request: Request, credential: string, reading: Reading): boolean {
  const { names, model } = request
  const providers = access?.providers?.allow
  const models = access?.models?.allow
  if (providers && !names.some((name) => providers.includes(name))) return false
  if (models && ![model, ...names.map((name) => `${name}:${model}`)].some((name) => models.includes(name))) return false
  return credentials(router?.rules ?? [], request, reading).includes(credential)
}

function credentials(rules: readonly Rule[], request: Request, reading: Reading): readonly string[] {
  const known = rules.filter(({ steps }) => steps.length > 0 || reading.empty !== 'default')
  const forModel = known.filter((rule) => isForModel(rule, request, reading))
  const names: readonly string[] = request.names
  const forProvider = known.filter(({ provider, model }) => model === undefined && names.includes(provider ?? ''))
  const deciding = forModel.length > 0 ? forModel : forProvider
  if (deciding.length === 0) return request.isBuiltIn ? ['ngrok'] : []
  const counting = reading.pick === 'all' ? deciding : deciding.slice(...(reading.pick === 'first' ? [0, 1] : [-1]))
  return counting.flatMap(({ steps }) => chain(steps, request, reading))
}

function isForModel({ provider, model }: Rule, request: Request, { torn }: Reading): boolean {
  const names: readonly string[] = request.names
  const [prefix = '', rest] = model?.split(':') ?? []
  if (rest !== request.model) return false
  const isItsModel = names.includes(prefix)
  const isItsProvider = provider === undefined ? isItsModel : names.includes(provider)
  if (isItsModel && isItsProvider) return true
  return torn === 'its model' ? isItsModel : torn === 'its provider' && isItsProvider
}

function chain(steps: readonly Step[], request: Request, { empty }: Reading): readonly string[] {
  const everything = empty === 'everything' ? KEYS : []
  if (steps.length === 0) return everything
  return steps.flatMap(({ type, keys = [] }) => {
    if (type === 'ngrok') return request.isBuiltIn ? ['ngrok'] : []
    return keys.length === 0 ? everything : keys.map(({ id }) => id)
  })
}

const provider = fc.constantFrom(...PROVIDERS)
const model = fc.constantFrom(...PROVIDERS.flatMap((name) => MODELS.map((each) => `${name}:${each}`)))
const keyId = fc.constantFrom(...KEYS)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'ngrok' }) },
  { weight: 6, arbitrary: fc.uniqueArray(keyId, { minLength: 1, maxLength: 2 }).map((ids) => userStep('user', ids)) },
  { weight: 1, arbitrary: fc.constantFrom({ type: 'user' }, { type: 'pool' }, userStep('pool', ['k1'])) },
)
const steps = fc.oneof(
  { weight: 9, arbitrary: fc.array(step, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constant([]) },
)
const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ provider, steps }),
  fc.record({ model, steps }),
  fc.record({ provider, model, steps }),
  fc.tuple(model, steps).map(([name, some]) => ({ provider: name.split(':')[0] ?? '', model: name, steps: some })),
)
const allowed = (name: fc.Arbitrary<string>) => fc.option(fc.uniqueArray(name, { maxLength: 3 }), { nil: undefined, freq: 2 })
const modelName = fc.oneof(model, fc.constantFrom(...MODELS))

interface Parts {
  readonly providers: readonly string[] | undefined
  readonly models: readonly string[] | undefined
  readonly rules: readonly Rule[]
}

const parts = fc.record<Parts>({
  providers: allowed(provider),
  models: allowed(modelName),
  rules: fc.array(rule, { maxLength: 3 }),
})

function userStep(type: string, ids: readonly string[]): Step {
  return { type, keys: ids.map((id) => ({ id })) }
}

function scopeOf({ providers, models, rules }: Parts): Scope {
  const dimensions = { ...(providers && { providers: { allow: providers } }), ...(models && { models: { allow: models } }) }
  const access = (providers ?? models) ? { access: dimensions } : {}
  return { ...access, ...(rules.length > 0 && { router: { rules } }) }
}

/** One small thing that somebody does to a scope. */
const edit = fc.record({
  what: fc.constantFrom('providers', 'models', 'rules', 'rules', 'steps', 'steps', 'keys', 'keys', 'target'),
  how: fc.constantFrom('add', 'remove', 'remove', 'replace', 'reverse', 'drop all'),
  at: fc.nat(5),
  within: fc.nat(5),
  provider,
  modelName,
  rule,
  step,
  keyId,
})
type Edit = typeof edit extends fc.Arbitrary<infer Each> ? Each : never

function edited(before: Parts, each: Edit): Parts {
  const { what } = each
  if (what === 'providers') return { ...before, providers: changed(before.providers ?? [], each, each.provider) }
  if (what === 'models') return { ...before, models: changed(before.models ?? [], each, each.modelName) }
  if (what === 'rules') return { ...before, rules: changed(before.rules, each, each.rule) ?? [] }
  const index = each.at % Math.max(before.rules.length, 1)
  return { ...before, rules: before.rules.map((old, place) => (place === index ? editedRule(old, each) : old)) }
}

function editedRule(old: Rule, each: Edit): Rule {
  if (each.what === 'target') return { ...each.rule, steps: old.steps }
  if (each.what === 'steps') return { ...old, steps: changed(old.steps, each, each.step) ?? [] }
  const index = each.within % Math.max(old.steps.length, 1)
  return {
    ...old,
    steps: old.steps.map((known, place) => {
      if (place !== index || known.type === 'ngrok') return known
      return { ...known, keys: changed(known.keys ?? [], each, { id: each.keyId }) ?? [] }
    }),
  }
}

/** @returns undefined where the list itself is left out */
function changed<Item>(list: readonly Item[], { how, at, within }: Edit, item: Item): readonly Item[] | undefined {
  const index = (at + within) % Math.max(list.length, 1)
  switch (how) {
    case 'add':
      return [...list, item]
    case 'remove':
      return list.toSpliced(index, 1)
    case 'replace':
      return list.toSpliced(index, 1, item)
    case 'reverse':
      return list.toReversed()
    case 'drop all':
      return undefined
  }
}

/** Two scopes, most of them near each other, in either direction. */
export const changes: fc.Arbitrary<readonly [Scope, Scope]> = fc
  .record({ before: parts, edits: fc.array(edit, { maxLength: 3 }), other: parts, isFar: fc.nat(9), isBack: fc.boolean() })
  .map(({ before, edits, other, isFar, isBack }) => {
    const after = isFar === 0 ? other : edits.reduce(edited, before)
    return isBack ? [scopeOf(after), scopeOf(before)] : [scopeOf(before), scopeOf(after)]
  })

/** Scopes of which no two rules are for the same, nor may be. */
export const unambiguous: fc.Arbitrary<Scope> = fc
  .record({
    providers: allowed(provider),
    models: allowed(modelName),
    rules: fc.uniqueArray(
      fc.oneof(
        fc.record({ provider: fc.constantFrom('openai', 'google', 'mine'), steps }),
        fc.record({ model: fc.constantFrom('openai:m', 'openai:n', 'mine:m'), steps }),
      ),
      { selector: (each) => ('model' in each ? each.model : each.provider), maxLength: 4 },
    ),
  })
  .map(scopeOf)

/** The same in another order, everywhere. */
export function shuffled({ access, router }: Scope, random: Iterator<number>): Scope {
  const mix = <Item>(list: readonly Item[]): readonly Item[] =>
    list
      .map((item) => ({ item, rank: Number(random.next().value) }))
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ item }) => item)
  const { providers, models } = access ?? {}
  const rules = router?.rules?.map((each) => ({
    ...each,
    steps: mix(each.steps.map((known) => ({ ...known, ...(known.keys && { keys: mix(known.keys) }) }))),
  }))
  const dimensions = {
    ...(providers && { providers: { allow: mix(providers.allow ?? []) } }),
    ...(models && { models: { allow: mix(models.allow ?? []) } }),
  }
  return { ...(access && { access: dimensions }), ...(rules && { router: { rules: mix(rules) } }) }
}
