import { describe, expect, test } from 'vitest'
import { applied, doneOf, type SmallWorld, told, writesOf } from '../support/small-world.ts'
import { desiredOf, entryOf, observedOf, rulesOf, recordedOf } from '../support/states.ts'

describe('what follows a change of the same key is foretold with it', () => {
  const closed = { access: { models: { allow: [] } } }
  const base = { rules: rulesOf({}), unlisted: [], used: [] } as const

  test('a move of what somebody closed leaves it closed, and says so', async () => {
    const listed = [{ ...observedOf('aigac_1', entryOf('old', closed)), updatedAt: '2026-02-01T00:00:00Z' }]
    const old = entryOf('old')
    const lock = new Map([['old', recordedOf(old, observedOf('aigac_1', old))]])
    const world = { ...base, desired: desiredOf([{ ...entryOf('new', { name: 'old' }) }]), lock, listed }
    const { plan } = await told(world)
    expect(plan.changes).toMatchObject([
      { kind: 'move', key: 'new', from: 'old', fields: [] },
      { kind: 'update', key: 'new', reason: 'drift', fields: ['access'], withheld: 'widening' },
    ])
    const { events } = await applied(world)
    expect(events).toContainEqual(expect.objectContaining({ event: 'drift.detected', key: 'new', action: 'hold' }))
  })

  test('lost attempts are deleted one after another, and what stays becomes what is declared', async () => {
    const attempts = ['aigac_1', 'aigac_2', 'aigac_3'].map((id) => observedOf(id, entryOf('web')))
    const world = { ...base, desired: desiredOf([entryOf('web', { name: 'new name' })]), lock: new Map(), listed: attempts }
    const { plan, gateway } = await told(world)
    expect(plan.changes).toMatchObject([
      { kind: 'delete', id: 'aigac_2', reason: 'surplus' },
      { kind: 'delete', id: 'aigac_3', reason: 'surplus' },
      { kind: 'update', id: 'aigac_1', reason: 'found', fields: ['name'] },
    ])
    expect(gateway.asked).toEqual(['list', 'references'])
  })

  test('what access keys refer to is not said to be deleted', async () => {
    const listed = [observedOf('aigac_1', entryOf('web'))]
    const lock = new Map([['web', recordedOf(entryOf('web'), observedOf('aigac_1', entryOf('web')))]])
    const world = { ...base, rules: rulesOf({ policy: 'sync' }), desired: desiredOf([]), lock, listed, used: ['aigac_1'] }
    const { plan } = await told(world)
    expect(plan.changes).toMatchObject([{ kind: 'orphan', stays: 'in-use', accessKeys: [{ id: 'aigk_of_aigac_1' }] }])
  })
})

const of = (name: string, source: string) => ({ ...entryOf(name, { name: 'same' }), source })

describe('what is done before deletions is known to them', () => {
  const rules = rulesOf({ policy: 'sync' })
  const there = (id: string, name: string) => observedOf(id, of(name, 'm.ts'))
  const was = (name: string, source: string, id: string) => recordedOf(of(name, source), there(id, name))
  const base = { rules, unlisted: [], used: [] } as const

  test.for<[string, SmallWorld, readonly string[]]>([
    [
      'a key goes on under that of an entry that waits for a person, once another has left its module in the lockfile',
      {
        ...base,
        desired: desiredOf([of('a', 'm.ts'), { ...of('b', 'n.ts'), adopt: 'aigac_4' }]),
        lock: new Map([
          ['e', { ...was('e', 'n.ts', 'aigac_3'), digest: of('e', 'n.ts').digest.replace(/.$/, 'x') }],
          ['a', was('a', 'n.ts', 'aigac_2')],
        ]),
        listed: [there('aigac_3', 'e'), there('aigac_4', 'a')],
      },
      [],
    ],
    [
      'a key has one too many, once the lockfile ties that to another key no more',
      {
        ...base,
        desired: desiredOf([{ ...of('a', 'm.ts'), adopt: 'aigac_2' }]),
        lock: new Map([
          ['d', was('d', 'm.ts', 'aigac_1')],
          ['a', was('a', 'm.ts', 'aigac_3')],
        ]),
        listed: [there('aigac_1', 'd'), there('aigac_2', 'c'), there('aigac_3', 'd')],
      },
      ['move a aigac_2 from c ', 'delete d aigac_3 surplus', 'delete d aigac_1 not-declared'],
    ],
    [
      'a module has two entries, of which one was created meanwhile',
      {
        ...base,
        desired: desiredOf([of('c', 'm.ts'), { ...of('a', 'm.ts'), adopt: 'aigac_4' }]),
        lock: new Map([['d', was('d', 'm.ts', 'aigac_2')]]),
        listed: [there('aigac_1', 'e'), there('aigac_2', 'd'), there('aigac_4', 'd')],
      },
      ['create c', 'delete d aigac_4 surplus', 'delete d aigac_2 not-declared'],
    ],
  ])('%s', async ([, world, writes]) => {
    const { plan } = await told(world)
    const { events } = await applied(world)
    expect(plan.changes.flatMap(writesOf).toSorted()).toEqual(writes.toSorted())
    expect(events.flatMap(doneOf).toSorted()).toEqual(writes.toSorted())
  })
})
