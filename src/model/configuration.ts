/**
 * What a module declares: the writable half of an access key configuration.
 *
 * Shapes follow `AIGatewayAccessKeyConfigurationCreate` of the API document, narrowed where the document says in words
 * what its schema leaves open (a `user` step needs keys, an `ngrok` step has none, a rule names a provider or a model).
 */

import type { ModelName, ProviderName, QualifiedModelName } from './catalog.ts'
import type { SecretReference } from './secret-reference.ts'

/** A value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** An object that JSON can carry. */
export interface JsonObject {
  readonly [property: string]: Json
}

/** One dimension of an access scope. `allow` left out: no restriction. `allow: []`: nothing is allowed. */
export interface AccessDimension<Name extends string = string> {
  /** Exact names; there are no wildcards. */
  readonly allow?: readonly Name[]
}

/** What a key may reach. Leaving the whole object out means everything. */
export interface Access {
  readonly providers?: AccessDimension<ProviderName>
  readonly models?: AccessDimension<ModelName>
}

/** A provider key stored in the account, attached by its id (`aigpk_…`). */
export interface StoredKey {
  readonly id: string
  readonly name?: never
  readonly value?: never
}

/** A provider key stored in the account for the rule's provider, looked up by its name. */
export interface NamedKey {
  readonly name: string
  readonly id?: never
  readonly value?: never
}

/** A provider key of our own, for the rule's provider: made, and kept at this value. Several entries may declare the same one. */
export interface ManagedKey {
  /** 1 to 255 characters. */
  readonly name: string
  /** `secret.env('OPENAI_API_KEY')`: where the value is, never the value itself. */
  readonly value: SecretReference
  readonly id?: never
}

export type StepKey = StoredKey | NamedKey | ManagedKey

/** Calls the provider with the account's own keys, tried in order. */
export interface UserStep {
  readonly type: 'user'
  readonly keys: readonly [StepKey, ...StepKey[]]
  readonly keySelectionStrategy?: 'ordered'
}

/** Calls a built-in provider with ngrok's credentials. */
export interface NgrokStep {
  readonly type: 'ngrok'
}

export type RouterStep = UserStep | NgrokStep

/** The fallback chain of a rule: steps run in order, at least one. */
export type RouterSteps = readonly [RouterStep, ...RouterStep[]]

/** A rule names a provider, a model (`openai:openai/gpt-5.5`), or both. */
export type RouterRule =
  | { readonly provider: ProviderName; readonly model?: QualifiedModelName; readonly steps: RouterSteps }
  | { readonly provider?: ProviderName; readonly model: QualifiedModelName; readonly steps: RouterSteps }

export interface Router {
  readonly rules?: readonly RouterRule[]
}

/** The fields that reach the gateway. */
export interface Configuration {
  /** A label, 1 to 255 characters. It need not be unique. */
  readonly name: string
  /** At most 255 characters. */
  readonly description?: string
  /** Your own metadata; kept beside the ownership stamp. Together they fit 4,096 characters. */
  readonly metadata?: string | JsonObject
  /** Left out: the key may reach every provider and model. */
  readonly access?: Access
  /** Left out: the gateway's default routing. */
  readonly router?: Router
}

/** What one declaration in a module may say: the configuration, and how aigw-sync is to treat it. */
export interface Declaration extends Configuration {
  /** A stable key to use instead of the file's path. */
  readonly key?: string
  /** Refuses deletion, even after the file is gone. */
  readonly protect?: boolean
  /** The key this entry had before; the configuration on the gateway keeps its id. */
  readonly renamedFrom?: string
  /** The id (`aigac_…`) of a configuration that nobody owns yet and this entry takes over. Once taken, it says nothing more. */
  readonly adopt?: string
}
