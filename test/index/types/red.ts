import { defineConfig, defineConfigs, secret } from 'aigw-sync'
import type { Declaration, RouterStep, StepKey } from 'aigw-sync'

const name = 'n'
const long =
  'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'
const anything: string = name
const steps = [{ type: 'ngrok' }] as const

// Names and descriptions
// @ts-expect-error no name
defineConfig({})
// @ts-expect-error an empty name
defineConfig({ name: '' })
// @ts-expect-error a name that is no string
defineConfig({ name: 3 })
// @ts-expect-error a name of 256 characters
defineConfig({ name: long })
// @ts-expect-error a computed name that is too long whatever is put in
defineConfig({ name: `${anything} ${long}` })
// @ts-expect-error a description of 256 characters
defineConfig({ name, description: long })

// Unknown properties
// @ts-expect-error at the top
defineConfig({ name, acess: {} })
// @ts-expect-error in access
defineConfig({ name, access: { provider: {} } })
// @ts-expect-error in a dimension
defineConfig({ name, access: { models: { alow: [] } } })
// @ts-expect-error in the router
defineConfig({ name, router: { rule: [] } })
// @ts-expect-error in a rule
defineConfig({ name, router: { rules: [{ provider: 'openai', step: [], steps }] } })
// @ts-expect-error in a step
defineConfig({ name, router: { rules: [{ provider: 'openai', steps: [{ type: 'ngrok', key: 'x' }] }] } })
// @ts-expect-error in a step's key
defineConfig({ name, router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: 'a', value: 'b' }] }] }] } })

// Values
// @ts-expect-error null is not a way to leave something out
defineConfig({ name, access: null })
// @ts-expect-error undefined neither
defineConfig({ name, access: undefined })
// @ts-expect-error one name instead of a list
defineConfig({ name, access: { models: { allow: 'openai/gpt-4o' } } })
// @ts-expect-error metadata that JSON cannot carry
defineConfig({ name, metadata: { at: new Date(0) } })
// @ts-expect-error a flag as text
defineConfig({ name, protect: 'yes' })

// Rules
// @ts-expect-error neither provider nor model
defineConfig({ name, router: { rules: [{ steps }] } })
// @ts-expect-error no steps
defineConfig({ name, router: { rules: [{ provider: 'openai', steps: [] }] } })
// @ts-expect-error a step of no known type
defineConfig({ name, router: { rules: [{ provider: 'openai', steps: [{ type: 'byok' }] }] } })
// @ts-expect-error a user step without keys
defineConfig({ name, router: { rules: [{ provider: 'openai', steps: [{ type: 'user' }] }] } })
// @ts-expect-error a user step with an empty list of keys
defineConfig({ name, router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [] }] }] } })
// @ts-expect-error an ngrok step with keys
defineConfig({ name, router: { rules: [{ provider: 'openai', steps: [{ type: 'ngrok', keys: [{ id: 'a' }] }] }] } })
// @ts-expect-error another strategy
export const step: RouterStep = { type: 'user', keys: [{ id: 'a' }], keySelectionStrategy: 'random' }

// Provider keys and their secrets
const withKey = (key: StepKey) => ({ provider: 'openai', steps: [{ type: 'user', keys: [key] }] }) as const
// @ts-expect-error a value in the module
withKey({ name: 'prod', value: 'sk-proj-1' })
// @ts-expect-error the same, further down
defineConfig({ name, router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ name, value: 'a' }] }] }] } })
// @ts-expect-error a value that the module computes
withKey({ name: 'prod', value: anything })
// @ts-expect-error a value without a name
withKey({ value: secret.env('OPENAI_API_KEY') })
// @ts-expect-error an id and a name
withKey({ id: 'aigpk_1', name: 'prod' })
// @ts-expect-error an id and a value
withKey({ id: 'aigpk_1', value: secret.env('OPENAI_API_KEY') })
// @ts-expect-error all three, further down
defineConfig({ name, router: { rules: [withKey({ id: 'a', name: 'b', value: secret.file('c') })] } })
// @ts-expect-error nothing at all
withKey({})
// @ts-expect-error an unknown property beside an id
withKey({ id: 'aigpk_1', label: 'prod' })
// @ts-expect-error an unknown property beside a name
withKey({ name: 'prod', provider: 'openai' })
// @ts-expect-error an unknown property beside a value
withKey({ name: 'prod', value: secret.env('A'), description: 'ours' })
// @ts-expect-error no reference that there is
withKey({ name: 'prod', value: { env: 'OPENAI_API_KEY' } })
// @ts-expect-error more than a reference
withKey({ name: 'prod', value: { $env: 'OPENAI_API_KEY', default: 'a' } })
// @ts-expect-error the name of a variable that is none
secret.env(3)
// @ts-expect-error no path
secret.file()
// @ts-expect-error a reference of a reference
secret.credential(secret.env('A'))

// Several by name
// @ts-expect-error an empty name
defineConfigs({ web: { name }, batch: { name: '' } })
// @ts-expect-error a name of 256 characters
defineConfigs({ web: { name }, batch: { name: long } })
// @ts-expect-error a description of 256 characters
defineConfigs({ web: { name, description: long }, batch: { name } })
// @ts-expect-error an unknown property
defineConfigs({ web: { name }, batch: { name, protected: true } })
// @ts-expect-error an unknown property further down
defineConfigs({ web: { name, access: { models: { alow: [] } } } })
// @ts-expect-error an ngrok step with keys
defineConfigs({ web: { name, router: { rules: [{ provider: 'openai', steps: [{ type: 'ngrok', keys: [] }] }] } } })
// @ts-expect-error no name
defineConfigs({ web: {} })
// @ts-expect-error not a configuration
defineConfigs({ web: 'openai' })
// @ts-expect-error a list
defineConfigs([{ name }])
// @ts-expect-error a single one
defineConfigs({ name, access: {} })
// @ts-expect-error not even an object
defineConfigs(3)

// @ts-expect-error an unknown property
export const satisfied = { name, descripton: '' } satisfies Declaration
