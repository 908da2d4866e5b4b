import { defineConfig, defineConfigs } from 'aigw-sync'
import type { Access, Configuration, Declaration, RouterRule, RouterStep } from 'aigw-sync'

declare const team: string

// What is known only when the module runs is measured then.
export const computed = defineConfig({ name: `${team} chatbot`, description: team })
export const spread = defineConfig({ ...computed, name: 'another' })
export const longest = defineConfig({
  name: 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy',
})

const access: Access = { providers: { allow: ['openai', 'a provider of our own'] }, models: { allow: [] } }
const step: RouterStep = { type: 'user', keys: [{ id: 'aigpk_1' }, { id: 'aigpk_2' }], keySelectionStrategy: 'ordered' }
const rules: readonly RouterRule[] = [
  { provider: 'openai', steps: [step, { type: 'ngrok' }] },
  { model: 'ours:ours/llama', steps: [step] },
  { provider: 'openai', model: 'openai:openai/gpt-5.5', steps: [step] },
]

export default defineConfigs({
  web: {
    name: 'Web',
    description: '',
    metadata: { team: 'a', limits: [1, { soft: true, none: null }] },
    access,
    router: { rules },
    key: 'team-a/web',
    renamedFrom: 'web',
    protect: true,
  },
  taken: { name: 'Taken over', adopt: 'aigac_1' },
  batch: { name: team, metadata: 'plain text', access: {}, router: {} },
  computed,
})

export const generated = defineConfigs(Object.fromEntries(['a', 'b'].map((name) => [name, { name, access }])))
export const satisfied = {
  name: 'x',
  router: { rules: [{ provider: 'openai', steps: [{ type: 'ngrok' }] }] },
} satisfies Declaration
export const plain: Configuration = satisfied
