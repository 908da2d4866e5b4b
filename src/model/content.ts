import type { Configuration } from './configuration.ts'
import type { ObservedConfiguration } from './observed.ts'
import type { ResolvedConfiguration } from './resolved.ts'
import { decodeMetadata, encodeMetadata } from './stamp.ts'

type AnyConfiguration = Configuration | ResolvedConfiguration | ObservedConfiguration

/** The fields that a configuration consists of, as the API document names them. */
export const CONTENT_FIELDS = ['name', 'description', 'metadata', 'access', 'router'] as const

export type ContentField = (typeof CONTENT_FIELDS)[number]

/**
 * What a configuration means, field by field, the same for a declaration and for what the gateway says of it. What a server may
 * normalise without changing the meaning (the order within `allow`, empty objects, an empty description, an empty list of keys)
 * does not count. Undefined stands for a field that says nothing. A provider key that is declared by its name is not the same as any
 * that is there by its id: what is compared with the gateway is resolved first.
 */
export function contentOf(configuration: AnyConfiguration): Readonly<Record<ContentField, unknown>> {
  return {
    name: configuration.name,
    description: configuration.description || undefined,
    metadata: userMetadata(configuration),
    access: access(configuration.access),
    router: rules(configuration.router?.rules),
  }
}

/**
 * Whether the gateway has a declaration just as it is written, order and all: a cheap first look for ten thousand of them. Where it
 * says no, the contents may still mean the same.
 */
export function isAsWritten(declared: ResolvedConfiguration, observed: ObservedConfiguration): boolean {
  return (
    declared.name === observed.name &&
    (declared.description || undefined) === (observed.description || undefined) &&
    isMetadataAsWritten(declared.metadata, observed) &&
    JSON.stringify(declared.access) === JSON.stringify(observed.access) &&
    isRouterAsWritten(declared.router?.rules, observed.router?.rules)
  )
}

function isMetadataAsWritten(user: Configuration['metadata'], { metadata, stamp }: ObservedConfiguration): boolean {
  return stamp ? metadata === encodeMetadata(stamp, user) : user === undefined && metadata === undefined
}

function isRouterAsWritten(declared: readonly AnyRule[] = [], observed: readonly AnyRule[] = []): boolean {
  return isEach(declared, observed, (one, other) => {
    return one.provider === other.provider && one.model === other.model && isEach(one.steps, other.steps, isStepAsWritten)
  })
}

function isStepAsWritten(one: AnyStep, other: AnyStep): boolean {
  return one.type === other.type && isEach(one.keys ?? [], other.keys ?? [], (key, there) => key.id === there.id)
}

function isEach<Item>(some: readonly Item[], others: readonly Item[], isSame: (one: Item, other: Item) => boolean): boolean {
  return some.length === others.length && some.every((one, index) => isSame(one, others[index] as Item))
}

function userMetadata(configuration: AnyConfiguration): unknown {
  const user = isObserved(configuration) ? decodeMetadata(configuration.metadata).user : configuration.metadata
  return typeof user === 'object' && Object.keys(user).length === 0 ? undefined : user || undefined
}

function isObserved(configuration: AnyConfiguration): configuration is ObservedConfiguration {
  return 'id' in configuration
}

/** Undefined is allow-all; a dimension without `allow` restricts nothing; `allow: []` is kept, it allows nothing. */
function access(scope: Configuration['access']): unknown {
  const providers = names(scope?.providers?.allow)
  const models = names(scope?.models?.allow)
  return providers === undefined && models === undefined ? undefined : { providers, models }
}

function names(allow: readonly string[] | undefined): readonly string[] | undefined {
  return allow && [...new Set(allow)].toSorted()
}

/** No rule at all is the default routing, said or unsaid. */
function rules(declared: readonly AnyRule[] | undefined): unknown {
  return declared?.length ? declared.map(rule) : undefined
}

interface AnyRule {
  readonly provider?: string
  readonly model?: string
  readonly steps: readonly AnyStep[]
}

interface AnyStep {
  readonly type: string
  readonly keys?: readonly AnyKey[]
}

interface AnyKey {
  readonly id?: string
  readonly name?: string
  readonly value?: unknown
}

function rule({ provider, model, steps }: AnyRule): unknown {
  return {
    provider,
    model,
    steps: steps.map(({ type, keys }) => ({ type, keys: keys?.length ? keys.map(keyOf) : undefined })),
  }
}

function keyOf({ id, name, value }: AnyKey): unknown {
  return id ?? (value === undefined ? { name } : { name, managed: true })
}
