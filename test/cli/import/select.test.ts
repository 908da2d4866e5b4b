import { describe, expect, test } from 'vitest'
import { select, selectIds, type Sights } from '../../../src/cli/import/select.ts'
import type { Entry } from '../../../src/model/entry.ts'
import { encodeMetadata } from '../../../src/model/stamp.ts'
import { desiredOf, entryOf } from '../../support/states.ts'
import { listed } from './observed.ts'

const OWNER = 'default'

function stamped(id: string, key: string, owner = OWNER) {
  return listed(id, { metadata: encodeMetadata({ owner, key, nonce: id }) })
}

function sightsOf(
  observed: Sights['observed'],
  entries: readonly Entry[] = [],
  applied: Readonly<Record<string, { id: string; protect?: true }>> = {},
): Sights {
  const records = Object.entries(applied).map(
    ([key, each]) => [key, { source: `${key}.ts`, digest: '', nonce: '', secrets: {}, updatedAt: '', ...each }] as const,
  )
  return { owner: OWNER, desired: desiredOf(entries), applied: new Map(records), observed }
}

function told({ candidates, skipped }: ReturnType<typeof select>) {
  return [
    ...candidates.map(({ configuration: { id }, key }) => (key === undefined ? `adopt ${id}` : `${key} ${id}`)),
    ...skipped.map(({ id, reason }) => `${reason} ${id}`),
  ]
}

describe('what no module declares is imported', () => {
  test('to be adopted where nobody owns it, the oldest first', () => {
    const late = listed('aigac_1', { createdAt: '2026-02-01T00:00:00Z' })
    expect(told(select(sightsOf([late, listed('aigac_3'), listed('aigac_2')])))).toEqual([
      'adopt aigac_2',
      'adopt aigac_3',
      'adopt aigac_1',
    ])
  })

  test('under its key where it is ours', () => {
    expect(told(select(sightsOf([stamped('aigac_1', 'team-a/web')])))).toEqual(['team-a/web aigac_1'])
  })

  test('under its key where the stamp was taken away, and the lockfile knows', () => {
    expect(told(select(sightsOf([listed('aigac_1')], [], { web: { id: 'aigac_1' } })))).toEqual(['web aigac_1'])
  })

  test('and stays protected if the lockfile says that it was', () => {
    const { candidates } = select(sightsOf([stamped('aigac_1', 'web')], [], { web: { id: 'aigac_1', protect: true } }))
    expect(candidates).toMatchObject([{ key: 'web', isProtected: true }])
  })
})

describe('what a module declares is not', () => {
  test.each<[string, Sights]>([
    ['by its key', sightsOf([stamped('aigac_1', 'web')], [entryOf('web')])],
    ['by adopting it', sightsOf([listed('aigac_1')], [{ ...entryOf('web'), adopt: 'aigac_1' }])],
    ['by a key that the lockfile ties to it', sightsOf([listed('aigac_1')], [entryOf('web')], { web: { id: 'aigac_1' } })],
    ['by the key it is to move to', sightsOf([stamped('aigac_1', 'web')], [{ ...entryOf('site'), renamedFrom: 'web' }])],
    ['though it is there twice', sightsOf([stamped('aigac_1', 'web'), stamped('aigac_2', 'web')], [entryOf('web')])],
  ])('%s', (_title, sights) => {
    expect(told(select(sights))).toEqual([])
  })
})

describe('what is not to be touched is told', () => {
  test("another owner's", () => {
    expect(told(select(sightsOf([stamped('aigac_1', 'web', 'platform')])))).toEqual(['other-owner aigac_1'])
  })

  test('a key of ours that several configurations have', () => {
    const twice = [stamped('aigac_1', 'web'), stamped('aigac_2', 'web')]
    expect(told(select(sightsOf(twice)))).toEqual(['duplicate-configuration aigac_1', 'duplicate-configuration aigac_2'])
  })

  test('a stamp that is none', () => {
    expect(told(select(sightsOf([listed('aigac_1', { metadata: '{"aigw-sync":3}' })])))).toEqual(['not-declarable aigac_1'])
  })
})

describe('of ids', () => {
  const observed = [stamped('aigac_1', 'web'), listed('aigac_2'), listed('aigac_3'), stamped('aigac_4', 'x', 'platform')]

  test('only those are imported, each once', () => {
    expect(told(selectIds(sightsOf(observed), ['aigac_3', 'aigac_1', 'aigac_3']))).toEqual(['adopt aigac_3', 'web aigac_1'])
  })

  test('every one that cannot be is told, with the reason', () => {
    const sights = sightsOf(observed, [entryOf('web')])
    expect(told(selectIds(sights, ['aigac_1', 'aigac_2', 'aigac_4', 'aigac_5']))).toEqual([
      'adopt aigac_2',
      'declared aigac_1',
      'other-owner aigac_4',
      'unknown aigac_5',
    ])
  })
})
