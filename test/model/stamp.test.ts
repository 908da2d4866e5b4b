import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/model/canonical.ts'
import { decodeMetadata, encodeMetadata, isMisstamped } from '../../src/model/stamp.ts'
import { anyText, stamp, userMetadata } from './arbitraries.ts'

const mark = { owner: 'default', key: 'a', nonce: 'n' }

test('metadata comes back as it was given, and so does its stamp', () => {
  fc.assert(
    fc.property(stamp, userMetadata, (given, user) => {
      const decoded = decodeMetadata(encodeMetadata(given, user))
      expect(decoded.stamp).toEqual(given)
      expect(decoded.user ?? {}).toEqual(user)
    }),
  )
})

test('a stamp alone leaves nothing to the user', () => {
  fc.assert(
    fc.property(stamp, (given) => {
      expect(decodeMetadata(encodeMetadata(given))).toEqual({ stamp: given })
    }),
  )
})

const layouts = (value: unknown) => [JSON.stringify(value), canonicalJson(value), JSON.stringify(value, undefined, 2)]

test("any text can be decoded, and without a stamp it is wholly the user's", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.json()), (text) => {
      const { user = '' } = decodeMetadata(text)
      if (typeof user === 'string') expect(user).toBe(text)
      else expect(layouts(user)).toContain(text)
    }),
  )
})

test('an object that somebody else wrote is the object, however usual its layout', () => {
  fc.assert(
    fc.property(userMetadata, fc.nat({ max: 2 }), (user, layout) => {
      fc.pre(typeof user === 'object' && !/\\ud[89a-f]/.test(JSON.stringify(user)))
      expect(decodeMetadata(layouts(user)[layout])).toEqual({ user })
    }),
  )
})

describe('what an object could not be declared for stays text', () => {
  const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`
  test.each([
    '{ "team": "a" }',
    '{"a":1.0}',
    '{"a":-0}',
    '{"a":1,"a":2}',
    '{"b":1,"1":2}',
    '{"a":12345678901234567890}',
    '{"a":"\\ud83d"}',
    '{"team":"\ud83d"}',
    '["a"]',
    '"a"',
    '12',
    deep,
    `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  ])('%.30s', (metadata) => {
    expect(decodeMetadata(metadata)).toEqual({ user: metadata })
  })
})

test('the properties of an object stand where they were declared', () => {
  expect(JSON.parse(encodeMetadata(mark, { team: 'a', text: 'b' }))).toEqual({ team: 'a', text: 'b', 'aigw-sync': mark })
})

describe('what is no stamp of ours is left to its user', () => {
  test.each([
    '{"aigw-sync":"default"}',
    '{"aigw-sync":null}',
    '{"aigw-sync":{"owner":"a","key":"b"}}',
    '{"aigw-sync":{"owner":"a","key":"b","nonce":3}}',
    '[{"aigw-sync":{"owner":"a","key":"b","nonce":"c"}}]',
    '{"aigw-sync":{"owner":"a","key":"b","nonce":"c"}',
  ])('%s', (metadata) => {
    expect(decodeMetadata(metadata)).toEqual({ user: metadata })
  })
})

test.each([undefined, ''])('no metadata (%j) is neither stamp nor text', (metadata) => {
  expect(decodeMetadata(metadata)).toEqual({})
})

test.each([
  ['{"aigw-sync":"default"}', true],
  ['{ "team": "a", "aigw-sync": null }', true],
  ['{"aigw-sync":{"owner":"a","key":"b"}}', true],
  ['{"aigw-sync":{"owner":"a","key":"b","nonce":"c"}}', false],
  ['{"team":"a"}', false],
  ['aigw-sync', false],
  [undefined, false],
])('%s has no stamp where one belongs: %s', (metadata, expected) => {
  expect(isMisstamped(metadata)).toBe(expected)
})

test('metadata that is nested deeper than anything could walk through is text, with a stamp beside it or without', () => {
  const deep = `${'['.repeat(8_000)}${']'.repeat(8_000)}`
  const stamped = `{"aigw-sync":{"key":"k","nonce":"n","owner":"o"},"x":${deep}}`
  expect(decodeMetadata(stamped)).toEqual({ stamp: { key: 'k', nonce: 'n', owner: 'o' }, user: stamped })
  expect(decodeMetadata(`{"x":${deep}}`)).toEqual({ user: `{"x":${deep}}` })
})

const stamped = (length: number) => encodeMetadata({ owner: 'o', key: 'k', nonce: 'n' }, { x: 'x'.repeat(length) })

test('metadata of more than the gateway could have is text, and not looked into', () => {
  expect(decodeMetadata(stamped(4_096)).stamp).toEqual({ owner: 'o', key: 'k', nonce: 'n' })
  expect(decodeMetadata(stamped(20_000))).toEqual({ user: stamped(20_000) })
})
