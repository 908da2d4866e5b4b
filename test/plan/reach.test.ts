import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareReach, isWidening, type Scope } from '../../src/plan/reach.ts'
import { changes, CREDENTIALS, lets, readings, REQUESTS, shuffled, unambiguous } from './reach-oracle.ts'

const document = readFileSync(join(import.meta.dirname, '../../docs/reach.md'), 'utf8')
const ROW = /^\| (.+?) \| `(\{.*?\})` \| `(\{.*?\})` \| (\w+) \|$/gm
const examples = [...document.matchAll(ROW)].map(([, change = '', before = '', after = '', reach = '']) => ({
  change,
  before: JSON.parse(before) as Scope,
  after: JSON.parse(after) as Scope,
  reach,
}))

const MIRRORED: Readonly<Record<string, string>> = { wider: 'narrower', narrower: 'wider', other: 'other', same: 'same' }

describe('the examples of docs/reach.md', () => {
  test.each(examples)('$change: $reach', ({ before, after, reach }) => {
    expect(compareReach(before, after)).toBe(reach)
  })

  test.each(examples)('$change, taken back: the opposite of $reach', ({ before, after, reach }) => {
    expect(compareReach(after, before)).toBe(MIRRORED[reach])
  })

  test('show each reach', () => {
    expect(new Set(examples.map(({ reach }) => reach))).toEqual(new Set(['same', 'narrower', 'wider', 'other']))
  })
})

const ngrok = { type: 'ngrok' } as const
const user = (...ids: readonly string[]) => ({ type: 'user', keys: ids.map((id) => ({ id })) })
const routed = (...rules: NonNullable<NonNullable<Scope['router']>['rules']>): Scope => ({ router: { rules } })

describe('what the API document does not describe', () => {
  const odd: readonly (readonly [string, Scope, Scope, string])[] = [
    ['a rule without steps stays as it is', routed({ provider: 'a', steps: [] }), routed({ provider: 'a', steps: [] }), 'same'],
    ['a rule without steps gets one', routed({ provider: 'a', steps: [] }), routed({ provider: 'a', steps: [ngrok] }), 'other'],
    ['a rule without steps is taken away', routed({ provider: 'a', steps: [] }), {}, 'other'],
    [
      'a step of an unknown type is taken away beside another',
      routed({ provider: 'a', steps: [user('k1'), { type: 'pool' }] }),
      routed({ provider: 'a', steps: [user('k1')] }),
      'narrower',
    ],
    [
      'a user step has no keys any more',
      routed({ provider: 'a', steps: [user('k1')] }),
      routed({ provider: 'a', steps: [user()] }),
      'other',
    ],
    [
      'two rules for one model stay as they are',
      routed({ model: 'a:m', steps: [user('k1')] }, { model: 'a:m', steps: [ngrok] }),
      routed({ model: 'a:m', steps: [user('k1')] }, { model: 'a:m', steps: [ngrok] }),
      'same',
    ],
    [
      'of two rules for one model the same one loses a key',
      routed({ model: 'a:m', steps: [user('k1', 'k2')] }, { model: 'a:m', steps: [ngrok] }),
      routed({ model: 'a:m', steps: [user('k1')] }, { model: 'a:m', steps: [ngrok] }),
      'narrower',
    ],
    [
      'a rule names one provider, and a model of another',
      routed({ provider: 'a', model: 'b:m', steps: [user('k1'), ngrok] }, { provider: 'b', steps: [user('k2')] }),
      routed({ provider: 'b', steps: [user('k2')] }),
      'other',
    ],
    [
      'a rule for a model of every provider is taken away',
      routed({ model: 'm', steps: [user('k1'), ngrok] }, { provider: 'a', steps: [user('k2')] }),
      routed({ provider: 'a', steps: [user('k2')] }),
      'other',
    ],
  ]

  test.each(odd)('%s', (_title, before, after, reach) => {
    expect(compareReach(before, after)).toBe(reach)
  })

  const many = (id: string): Scope =>
    routed(...Array.from({ length: 400 }, (_, index) => ({ provider: `p${index}`, steps: [user(id)] })))

  test('two routers too large to look at differ, and are not the same', () => {
    expect(compareReach(many('k1'), many('k2'))).toBe('other')
    expect(compareReach(many('k1'), many('k1'))).toBe('same')
  })
})

describe('over any two scopes', () => {
  test('what is called same or narrower lets nothing through that was refused before, however the document is read', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(changes, readings, ([before, after], reading) => {
        const reach = compareReach(before, after)
        seen.add(reach)
        if (isWidening(reach)) return
        const gained = REQUESTS.flatMap((request) =>
          CREDENTIALS.filter((key) => lets(after, request, key, reading) && !lets(before, request, key, reading)),
        )
        expect(gained).toEqual([])
      }),
      { numRuns: 20_000 },
    )
    expect(seen.size).toBe(4)
  })

  test('before and after change places, and so do wider and narrower', () => {
    fc.assert(
      fc.property(changes, ([before, after]) => {
        expect(compareReach(after, before)).toBe(MIRRORED[compareReach(before, after)])
      }),
      { numRuns: 5_000 },
    )
  })

  test('what is equal is the same', () => {
    fc.assert(
      fc.property(changes, ([scope]) => {
        expect(compareReach(scope, structuredClone(scope))).toBe('same')
      }),
      { numRuns: 2_000 },
    )
  })

  test('no order matters, where no two rules are for the same', () => {
    fc.assert(
      fc.property(unambiguous, unambiguous, fc.infiniteStream(fc.nat()), (before, after, random) => {
        const reordered = shuffled(after, random)
        expect(compareReach(after, reordered)).toBe('same')
        expect(compareReach(before, reordered)).toBe(compareReach(before, after))
        expect(compareReach(reordered, before)).toBe(compareReach(after, before))
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('of access alone', () => {
  const NAMES = ['a', 'b', 'c'] as const
  const dimension = fc.option(fc.record({ allow: fc.subarray([...NAMES]) }, { requiredKeys: [] }), { nil: undefined })
  const scope = fc
    .record({ providers: dimension, models: dimension })
    .map(({ providers, models }): Scope => ({ access: { ...(providers && { providers }), ...(models && { models }) } }))
  const places = [...NAMES, 'unnamed']
  const all = places.flatMap((provider) => places.map((model) => ({ provider, model })))
  const allows = ({ access }: Scope, { provider, model }: (typeof all)[number]) =>
    (access?.providers?.allow?.includes(provider) ?? true) && (access?.models?.allow?.includes(model) ?? true)

  test('it is exact', () => {
    fc.assert(
      fc.property(scope, scope, (before, after) => {
        const gains = all.some((request) => allows(after, request) && !allows(before, request))
        const loses = all.some((request) => allows(before, request) && !allows(after, request))
        expect(compareReach(before, after)).toBe(gains ? (loses ? 'other' : 'wider') : loses ? 'narrower' : 'same')
      }),
      { numRuns: 5_000 },
    )
  })
})
