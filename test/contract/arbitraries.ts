import * as fc from 'fast-check'

type Body = fc.Arbitrary<Record<string, unknown>>

/** Bodies that the API document allows, by schema and in words. */
export const valid = {
  /** `keyIds`: provider keys that exist. */
  configurationCreate: (keyIds: readonly string[]): Body => {
    return fc.record({ ...labels, access, router: router(keyIds) }, { requiredKeys: ['name'] })
  },
  configurationUpdate: (keyIds: readonly string[]): Body => {
    return fc.record({ ...cleared, access: fc.option(access), router: fc.option(router(keyIds)) }, { requiredKeys: [] })
  },
  /** `configurationIds`: configurations that exist. */
  accessKeyCreate: (configurationIds: readonly string[]): Body => {
    return fc.record({ ...labels, accessKeyConfigurationId: fc.constantFrom(...configurationIds) }, { requiredKeys: [] })
  },
  accessKeyUpdate: (configurationIds: readonly string[]): Body => {
    const link = fc.option(fc.constantFrom(...configurationIds))
    return fc.record({ ...cleared, accessKeyConfigurationId: link }, { requiredKeys: [] })
  },
  providerKeyCreate: (): Body => {
    return fc.record({ ...labels, providerId: text(20), value: text(60) }, { requiredKeys: ['providerId', 'name', 'value'] })
  },
  providerKeyUpdate: (): Body => fc.record(cleared, { requiredKeys: [] }),
  providerKeyRotate: (): Body => fc.record({ name: labels.name, value: text(60) }),
}

/** The same bodies with one thing changed at some depth, so that most are not allowed any more. */
export function spoiled(body: Body): fc.Arbitrary<unknown> {
  return body.chain((value) => {
    return fc
      .tuple(
        fc.constantFrom(...places(value)),
        fc.constantFrom('replace', 'remove', 'add'),
        wrongValue,
        fc.constantFrom('id', 'more'),
      )
      .map(([place, how, wrong, name]) => spoil(value, place, how, wrong, name))
  })
}

/** Characters from all of Unicode, as JSON may carry them, at lengths on both sides of what is common. */
function text(maxLength: number): fc.Arbitrary<string> {
  return fc.oneof(fc.string({ unit: 'binary', maxLength: Math.min(maxLength, 20) }), fc.constant('🙂'.repeat(maxLength)))
}

const labels = { name: text(255), description: text(255), metadata: text(4096) }

const cleared = {
  name: fc.option(labels.name),
  description: fc.option(labels.description),
  metadata: fc.option(labels.metadata),
}

const dimension = fc.record({ allow: fc.array(text(30), { maxLength: 4 }) }, { requiredKeys: [] })

const access = fc.record({ providers: dimension, models: dimension }, { requiredKeys: [] })

const providers = ['openai', 'anthropic', 'google', 'aigp_custom']

function router(keyIds: readonly string[]): Body {
  const rule = fc.oneof(
    fc.record({ provider: fc.constantFrom(...providers), steps: steps(keyIds) }),
    fc.record({ model: fc.constantFrom('openai:openai/gpt-5.5', 'xai:x'), steps: steps(keyIds) }),
    fc.record({ provider: fc.constantFrom(...providers), model: fc.constant('openai:openai/gpt-4o'), steps: steps(keyIds) }),
  )
  return fc.record({ rules: fc.uniqueArray(rule, { maxLength: 4, selector: providerOnly }) }, { requiredKeys: [] })
}

/** Equal for two rules only where both are for the same provider as a whole. */
function providerOnly(rule: object): unknown {
  return 'provider' in rule && !('model' in rule) ? rule.provider : Symbol('with a model')
}

function steps(keyIds: readonly string[]): fc.Arbitrary<unknown[]> {
  const key = fc.oneof(fc.record({ id: fc.constantFrom(...keyIds) }), fc.record({ name: text(255), value: text(60) }))
  const user = fc.record(
    {
      type: fc.constant('user'),
      keys: fc.array(key, { minLength: 1, maxLength: 3 }),
      keySelectionStrategy: fc.constant('ordered'),
    },
    { requiredKeys: ['type', 'keys'] },
  )
  return fc.array(fc.oneof(user, fc.constant({ type: 'ngrok' })), { minLength: 1, maxLength: 3 })
}

const wrongValue = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, '', 'ngrok', 'user', [], {}, [[]], 'x'.repeat(256), 'x'.repeat(4097)),
  fc.jsonValue({ maxDepth: 1 }),
)

type Place = readonly (string | number)[]

/** Every place in a JSON value, the value itself among them. */
function places(value: unknown, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place]
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [place, ...entries.flatMap(([name, each]) => places(each, place.concat(name)))]
}

function spoil(value: unknown, [name, ...rest]: Place, how: string, wrong: unknown, extra: string): unknown {
  if (name === undefined) {
    const object = typeof value === 'object' && value !== null && !Array.isArray(value)
    return how === 'add' && object ? { ...value, [extra]: wrong } : wrong
  }
  if (Array.isArray(value)) {
    if (rest.length === 0 && how === 'remove') return value.filter((_, index) => index !== name)
    return value.map((each: unknown, index) => (index === name ? spoil(each, rest, how, wrong, extra) : each))
  }
  const object = value as Record<string, unknown>
  if (rest.length === 0 && how === 'remove') return Object.fromEntries(Object.entries(object).filter(([each]) => each !== name))
  return { ...object, [name]: spoil(object[name], rest, how, wrong, extra) }
}
