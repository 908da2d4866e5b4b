import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contentDigest } from '../../src/model/digest.ts'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import type { ResolvedConfiguration } from '../../src/model/resolved.ts'
import { patchFor, stampPatch } from '../../src/plan/patch.ts'
import * as arbitraries from '../model/arbitraries.ts'
import { patched } from '../support/fake-gateway.ts'
import { entryOf, observedOf } from '../support/states.ts'

/** Each provider key in it has its id. */
const configuration = arbitraries.configuration as fc.Arbitrary<ResolvedConfiguration>

const STAMP = { owner: 'platform', key: 'web', nonce: 'n' }

function observed(content: ResolvedConfiguration, stamp: object | null = STAMP): ObservedConfiguration {
  return observedOf('aigac_1', { ...entryOf('web'), configuration: content }, stamp)
}

describe('a patch', () => {
  test('makes of anything what is declared, under our stamp', () => {
    const stamps = fc.constantFrom(STAMP, null, { ...STAMP, key: 'old' }, { ...STAMP, nonce: 'other' })
    fc.assert(
      fc.property(configuration, configuration, stamps, (declared, present, stamp) => {
        const before = observed(present, stamp)
        const after = patched(before, patchFor(declared, before, STAMP))
        expect(contentDigest(after)).toBe(contentDigest(declared))
        expect(after.stamp).toEqual(STAMP)
      }),
    )
  })

  test('is empty where nothing differs, whatever the server made of the order within allow', () => {
    fc.assert(
      fc.property(configuration, (declared) => {
        const { allow } = declared.access?.models ?? {}
        const access = allow && { access: { ...declared.access, models: { allow: allow.toReversed() } } }
        expect(patchFor(declared, observed({ ...declared, ...access }), STAMP)).toEqual({})
      }),
    )
  })

  test('names only what differs, and clears what is declared no more', () => {
    const present = observed({ name: 'a', description: 'b', access: { models: { allow: [] } } })
    expect(patchFor({ name: 'a', access: { models: { allow: ['x'] } } }, present, STAMP)).toEqual({
      description: null,
      access: { models: { allow: ['x'] } },
    })
  })
})

describe('a patch of the stamp alone', () => {
  test('leaves the content as it is, whatever it is', () => {
    const stamps = fc.constantFrom(null, { ...STAMP, key: 'old' }, { ...STAMP, nonce: 'other' })
    fc.assert(
      fc.property(configuration, stamps, (present, stamp) => {
        const before = observed(present, stamp)
        const patch = stampPatch(before, STAMP)
        expect(Object.keys(patch)).toEqual(['metadata'])
        expect(patched(before, patch).stamp).toEqual(STAMP)
        expect(contentDigest(patched(before, patch))).toBe(contentDigest(before))
      }),
    )
  })

  test('keeps what somebody wrote into the metadata by hand', () => {
    const before = { ...observed({ name: 'a' }, null), metadata: 'owned by ops' }
    expect(contentDigest(patched(before, stampPatch(before, STAMP)))).toBe(contentDigest({ name: 'a', metadata: 'owned by ops' }))
  })

  test('is empty where it is there', () => {
    fc.assert(
      fc.property(configuration, (present) => {
        expect(stampPatch(observed(present), STAMP)).toEqual({})
      }),
    )
  })
})
