/** The bodies the API document describes: `…Create`, `…Update` and `…Rotate`, as types and as checks. */

import { type Check, listOf, nullable, oneOf, shape, text } from './validate.ts'

export interface ConfigurationBody extends Labels {
  readonly access?: AccessBody | null
  readonly router?: RouterBody | null
}

/** `AccessScope` and `AccessDimension`. */
export interface AccessBody {
  readonly providers?: { readonly allow?: readonly string[] }
  readonly models?: { readonly allow?: readonly string[] }
}

export interface RouterBody {
  readonly rules?: readonly RuleBody[]
}

export interface RuleBody {
  readonly provider?: string
  readonly model?: string
  readonly steps: readonly StepBody[]
}

export interface StepBody {
  readonly type: 'user' | 'ngrok'
  readonly keys?: readonly StepKeyBody[]
  readonly keySelectionStrategy?: 'ordered'
}

/** Either `id`, or `name` and `value`. */
export interface StepKeyBody {
  readonly id?: string
  readonly name?: string
  readonly value?: string
}

export interface AccessKeyBody extends Labels {
  readonly accessKeyConfigurationId?: string | null
}

export interface ProviderKeyBody extends Labels {
  readonly providerId: string
  readonly name: string
  readonly value: string
}

export interface RotateBody {
  readonly name: string
  readonly value: string
}

/** What all three resources let a user write. Null, in an update only, clears. */
export interface Labels {
  readonly name?: string | null
  readonly description?: string | null
  readonly metadata?: string | null
}

const labels = { name: text(255), description: text(255), metadata: text(4096) }

const dimension = shape({ allow: listOf(text()) })

const access = shape({ providers: dimension, models: dimension })

const stepKey = shape({ id: text(), name: text(255), value: text() })

const step = shape({ type: oneOf('user', 'ngrok'), keys: listOf(stepKey), keySelectionStrategy: oneOf('ordered') }, ['type'])

const rule = shape({ provider: text(), model: text(), steps: listOf(step, 1) }, ['steps'])

const router = shape({ rules: listOf(rule) })

const configuration = { ...labels, access, router }

const accessKey = { ...labels, accessKeyConfigurationId: text() }

export const configurationCreate = shape(configuration, ['name'])

export const configurationUpdate = shape(nullables(configuration))

export const accessKeyCreate = shape(accessKey)

export const accessKeyUpdate = shape(nullables(accessKey))

export const providerKeyCreate = shape({ ...labels, providerId: text(), value: text() }, ['providerId', 'name', 'value'])

export const providerKeyUpdate = shape(nullables(labels))

export const providerKeyRotate = shape({ name: text(255), value: text() }, ['name', 'value'])

function nullables(properties: Readonly<Record<string, Check>>): Record<string, Check> {
  return Object.fromEntries(Object.entries(properties).map(([name, check]) => [name, nullable(check)]))
}
