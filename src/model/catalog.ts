/**
 * Names an editor offers. Any other string is accepted as well: catalogs grow, and accounts have providers and models of their own.
 * From the model catalog and the guides on access key configurations in ngrok's public documentation.
 */

type AnyString = string & Record<never, never>

type CatalogProvider =
  | 'anthropic'
  | 'deepseek'
  | 'google'
  | 'groq'
  | 'hyperbolic'
  | 'inceptionlabs'
  | 'inference-net'
  | 'openai'
  | 'openrouter'

type CatalogModel =
  | 'anthropic/claude-haiku-4-5'
  | 'anthropic/claude-opus-4-5'
  | 'anthropic/claude-sonnet-4-6'
  | 'deepseek/deepseek-chat'
  | 'deepseek/deepseek-reasoner'
  | 'google/gemini-2.5-flash'
  | 'google/gemini-2.5-pro'
  | 'openai/gpt-4.1'
  | 'openai/gpt-4.1-mini'
  | 'openai/gpt-4o'
  | 'openai/gpt-4o-mini'
  | 'openai/gpt-5'
  | 'openai/gpt-5-mini'
  | 'openai/gpt-5.5'

type Provided<Model extends string> = Model extends `${infer Provider}/${string}` ? `${Provider}:${Model}` : never

/** A catalog `providerId`, the `providerId` of a custom provider, or its `aigp_…` id. */
export type ProviderName = CatalogProvider | AnyString

/** A model id: `openai/gpt-4.1`, or with its provider `openai:openai/gpt-4o`. */
export type ModelName = CatalogModel | Provided<CatalogModel> | AnyString

/** A model id with its provider: `openai:openai/gpt-5.5`. A rule takes no other; one without `:` is refused when the module is read. */
export type QualifiedModelName = Provided<CatalogModel> | AnyString
