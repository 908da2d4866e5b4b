import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Change, countChanges } from '../../src/plan/change.ts'
import { computePlan, planKeys } from '../../src/plan/plan.ts'
import { compareReach } from '../../src/plan/reach.ts'
import { isPrune, isWrite } from '../../src/plan/work.ts'
import type { World } from '../../src/plan/world.ts'
import { desiredOf, entryOf, observedOf, OWNER, worldOf } from '../support/states.ts'
import { KEYS, worlds } from './worlds.ts'

describe('a whole plan', () => {
  test('has at most one change a key, in order of key', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const changed = computePlan(world).changes.map(({ key }) => key)
        expect(changed).toEqual([...new Set(changed)].toSorted())
      }),
    )
  })

  test('says something about every declared entry, or that it changes nothing at all', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { changes, guards } = computePlan(world)
        const declared = guards.some(({ guard }) => guard === 'unknown-ids') ? [] : [...world.desired.entries.keys()]
        expect(changes.map(({ key }) => key)).toEqual(expect.arrayContaining(declared))
        if (declared.length === 0 && world.desired.entries.size > 0) expect(changes).toEqual([])
      }),
    )
  })

  test('has for a key what it has for it among all', () => {
    fc.assert(
      fc.property(worlds, fc.subarray([...KEYS]), (world, some) => {
        const whole = computePlan(world)
        const part = whole.changes.filter(({ key }) => some.some((each) => each === key))
        expect(planKeys(world, some)).toEqual({ changes: part, providerKeys: [], guards: whole.guards })
      }),
    )
  })

  test('creates only where nothing on the gateway carries our stamp for the key', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const { key } of of('create', world)) expect(world.observed.byKey(key)).toEqual([])
      }),
    )
  })

  test('changes nothing that is not ours: it carries our stamp, or the lockfile ties it and nobody claims it', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const change of computePlan(world).changes.filter(isWrite)) {
          if (change.kind === 'create' || !('id' in change)) continue
          const stamp = world.observed.byId(change.id)?.stamp
          const keys = [change.key, change.kind === 'move' ? change.from : change.key]
          if (stamp) expect([OWNER, ...keys]).toEqual(expect.arrayContaining([stamp.owner, stamp.key]))
          else if (change.kind === 'adopt') expect(change.entry.adopt).toBe(change.id)
          else expect(keys.map((key) => world.applied.get(key)?.id)).toContain(change.id)
        }
      }),
    )
  })

  test('changes no configuration twice, and deletes none that it says something else of, but that an entry cannot adopt it', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { changes } = computePlan(world)
        const ids = changes.flatMap((change) => ('id' in change ? [change.id] : []))
        expect(ids).toEqual([...new Set(ids)])
        const isWanted = (id: string) => [...world.desired.entries.values()].some(({ adopt }) => adopt === id)
        const deleted = of('delete', world).filter(({ id }) => !isWanted(id))
        const named = of('conflict', world).flatMap((change) => change.ids)
        expect(named.filter((id) => deleted.some((change) => change.id === id))).toEqual([])
      }),
    )
  })

  test('deletes what is declared no more under sync alone, and only what the lockfile knows, nobody protects and nobody uses', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { rules, desired, applied, observed, history } = world
        for (const { key, id } of of('delete', world).filter(isPrune)) {
          expect([rules.policy, desired.complete, desired.entries.has(key), desired.held.has(key)]).toEqual([
            'sync',
            true,
            false,
            false,
          ])
          expect(applied.get(key)).toMatchObject({ id })
          expect(applied.get(key)).not.toHaveProperty('protect')
          expect(desired.broken).not.toContain(applied.get(key)?.source)
          expect([observed.usersOf(id), history.isRipe(key)]).toEqual([undefined, true])
        }
      }),
    )
  })

  test('deletes no more than either cap allows, beside what a person confirmed', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { rules, applied, history } = world
        const unasked = of('delete', world).filter((change) => isPrune(change) && !history.isApproved(change.key))
        expect(unasked.length).toBeLessThanOrEqual(rules.deleteMax)
        expect(unasked.length).toBeLessThan((applied.size * rules.deleteMaxPercent) / 100 + 1)
      }),
    )
  })

  test('deletes as a surplus only what is not in use, where one of our key is left that nobody copied', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { observed, applied, desired, rules } = world
        for (const { key, id } of of('delete', world).filter((change) => !isPrune(change))) {
          const nonces = observed.byKey(key).map(({ stamp }) => stamp?.nonce)
          expect(nonces.length).toBeGreaterThan(1)
          expect(nonces).toEqual([...new Set(nonces)])
          expect(observed.usersOf(id)).toBeUndefined()
          const holders = [...applied].filter(([, record]) => record.id === id).map(([name]) => name)
          const isLeft = !desired.entries.has(key)
          expect(isLeft ? holders : holders.filter((name) => name !== key)).toEqual([])
          if (isLeft) expect([rules.policy, desired.complete]).toEqual(['sync', true])
        }
      }),
    )
  })

  test('withholds the corrections that the settings do not want, and no edit but under create-only', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { policy, drift } = world.rules
        for (const { reason, withheld, reach, entry, present } of of('update', world)) {
          expect(reach).toBe(compareReach(present, entry.configuration))
          const isUntouched = reason === 'found' && present.createdAt === present.updatedAt
          const isHeld = reach === 'wider' || reach === 'other'
          const isOurs = reason === 'edited' || isUntouched
          const wanted = isOurs || drift === 'correct-all' || (drift === 'correct' && !isHeld)
          const why = drift === 'report' ? 'report' : 'widening'
          expect(withheld).toBe(policy === 'create-only' ? 'policy' : wanted ? undefined : why)
        }
      }),
    )
  })

  test('changes nothing that exists under create-only, but for lost attempts', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const made = computePlan(world).changes.filter(isWrite)
        const allowed = made.filter(
          (change) => change.kind === 'create' || (change.kind === 'delete' && change.reason === 'surplus'),
        )
        expect(world.rules.policy === 'create-only' ? made : allowed).toEqual(allowed)
      }),
    )
  })

  test('forgets only what is not declared, from a folder that is wholly known', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { desired, observed, applied } = world
        for (const { key, id, forget } of of('noop', world)) {
          if (!forget) continue
          expect([desired.complete, desired.entries.has(key), applied.get(key)?.id]).toEqual([true, false, id])
          expect([observed.byId(id), ...observed.byKey(key)]).toEqual([undefined])
        }
      }),
    )
  })

  test('has every kind of change in one world or another', () => {
    const kinds = fc.sample(worlds, 2_000).flatMap((world) => computePlan(world).changes.map(({ kind }) => kind))
    expect(new Set(kinds)).toEqual(new Set(['create', 'adopt', 'update', 'move', 'delete', 'orphan', 'conflict', 'noop']))
  })

  test('is counted by kind', () => {
    const web = entryOf('web')
    const desired = desiredOf([web, entryOf('a'), entryOf('b')])
    const world = worldOf({ desired, applied: { web: { id: 'aigac_1' } }, observed: [observedOf('aigac_1', web)] })
    expect(countChanges(computePlan(world).changes)).toEqual({ create: 2, noop: 1 })
  })
})

function of<Kind extends Change['kind']>(kind: Kind, world: World): readonly Extract<Change, { kind: Kind }>[] {
  return computePlan(world).changes.filter((change): change is Extract<Change, { kind: Kind }> => change.kind === kind)
}
