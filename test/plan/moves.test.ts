import { expect, test } from 'vitest'
import type { Entry } from '../../src/model/entry.ts'
import type { Change } from '../../src/plan/change.ts'
import { computePlan } from '../../src/plan/plan.ts'
import type { World } from '../../src/plan/world.ts'
import { desiredOf, entryOf, observedOf, worldOf } from '../support/states.ts'

const old = entryOf('old')
const there = observedOf('aigac_1', old)
const lock = { old: { id: 'aigac_1', digest: old.digest } }

/** The content of `old` under another key, but for what is given. */
function renamed(key: string, fields: object = {}, rest: Partial<Entry> = {}): Entry {
  return { ...entryOf(key, { name: 'old', ...fields }), ...rest }
}

const moves: readonly (readonly [string, World, readonly Partial<Change>[]])[] = [
  [
    'the same content under another key keeps its id',
    worldOf({ desired: desiredOf([renamed('new')]), applied: lock, observed: [there] }),
    [{ kind: 'move', key: 'new', from: 'old', id: 'aigac_1', fields: [] }],
  ],
  [
    'renamedFrom carries over other content',
    worldOf({ desired: desiredOf([renamed('new', { name: 'x' }, { renamedFrom: 'old' })]), applied: lock, observed: [there] }),
    [{ kind: 'move', key: 'new', from: 'old', fields: ['name'] }],
  ],
  [
    'is known by the stamp where the lockfile is lost',
    worldOf({ desired: desiredOf([renamed('new')]), observed: [there] }),
    [{ kind: 'move', key: 'new', from: 'old' }],
  ],
  [
    'the lockfile knows, and the listing does not show yet, is asked for before anything is created',
    worldOf({ desired: desiredOf([renamed('new')]), applied: lock }),
    [{ kind: 'create', key: 'new', missing: 'aigac_1' }],
  ],
  [
    'is withheld under create-only',
    worldOf({ desired: desiredOf([renamed('new')]), applied: lock, observed: [there], policy: 'create-only' }),
    [{ kind: 'move', withheld: true }],
  ],
  [
    'other content without renamedFrom is a new entry',
    worldOf({ desired: desiredOf([renamed('new', { name: 'x' })]), applied: lock, observed: [there] }),
    [
      { kind: 'create', key: 'new' },
      { kind: 'orphan', key: 'old' },
    ],
  ],
  [
    'a copy beside the original is a new entry',
    worldOf({ desired: desiredOf([old, renamed('new')]), applied: lock, observed: [there] }),
    [
      { kind: 'create', key: 'new' },
      { kind: 'noop', key: 'old' },
    ],
  ],
  [
    'two new ones with its content: not clear which',
    worldOf({ desired: desiredOf([renamed('n1'), renamed('n2')]), applied: lock, observed: [there] }),
    [
      { kind: 'create', key: 'n1' },
      { kind: 'create', key: 'n2' },
      { kind: 'orphan', key: 'old' },
    ],
  ],
  [
    'from a module that does not load is none',
    worldOf({ desired: desiredOf([renamed('new')], { broken: ['old.ts'] }), applied: lock, observed: [there] }),
    [
      { kind: 'create', key: 'new' },
      { kind: 'noop', key: 'old' },
    ],
  ],
  [
    'while the folder is not wholly known is none',
    worldOf({ desired: desiredOf([renamed('new')], { complete: false }), applied: lock, observed: [there] }),
    [
      { kind: 'create', key: 'new' },
      { kind: 'noop', key: 'old' },
    ],
  ],
  [
    'of what another owner claims is none',
    worldOf({
      desired: desiredOf([renamed('new')]),
      applied: lock,
      observed: [observedOf('aigac_1', old, { owner: 'other' })],
    }),
    [{ kind: 'create', key: 'new' }],
  ],
  [
    'is no move onto a key that has a configuration',
    worldOf({
      desired: desiredOf([renamed('new', {}, { renamedFrom: 'old' })]),
      applied: lock,
      observed: [there, observedOf('aigac_2', renamed('new'))],
    }),
    [
      { kind: 'noop', key: 'new', id: 'aigac_2' },
      { kind: 'orphan', key: 'old' },
    ],
  ],
]

test.each(moves)('%s', (_title, world, expected) => {
  expect(computePlan(world).changes).toMatchObject(expected)
  expect(computePlan(world).changes).toHaveLength(expected.length)
})
