import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ObservedConfiguration } from '../../src/model/observed.ts'
import { sortDuplicates } from '../../src/plan/duplicates.ts'
import { planKeys } from '../../src/plan/plan.ts'
import { desiredOf, entryOf, observedOf, worldOf } from '../support/states.ts'

const web = entryOf('web')

/** One of ours for `web`, created in a minute of the day. */
function attempt(
  id: string,
  minute: number,
  over: Partial<ObservedConfiguration> & { nonce?: string } = {},
): ObservedConfiguration {
  const { nonce, ...rest } = over
  const createdAt = `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`
  return { ...observedOf(id, web, nonce === undefined ? {} : { nonce }), createdAt, ...rest }
}

function seen(present: readonly ObservedConfiguration[], used: readonly string[] = []) {
  return worldOf({ desired: desiredOf([web]), observed: present, users: new Map(used.map((id) => [id, [{ id: 'aigk_1' }]])) })
}

function sorted(present: readonly ObservedConfiguration[], used: readonly string[] = []) {
  const result = sortDuplicates(present, ({ id }) => used.includes(id))
  return result.type === 'unclear' ? 'unclear' : { kept: result.kept.id, surplus: result.surplus.map(({ id }) => id) }
}

const [one, two, three] = [attempt('aigac_1', 3), attempt('aigac_2', 1), attempt('aigac_3', 2)] as const

describe('of several attempts of ours', () => {
  test('the oldest stays', () => {
    expect(sorted([one, two, three])).toEqual({ kept: 'aigac_2', surplus: ['aigac_3', 'aigac_1'] })
  })

  test('the one in use stays, however young', () => {
    expect(sorted([one, two, three], ['aigac_1'])).toEqual({ kept: 'aigac_1', surplus: ['aigac_2', 'aigac_3'] })
  })

  test('the one that sorts first stays where they are equally old', () => {
    expect(sorted([attempt('aigac_b', 1), attempt('aigac_a', 1)])).toEqual({ kept: 'aigac_a', surplus: ['aigac_b'] })
  })

  test('the one whose time is none counts as the oldest', () => {
    const [timeless, timed] = [attempt('aigac_b', 1, { createdAt: '' }), attempt('aigac_a', 1)]
    expect(sorted([timed, timeless])).toEqual({ kept: 'aigac_b', surplus: ['aigac_a'] })
  })

  test('the age is that of the moment, not of how it is written', () => {
    const later = attempt('aigac_a', 0, { createdAt: '2026-01-01T00:30:00Z' })
    const earlier = attempt('aigac_b', 0, { createdAt: '2026-01-01T01:00:00+01:00' })
    expect(sorted([later, earlier])).toMatchObject({ kept: 'aigac_b' })
  })

  test.each<[string, readonly ObservedConfiguration[], readonly string[]]>([
    [
      'two with the same nonce: one is somebody’s copy',
      [attempt('aigac_1', 1, { nonce: 'n' }), attempt('aigac_2', 2, { nonce: 'n' })],
      [],
    ],
    [
      'two with the same nonce beside a third',
      [attempt('aigac_1', 1, { nonce: 'n' }), attempt('aigac_2', 2, { nonce: 'n' }), three],
      [],
    ],
    ['two that are in use', [one, two, three], ['aigac_1', 'aigac_3']],
    ['one whose stamp is gone', [one, observedOf('aigac_2', web, null)], []],
  ])('%s: not clear', (_title, present, used) => {
    expect(sorted(present, used)).toBe('unclear')
    expect(planKeys(withLockfile(present, used, present[1]?.id), ['web']).changes).toMatchObject([
      { kind: 'conflict', reason: 'duplicate-configuration' },
    ])
  })
})

function withLockfile(present: readonly ObservedConfiguration[], used: readonly string[], id: string | undefined) {
  return { ...seen(present, used), applied: worldOf({ applied: id === undefined ? {} : { web: { id } } }).applied }
}

describe('the plan for a key with several', () => {
  test('deletes one at a time, and then sees to the one that stays', () => {
    expect(planKeys(seen([one, two, three]), ['web']).changes).toEqual([
      { kind: 'delete', key: 'web', id: 'aigac_3', reason: 'surplus' },
    ])
    expect(planKeys(seen([one, two]), ['web']).changes).toMatchObject([{ kind: 'delete', id: 'aigac_1' }])
    expect(planKeys(seen([two]), ['web']).changes).toMatchObject([{ kind: 'noop', id: 'aigac_2', record: two }])
  })

  test('links the one that stays, where the lockfile knew a surplus', () => {
    expect(planKeys(withLockfile([two], [], 'aigac_1'), ['web']).changes).toMatchObject([
      { kind: 'noop', id: 'aigac_2', record: two },
    ])
  })

  test('is a conflict where a surplus is tied to another key: it is no lost attempt', () => {
    const { applied } = worldOf({ applied: { web: { id: 'aigac_2' }, api: { id: 'aigac_1' } } })
    expect(planKeys({ ...seen([one, two]), applied }, ['web']).changes).toMatchObject([{ kind: 'conflict' }])
  })
})

const IDS = ['aigac_1', 'aigac_2', 'aigac_3', 'aigac_4']
const attempts = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom(...IDS),
      when: fc.constantFrom(0, 1, 2, '?'),
      nonce: fc.constantFrom('n', undefined, undefined),
    }),
    {
      selector: ({ id }) => id,
      minLength: 2,
    },
  )
  .map((some) =>
    some.map(({ id, when, nonce }) => ({
      ...attempt(id, Number(when) || 0, nonce === undefined ? {} : { nonce }),
      ...(when === '?' && { createdAt: when }),
    })),
  )
const used = fc.subarray(IDS, { maxLength: 2 })
/** What a lockfile may say of the key: nothing, one of them, or one that is gone. */
const lockfile = fc.constantFrom(undefined, ...IDS, 'aigac_0')

/** What a daemon does about the key until nothing more is to be deleted, as ids in order. */
function deletions(
  present: readonly ObservedConfiguration[],
  inUse: readonly string[],
  id: string | undefined,
): readonly string[] {
  const [change] = planKeys(withLockfile(present, inUse, id), ['web']).changes
  if (change?.kind !== 'delete') return []
  return [
    change.id,
    ...deletions(
      present.filter((each) => each.id !== change.id),
      inUse,
      id,
    ),
  ]
}

describe('two daemons', () => {
  test('delete the same, in the same order, whatever their lockfiles say and in whichever order it is listed', () => {
    const given = attempts.chain((present) =>
      fc.tuple(fc.constant(present), fc.shuffledSubarray(present, { minLength: present.length }), used, lockfile, lockfile),
    )
    fc.assert(
      fc.property(given, ([present, otherwise, inUse, mine, theirs]) => {
        expect(deletions(present, inUse, mine)).toEqual(deletions(otherwise, inUse, theirs))
      }),
      { numRuns: 2_000 },
    )
  })

  test('leave one, and take turns as they like', () => {
    fc.assert(
      fc.property(attempts, used, fc.infiniteStream(lockfile), (all, inUse, daemons) => {
        const begin = sorted(all, inUse)
        let present = all
        for (const id of daemons) {
          const [change] = planKeys(withLockfile(present, inUse, id), ['web']).changes
          if (change?.kind !== 'delete') break
          present = present.filter((each) => each.id !== change.id)
        }
        expect(present.map(({ id }) => id)).toEqual(begin === 'unclear' ? all.map(({ id }) => id) : [begin.kept])
      }),
      { numRuns: 2_000 },
    )
  })

  test('never delete what is in use, nor one of two with the same nonce', () => {
    fc.assert(
      fc.property(attempts, used, lockfile, (present, inUse, id) => {
        const gone = deletions(present, inUse, id)
        expect(gone.filter((each) => inUse.includes(each))).toEqual([])
        const copies = present.filter(({ stamp }) => present.filter((each) => each.stamp?.nonce === stamp?.nonce).length > 1)
        expect(copies.length > 0 ? gone : []).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })
})
