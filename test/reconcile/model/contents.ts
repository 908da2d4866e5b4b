/** What is declared here, and what people make of it by hand. */
import type { Configuration } from '../../../src/model/configuration.ts'

const user = (id: string) => ({ type: 'user', keys: [{ id }] }) as const
const few = { models: { allow: ['openai/gpt-4o'] } }

/** From nothing to everything, with and without keys of one's own. */
export const CONTENTS: readonly Omit<Configuration, 'name'>[] = [
  { access: few },
  { access: { models: { allow: ['openai/gpt-5', 'openai/gpt-4o'] } } },
  { access: { providers: { allow: ['openai'] }, models: { allow: ['openai/gpt-4o'] } } },
  {},
  { access: { models: { allow: [] } } },
  { access: few, router: { rules: [{ provider: 'openai', steps: [user('aigpk_1'), { type: 'ngrok' }] }] } },
  { access: few, router: { rules: [{ provider: 'openai', steps: [user('aigpk_2')] }] } },
  { description: ' padded ', metadata: { team: 'x' }, access: { providers: {}, models: { allow: ['anthropic/claude'] } } },
]

export function contentOf(key: string, which: number): Configuration {
  return { name: key, ...CONTENTS[which] }
}
