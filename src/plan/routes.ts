import { canonicalJson } from '../model/canonical.ts'

/** A routing rule, as declared or as the gateway says it. */
export interface Rule {
  readonly provider?: string
  readonly model?: string
  readonly steps: readonly Step[]
}

interface Step {
  readonly type: string
  readonly keys?: readonly { readonly id: string }[]
}

/** Whether a request may be sent with a credential that it could not be sent with before. */
export function addsCredentials(before: readonly Rule[], after: readonly Rule[]): boolean {
  const [old, now] = [before.map(routeOf), after.map(routeOf)]
  if (isNarrowed(old, now)) return false
  const routes = [...old, ...now]
  const upstreams = upstreamsOf(routes)
  if (upstreams.length * routes.length > MOST_PAIRS) return true
  return upstreams.some((names) =>
    modelsOf(routes, names).some((model) => !isCovered(deciding(old, names, model), deciding(now, names, model))),
  )
}

/** More than that are not looked at one by one: what adds or changes anything counts as wider then. */
const MOST_PAIRS = 250_000

type Credentials = ReadonlySet<string>

/** What a rule says of requests. */
interface Route {
  /** By which it names an upstream: `provider`, and what stands before the colon in `model`. */
  readonly names: readonly string[]
  /** Without its provider. Left out where the rule is for all of them. */
  readonly model?: string
  readonly chain: Credentials
}

function routeOf({ provider, model, steps }: Rule): Route {
  const colon = model?.indexOf(':') ?? -1
  const prefix = colon === -1 ? undefined : model?.slice(0, colon)
  const names = [provider, prefix].filter((name) => name !== undefined)
  return { names, ...(model !== undefined && { model: model.slice(colon + 1) }), chain: chainOf(steps) }
}

/** Steps are a chain of fallbacks, so that every one of them can be come to; their order is no matter of reach. */
function chainOf(steps: readonly Step[]): Credentials {
  return new Set(steps.length > 0 ? steps.flatMap(credentialsOf) : ['no step'])
}

/** What the API document does not describe is comparable only to itself. */
function credentialsOf({ type, keys = [] }: Step): readonly string[] {
  if (type === 'user' && keys.length > 0) return keys.map(({ id }) => `key ${id}`)
  return type === 'ngrok' ? ['ngrok'] : [`step ${canonicalJson([type, ...keys.map(({ id }) => id)])}`]
}

/** What no rule names: there are more providers and models than rules. No name is empty. */
const ANY_OTHER = ''

/**
 * The upstreams that requests may go to, by their names. A user-defined provider has two, its own and an id (`aigp_…`); which belong
 * together is not known here, so that each two that might are looked at as one as well.
 */
function upstreamsOf(routes: readonly Route[]): readonly (readonly string[])[] {
  const names = [...new Set(routes.flatMap((route) => route.names))]
  const ids = names.filter(isProviderId)
  const others = names.filter((name) => !isProviderId(name))
  return [[ANY_OTHER], ...names.map((name) => [name]), ...ids.flatMap((id) => others.map((name) => [id, name]))]
}

function isProviderId(name: string): boolean {
  return name.startsWith('aigp_')
}

function modelsOf(routes: readonly Route[], names: readonly string[]): readonly string[] {
  const named = routes.filter((route) => bearing(route, names) !== 'never').flatMap(({ model }) => model ?? [])
  return [...new Set([ANY_OTHER, ...named])]
}

/** `maybe`: it names no provider, or two, of which this is one. What that means is not documented. */
function bearing(route: Route, names: readonly string[]): 'surely' | 'maybe' | 'never' {
  const hits = route.names.filter((name) => names.includes(name)).length
  if (hits === 0 && route.names.length > 0) return 'never'
  return hits > 0 && hits === route.names.length ? 'surely' : 'maybe'
}

/** What happens where no rule applies: built-in providers are called with ngrok's credentials. */
const DEFAULT: Route = { names: [], chain: new Set(['ngrok']) }

/** The rules of which one decides about a request: those for its model, else those for its provider, else none. */
function deciding(routes: readonly Route[], names: readonly string[], model: string): readonly Route[] {
  const isSure = (route: Route) => bearing(route, names) === 'surely'
  const all = routes.filter((route) => (route.model ?? model) === model && bearing(route, names) !== 'never')
  const forModel = all.filter((route) => route.model !== undefined)
  if (forModel.some(isSure)) return forModel
  return all.some(isSure) ? all : [...all, DEFAULT]
}

/** Which of several decides is not documented: if they are not the same ones, the most that can be used was certain before. */
function isCovered(old: readonly Route[], now: readonly Route[]): boolean {
  return isNarrowed(old, now) || now.every(({ chain }) => old.every((known) => chain.isSubsetOf(known.chain)))
}

/** The same rules in the same order, and none lets more through: whichever decides, it is the same one. */
function isNarrowed(old: readonly Route[], now: readonly Route[]): boolean {
  if (old.length !== now.length) return false
  return old.every((route, index) => {
    const after = now[index]
    return after !== undefined && isSameTarget(route, after) && after.chain.isSubsetOf(route.chain)
  })
}

function isSameTarget(a: Route, b: Route): boolean {
  return a.model === b.model && canonicalJson(a.names) === canonicalJson(b.names)
}
