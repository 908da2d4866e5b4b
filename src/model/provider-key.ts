import type { SecretSource } from './secret.ts'
import type { Stamp } from './stamp.ts'

/** A provider key as the gateway sent it, metadata decoded once (`AIGatewayProviderAPIKeyDetail`). */
export interface ObservedProviderKey {
  readonly id: string
  /** The provider it is for, as `providerId` has it. */
  readonly provider: string
  readonly name: string
  /** The value's display form: its first 10 characters, `***`, its last 4; less of a short one. */
  readonly keyRedacted: string
  /** The raw metadata string. */
  readonly metadata?: string
  /** The ownership mark found in `metadata`, if any. Its `key` is the name under which entries declare it. */
  readonly stamp?: Stamp
  /** RFC 3339, by the gateway's clock. */
  readonly createdAt: string
  readonly updatedAt: string
  /** `Ref.id` of who wrote last. */
  readonly lastUpdatedBy: string
}

/** What a managed provider key goes by: one of a name for each provider. */
export interface ProviderKeyName {
  readonly provider: string
  readonly name: string
}

/** A place in a declaration that says `{ name, value }`. */
export interface ManagedKeyUse extends ProviderKeyName {
  /** Of the value in the configuration: `router.rules[0].steps[0].keys[0].value`. */
  readonly path: string
  readonly secret: SecretSource
}

/** What entries say of one managed provider key. */
export interface Managed {
  /** The keys of the entries that declare it. */
  readonly entries: ReadonlySet<string>
  /** The secrets that they say, each once: more than one contradict each other. */
  readonly secrets: readonly SecretSource[]
}

/** One text for each name of a provider: no provider has a line break in its own. */
export function providerKeyId({ provider, name }: ProviderKeyName): string {
  return `${provider}\n${name}`
}

/** For people: `openai-prod (openai)`. */
export function describeProviderKey({ provider, name }: ProviderKeyName): string {
  return `${name} (${provider})`
}

/** The provider that keys of a rule are for. A rule that holds names of keys says the same provider wherever it says one. */
export function ruleProvider({ provider, model = '' }: { readonly provider?: string; readonly model?: string }): string {
  return provider ?? providerOfModel(model) ?? ''
}

/** What stands before the colon: `openai` of `openai:openai/gpt-5.5`. */
export function providerOfModel(model: string): string | undefined {
  return /^[^:]+(?=:)/.exec(model)?.[0]
}
