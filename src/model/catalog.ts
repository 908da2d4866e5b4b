/** Names an editor offers. Any other string is accepted as well: accounts have providers and models of their own. */

type AnyString = string & Record<never, never>

/** A catalog `providerId`, the `providerId` of a custom provider, or its `aigp_…` id. */
export type ProviderName =
  | 'anthropic'
  | 'aws-bedrock'
  | 'azure-openai'
  | 'cohere'
  | 'deepseek'
  | 'google'
  | 'groq'
  | 'mistral'
  | 'openai'
  | 'openrouter'
  | 'perplexity'
  | 'together'
  | 'vertex-ai'
  | 'xai'
  | AnyString

/** A model id: `openai/gpt-4.1`, or with its provider `openai:openai/gpt-4o`. */
export type ModelName =
  | 'anthropic/claude-haiku-4.5'
  | 'anthropic/claude-opus-4.5'
  | 'anthropic/claude-sonnet-4.5'
  | 'google/gemini-2.5-flash'
  | 'google/gemini-2.5-pro'
  | 'openai/gpt-4.1'
  | 'openai/gpt-4.1-mini'
  | 'openai/gpt-4o'
  | 'openai/gpt-4o-mini'
  | 'openai/gpt-5'
  | 'openai/gpt-5-mini'
  | 'openai:openai/gpt-4o'
  | 'openai:openai/gpt-5.5'
  | AnyString
