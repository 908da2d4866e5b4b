import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ResolvedConfiguration } from '../../src/model/resolved.ts'
import { CONTENT_FIELDS } from '../../src/model/content.ts'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import { contentDigest } from '../../src/model/digest.ts'
import { differences, shown } from '../../src/plan/shown.ts'
import { configuration } from '../model/arbitraries.ts'
import { entryOf, observedOf } from '../support/states.ts'

const bare: ResolvedConfiguration = { name: 'Web' }

describe('what is shown of a configuration', () => {
  test.each<[string, ResolvedConfiguration, object]>([
    ['what is left out as null', bare, { name: 'Web', description: null, metadata: null, access: null, router: null }],
    [
      'what says nothing as null',
      { ...bare, description: '', metadata: {}, access: { models: {} }, router: { rules: [] } },
      shown(bare),
    ],
    [
      'a dimension that allows nothing as such',
      { ...bare, access: { models: { allow: [] } } },
      { access: { models: { allow: [] } } },
    ],
    [
      'of a step what it does, and of keys their ids',
      { ...bare, router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: 'aigpk_1' }] }] }] } },
      { router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: 'aigpk_1' }] }] }] } },
    ],
  ])('%s', (_title, given, expected) => {
    expect(shown(given)).toMatchObject(expected)
  })

  test('is of a key that is still to be made the name, and no id', () => {
    const pending = { provider: 'openai', name: 'prod', value: { $env: 'sk-canary' } }
    const keys = [{ id: '?openai\nprod', pending }, { id: 'aigpk_1' }]
    const { router } = shown({ ...bare, router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys }] }] } })
    expect(router?.rules[0]?.steps[0]?.keys).toEqual([{ id: null, name: 'prod' }, { id: 'aigpk_1' }])
  })

  test('is the user’s metadata, without the stamp', () => {
    const observed = observedOf('aigac_1', entryOf('web', { metadata: { team: 'a' } }))
    expect(shown(observed).metadata).toEqual({ team: 'a' })
    expect(shown(observedOf('aigac_1', entryOf('web', { metadata: 'text' }))).metadata).toBe('text')
  })

  test('is never a key’s value, name or what is left of it after redaction', () => {
    const key = { id: 'aigpk_1', name: 'prod', keyRedacted: 'sk-canary-***-1234', value: 'sk-canary' }
    const observed: ObservedConfiguration = {
      ...observedOf('aigac_1', entryOf('web')),
      router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [key] }] }] },
    }
    expect(JSON.stringify(shown(observed))).not.toMatch(/canary|prod/)
  })

  test('means what the configuration means', () => {
    fc.assert(
      fc.property(configuration, (given) => {
        const { name, ...rest } = shown(given as ResolvedConfiguration) // all of its keys are told by their ids
        const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null))
        expect(contentDigest({ name, ...said })).toBe(contentDigest(given))
      }),
    )
  })
})

describe('differences', () => {
  test('have the value before and after of each field that is named', () => {
    const declared: ResolvedConfiguration = { name: 'new', description: 'x' }
    const observed = observedOf('aigac_1', entryOf('web'))
    expect(differences(['name', 'access'], declared, observed)).toEqual([
      { field: 'name', before: 'web', after: 'new' },
      { field: 'access', before: { models: { allow: ['openai/gpt-4o'] } }, after: null },
    ])
  })

  test('have nothing before what is to be created', () => {
    const all = differences(CONTENT_FIELDS, { name: 'new' }, undefined)
    expect(all.map(({ before }) => before)).toEqual([null, null, null, null, null])
  })
})
