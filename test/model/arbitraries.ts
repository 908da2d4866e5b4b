import * as fc from 'fast-check'
import type { Configuration, JsonObject, RouterRule, RouterStep } from '../../src/model/configuration.ts'
import type { Stamp } from '../../src/model/stamp.ts'
import { STAMP_PROPERTY } from '../../src/model/stamp.ts'

/** Any string that UTF-8 can carry. */
export const anyText = fc.string({ unit: 'binary' })

export const stamp: fc.Arbitrary<Stamp> = fc.record({ owner: anyText, key: anyText, nonce: anyText }, { noNullPrototype: true })

/** What a user may write as metadata; with awkward names, such as `__proto__` and numbers. */
export const userMetadata: fc.Arbitrary<string | JsonObject> = fc.oneof(
  anyText,
  fc.json().filter((text) => text !== ''),
  fc
    .dictionary(
      fc.oneof(anyText, fc.constantFrom('__proto__', '10', '9', 'text', 'toString')),
      fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonObject),
      { noNullPrototype: true },
    )
    .filter((metadata) => !Object.hasOwn(metadata, STAMP_PROPERTY)),
)

const names = fc.uniqueArray(fc.constantFrom('openai', 'anthropic', 'openai/gpt-4o', 'ours:ours/llama', 'google'))
const dimension = fc.record({ allow: names }, { requiredKeys: [], noNullPrototype: true })
const keyId = fc.integer({ min: 1, max: 99 }).map((number) => ({ id: `aigpk_${number}` }))

const step: fc.Arbitrary<RouterStep> = fc.oneof(
  fc.constant({ type: 'ngrok' } as const),
  fc.tuple(keyId, fc.array(keyId, { maxLength: 2 })).map(([first, more]) => ({ type: 'user', keys: [first, ...more] }) as const),
)

const steps = fc.array(step, { minLength: 1, maxLength: 3 }).map((some) => some as [RouterStep, ...RouterStep[]])

const rule: fc.Arbitrary<RouterRule> = fc.oneof(
  fc.record({ provider: fc.constant('openai'), steps }, { noNullPrototype: true }),
  fc.record({ model: fc.constant('a:b'), steps }, { noNullPrototype: true }),
  fc.record({ provider: fc.constant('x'), model: fc.constant('x:y'), steps }, { noNullPrototype: true }),
)

/** A configuration as a module may declare it. */
export const configuration: fc.Arbitrary<Configuration> = fc.record(
  {
    name: fc.string({ minLength: 1, maxLength: 20 }),
    description: fc.string({ maxLength: 20 }),
    metadata: userMetadata,
    access: fc.record({ providers: dimension, models: dimension }, { requiredKeys: [], noNullPrototype: true }),
    router: fc.record({ rules: fc.array(rule, { maxLength: 3 }) }, { requiredKeys: [], noNullPrototype: true }),
  },
  { requiredKeys: ['name'], noNullPrototype: true },
)
