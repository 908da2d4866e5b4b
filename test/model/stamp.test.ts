import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeMetadata, encodeMetadata } from '../../src/model/stamp.ts'
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

test("any text can be decoded, and without a stamp it is wholly the user's", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.json()), (text) => {
      expect(decodeMetadata(text).user ?? '').toBe(text)
    }),
  )
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
    '{"team":"a"}',
    '[{"aigw-sync":{"owner":"a","key":"b","nonce":"c"}}]',
    '{"aigw-sync":{"owner":"a","key":"b","nonce":"c"}',
  ])('%s', (metadata) => {
    expect(decodeMetadata(metadata)).toEqual({ user: metadata })
  })
})

test.each([undefined, ''])('no metadata (%j) is neither stamp nor text', (metadata) => {
  expect(decodeMetadata(metadata)).toEqual({})
})
