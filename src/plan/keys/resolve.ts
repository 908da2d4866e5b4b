import type { Router, RouterRule, RouterStep, StepKey } from '../../model/configuration.ts'
import type { Entry } from '../../model/entry.ts'
import type { KeyProblem } from '../../model/planned.ts'
import { type ProviderKeyName, ruleProvider } from '../../model/provider-key.ts'
import type { ResolvedEntry, ResolvedKey, ResolvedRouter, ResolvedRule } from '../../model/resolved.ts'
import type { World } from '../world.ts'
import { secretRecord, UNSURE } from './records.ts'
import { standingOf } from './standing.ts'

export type Resolution =
  | { readonly type: 'resolved'; readonly entry: ResolvedEntry }
  /** It cannot be applied. */
  | { readonly type: 'problem'; readonly problem: KeyProblem }

/** An entry with every provider key by its id; one that is still to be made has none yet. */
export function resolve(world: World, entry: Entry): Resolution {
  const { router, ...rest } = entry.configuration
  if (!router?.rules || !namesKeys(entry)) return { type: 'resolved', entry: entry as ResolvedEntry } // each key has its id
  const problems: KeyProblem[] = []
  const resolved = resolveRouter(router, (name, isManaged) => {
    const found = isManaged ? findManaged(world, name) : findNamed(world, name)
    if (!('type' in found)) return found
    problems.push(found)
    return NONE
  })
  const [problem] = problems
  if (problem) return { type: 'problem', problem }
  return { type: 'resolved', entry: { ...entry, configuration: { ...rest, router: resolved } } }
}

/** What the lockfile is to say of an entry's secrets: what was applied last, wherever that is known. */
export function secretRecords(world: World, { managedKeys = [] }: Pick<Entry, 'managedKeys'>): Readonly<Record<string, string>> {
  const records = managedKeys.flatMap((use): [string, string][] => {
    const standing = standingOf(world, use)
    if (standing?.type !== 'change' || standing.change.kind === 'create') return []
    const { change } = standing
    const applied = ('record' in change && change.record) || appliedTo(world, change.id)
    return applied === undefined ? [] : [[use.path, secretRecord(change.id, applied)]]
  })
  return Object.fromEntries(records)
}

function appliedTo({ providerKeys }: World, id: string): string | undefined {
  return providerKeys.isUnsure(id) ? UNSURE : providerKeys.appliedTo(id)
}

const NONE: ResolvedKey = { id: '' }

/** Whether an entry says a provider key by its name anywhere. */
export function namesKeys({ configuration: { router } }: Pick<Entry, 'configuration'>): boolean {
  return (router?.rules ?? []).some(({ steps }) => steps.some(saysName)) // looked for in each entry at each resync
}

function saysName(step: RouterStep): boolean {
  return step.type === 'user' && step.keys.some(({ id }) => id === undefined)
}

type Find = (name: ProviderKeyName, isManaged: boolean) => ResolvedKey

function resolveRouter({ rules = [] }: Router, find: Find): ResolvedRouter {
  return { rules: rules.map((rule) => resolveRule(rule, find)) }
}

function resolveRule(rule: RouterRule, find: Find): ResolvedRule {
  const { provider, model, steps } = rule
  const names = { ...(provider !== undefined && { provider }), ...(model !== undefined && { model }) }
  return { ...names, steps: steps.map((step) => resolveStep(step, ruleProvider(rule), find)) }
}

function resolveStep(step: RouterStep, provider: string, find: Find): ResolvedRule['steps'][number] {
  if (step.type === 'ngrok') return step
  return { ...step, keys: step.keys.map((key) => resolveKey(key, provider, find)) }
}

function resolveKey({ id, name = '', value }: StepKey, provider: string, find: Find): ResolvedKey {
  return id === undefined ? find({ provider, name }, value !== undefined) : { id }
}

function findManaged(world: World, name: ProviderKeyName): ResolvedKey | KeyProblem {
  const standing = standingOf(world, name)
  if (standing?.type === 'problem') return standing.problem
  if (!standing || standing.change.kind === 'create') return { id: pendingId(name), pending: name }
  return { id: standing.change.id }
}

/** What no id of the gateway is, and differs for each that is to be made. */
function pendingId({ provider, name }: ProviderKeyName): string {
  return `to be made: ${JSON.stringify([provider, name])}`
}

/** One that another entry manages is that one, there or not: whoever needs it first has it made. */
function findNamed(world: World, key: ProviderKeyName): ResolvedKey | KeyProblem {
  if (standingOf(world, key)?.type === 'change') return findManaged(world, key)
  const named = world.providerKeys.named(key)
  const [only] = named
  if (!only) return { type: 'provider-key-unknown', key }
  return named.length === 1 ? { id: only.id } : { type: 'provider-key-ambiguous', key, ids: named.map(({ id }) => id) }
}
