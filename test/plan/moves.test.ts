import { expect, test } from 'vitest'
import type { Entry } from '../../src/model/entry.ts'
import type { ResolvedEntry } from '../../src/model/resolved.ts'
import type { Change } from '../../src/plan/change.ts'
import { computePlan } from '../../src/plan/plan.ts'
import type { World } from '../../src/plan/world.ts'
import { desiredOf, entryOf, observedOf, touched, worldOf } from '../support/states.ts'

const old = entryOf('old')
const there = observedOf('aigac_1', old)
const lock = { old: { id: 'aigac_1', digest: old.digest } }

/** The content of `old` under another key, but for what is given. */
function renamed(key: string, fields: object = {}, rest: Partial<Entry> = {}): Entry & ResolvedEntry {
  return { ...entryOf(key, { name: 'old', ...fields }), ...rest } as Entry & ResolvedEntry
}

const moves: readonly (readonly [string, World, readonly Partial<Change>[]])[] = [
  [
    'the same content under another key keeps its id',
    worldOf({ desired: desiredOf([renamed('new')]), applied: lock, observed: [there] }),
    [{ kind: 'move', key: 'new', from: 'old', id: 'aigac_1', reason: 'same-content', fields: [], reach: 'same' }],
  ],
  [
    'renamedFrom carries over other content',
    worldOf({ desired: desiredOf([renamed('new', { name: 'x' }, { renamedFrom: 'old' })]), applied: lock, observed: [there] }),
    [{ kind: 'move', key: 'new', from: 'old', reason: 'renamed-from', fields: ['name'], reach: 'same' }],
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
    worldOf({ desired: desiredOf([renamed('new')]), applied: lock, observed: [there], rules: { policy: 'create-only' } }),
    [{ kind: 'move', withheld: 'policy' }],
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

const edits = (entry: Entry) => ({ ...entry, source: 'old.ts' })
const wide = { access: {} }
const changed = renamed('new', { name: 'x' })
const stray = observedOf('aigac_1', old, { key: 'stray' })

const more: typeof moves = [
  [
    'the only entry of its module with another key and other content keeps its id',
    worldOf({ desired: desiredOf([edits(changed)]), applied: lock, observed: [there] }),
    [{ kind: 'move', key: 'new', from: 'old', reason: 'same-source', fields: ['name'] }],
  ],
  [
    'one of two entries of a module is not told by its module',
    worldOf({ desired: desiredOf([edits(changed), edits(entryOf('other'))]), applied: lock, observed: [there] }),
    [
      { kind: 'create', key: 'new' },
      { kind: 'orphan', key: 'old' },
      { kind: 'create', key: 'other' },
    ],
  ],
  [
    'of a module that declared two, neither is continued by the only one it declares now',
    worldOf({
      desired: desiredOf([edits(changed)]),
      applied: { ...lock, other: { id: 'aigac_2', source: 'old.ts' } },
      observed: [there],
    }),
    [
      { kind: 'create', key: 'new' },
      { kind: 'orphan', key: 'old' },
      { kind: 'noop', key: 'other', forget: true },
    ],
  ],
  [
    'the same content goes before the same module',
    worldOf({ desired: desiredOf([renamed('n1'), edits(renamed('n2', { name: 'x' }))]), applied: lock, observed: [there] }),
    [
      { kind: 'move', key: 'n1', from: 'old', reason: 'same-content' },
      { kind: 'create', key: 'n2' },
    ],
  ],
  [
    'renamedFrom goes before the same content',
    worldOf({
      desired: desiredOf([renamed('n1'), renamed('n2', { name: 'x' }, { renamedFrom: 'old' })]),
      applied: lock,
      observed: [there],
    }),
    [
      { kind: 'create', key: 'n1' },
      { kind: 'move', key: 'n2', from: 'old', reason: 'renamed-from' },
    ],
  ],
  [
    'of two that say renamedFrom the first by key is the one, whichever was loaded first',
    worldOf({
      desired: desiredOf([
        renamed('n2', { name: 'x' }, { renamedFrom: 'old' }),
        renamed('n1', { name: 'y' }, { renamedFrom: 'old' }),
      ]),
      applied: lock,
      observed: [there],
    }),
    [
      { kind: 'move', key: 'n1', from: 'old', reason: 'renamed-from' },
      { kind: 'create', key: 'n2' },
    ],
  ],
  [
    'a stamp that names another key than the lockfile comes back',
    worldOf({ desired: desiredOf([old]), applied: lock, observed: [stray] }),
    [{ kind: 'move', key: 'old', from: 'stray', id: 'aigac_1', reason: 'stamp', fields: [], reach: 'same' }],
  ],
  [
    'a stamp that names another key that is declared is that one’s',
    worldOf({ desired: desiredOf([old, entryOf('stray', { name: 'old' })]), applied: lock, observed: [stray] }),
    [
      { kind: 'conflict', key: 'old', reason: 'claimed-by-other', ids: ['aigac_1'] },
      { kind: 'noop', key: 'stray', id: 'aigac_1', record: stray },
    ],
  ],
  [
    'what was changed on the gateway meanwhile is not undone by the move, which could open what somebody closed',
    worldOf({
      desired: desiredOf([renamed('new')]),
      applied: lock,
      observed: [touched(there, entryOf('old', { access: { models: { allow: [] } } }))],
    }),
    [{ kind: 'move', key: 'new', from: 'old', fields: [], reach: 'same' }],
  ],
  [
    'nor where the lockfile is lost and renamedFrom tells',
    worldOf({ desired: desiredOf([renamed('new', wide, { renamedFrom: 'old' })]), observed: [touched(there, old)] }),
    [{ kind: 'move', key: 'new', from: 'old', fields: [], reach: 'same' }],
  ],
  [
    'what is edited with the move is made, and its reach is told',
    worldOf({ desired: desiredOf([renamed('new', wide, { renamedFrom: 'old' })]), applied: lock, observed: [there] }),
    [{ kind: 'move', key: 'new', from: 'old', fields: ['access'], reach: 'wider' }],
  ],
  [
    'of what two configurations carry is none',
    worldOf({ desired: desiredOf([renamed('new')]), applied: lock, observed: [there, observedOf('aigac_2', old)] }),
    [
      { kind: 'create', key: 'new' },
      { kind: 'orphan', key: 'old' },
    ],
  ],
  [
    'onto a key that two modules declare is none',
    worldOf({
      desired: desiredOf([], { held: [{ key: 'new', sources: ['a.ts', 'b.ts'], reason: 'duplicate-key' }] }),
      applied: lock,
      observed: [there],
    }),
    [
      { kind: 'conflict', key: 'new' },
      { kind: 'orphan', key: 'old' },
    ],
  ],
  [
    'is made of what is protected, which keeps its id',
    worldOf({
      desired: desiredOf([renamed('new')]),
      applied: { old: { ...lock.old, protect: true } },
      observed: [there],
      rules: { policy: 'sync' },
    }),
    [{ kind: 'move', key: 'new', from: 'old' }],
  ],
]

const swapped: typeof moves = [
  [
    'what the lockfile says of another configuration is no word on this one',
    worldOf({
      desired: desiredOf([renamed('new', { name: 'x' })]),
      applied: { old: { id: 'aigac_0', digest: renamed('new', { name: 'x' }).digest } },
      observed: [there],
    }),
    [
      { kind: 'create', key: 'new' },
      { kind: 'orphan', key: 'old', stays: 'policy' },
    ],
  ],
]

test.each([...moves, ...more, ...swapped])('%s', (_title, world, expected) => {
  expect(computePlan(world).changes).toMatchObject(expected)
  expect(computePlan(world).changes).toHaveLength(expected.length)
})
