import { defineConfig, defineConfigs, secret } from 'aigw-sync'
import type { Access, Configuration, Declaration, RouterRule, RouterStep, SecretReference, StepKey } from 'aigw-sync'

declare const team: string

// What is known only when the module runs is measured then.
export const computed = defineConfig({ name: `${team} chatbot`, description: team })
export const spread = defineConfig({ ...computed, name: 'another' })
export const longest = defineConfig({
  name: 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy',
})

const access: Access = { providers: { allow: ['openai', 'a provider of our own'] }, models: { allow: [] } }
const step: RouterStep = { type: 'user', keys: [{ id: 'aigpk_1' }, { id: 'aigpk_2' }], keySelectionStrategy: 'ordered' }
const openai: SecretReference = secret.env('OPENAI_API_KEY')
const shared: StepKey = { name: 'prod', value: openai }
const keys: RouterStep = {
  type: 'user',
  keys: [
    shared,
    { name: 'stored' },
    { name: `of ${team}`, value: secret.file(`/run/secrets/${team}`) },
    { name: 'by systemd', value: secret.credential('openai') },
    { name: 'as in JSON', value: { $env: 'OPENAI_API_KEY' } },
  ],
}
const rules: readonly RouterRule[] = [
  { provider: 'openai', steps: [step, { type: 'ngrok' }] },
  { model: 'ours:ours/llama', steps: [step, keys] },
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
