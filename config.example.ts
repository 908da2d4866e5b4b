// An access key configuration says what an access key of your AI Gateway may reach, and by which way. Each module in this folder
// declares one, or several by name as this one does. Save a file, and the configuration exists on the gateway.
import { defineConfigs } from 'aigw-sync'
import type { RouterRule } from 'aigw-sync'

// Both configurations below share these rules. What modules share goes into a file whose name starts with `_`, such as
// `_shared.ts`, from where they import it: it declares nothing itself, and a change in it reaches all of them.
const rules: readonly RouterRule[] = [
  // With ngrok's credentials:
  { provider: 'openai', steps: [{ type: 'ngrok' }] },
  { provider: 'anthropic', steps: [{ type: 'ngrok' }] },
  // With a provider key that is stored in your account, and with ngrok's credentials if that fails:
  // { provider: 'google', steps: [{ type: 'user', keys: [{ name: 'google-prod' }] }, { type: 'ngrok' }] },
  // With a provider key that is made for you, at the value of an environment variable (import `secret` above as well):
  // { provider: 'groq', steps: [{ type: 'user', keys: [{ name: 'groq-prod', value: secret.env('GROQ_API_KEY') }] }] },
]

// For a single configuration: `export default defineConfig({ name: … })`.
export default defineConfigs({
  // Known to aigw-sync as `example#chatbot`: the file's path and this name. Rename `name` as you like, it is only a label.
  chatbot: {
    name: 'Chatbot (production)',
    description: 'Answers customers on the support pages',
    metadata: { team: 'support', costCenter: 4711 },
    // Without `access` a key may reach every provider and every model. An empty `allow` lets it reach nothing.
    access: {
      providers: { allow: ['openai', 'anthropic'] },
      models: { allow: ['openai/gpt-4o', 'anthropic/claude-sonnet-4-6'] },
    },
    router: { rules },
  },

  // Known as `example#summaries`. `protect: true` refuses deletion under `--policy sync`, even after this is gone from the file.
  summaries: {
    name: 'Nightly summaries',
    protect: true,
    access: { models: { allow: ['openai/gpt-4o-mini'] } },
    router: { rules },
  },
})
