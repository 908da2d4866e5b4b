import { describe, expect, test } from 'vitest'
import type { Change } from '../../src/plan/change.ts'
import { planKeys } from '../../src/plan/plan.ts'
import type { World } from '../../src/plan/world.ts'
import { desiredOf, entryOf, observedOf, touched, worldOf } from '../support/states.ts'

const web = entryOf('web')
const edited = entryOf('web', { name: 'another name' })
const stamped = observedOf('aigac_1', web)
const unstamped = observedOf('aigac_1', web, null)
const applied = { web: { id: 'aigac_1' } }

const table: readonly (readonly [string, World, Partial<Change> | undefined])[] = [
  ['declared, and nowhere else: created', worldOf({ desired: desiredOf([web]) }), { kind: 'create' }],
  [
    'applied and unchanged: nothing to do',
    worldOf({ desired: desiredOf([web]), applied, observed: [stamped] }),
    { kind: 'noop', id: 'aigac_1' },
  ],
  [
    'declared otherwise since it was applied: an update',
    worldOf({ desired: desiredOf([edited]), applied, observed: [stamped] }),
    { kind: 'update', id: 'aigac_1' },
  ],
  [
    'stamped for us, unknown to the lockfile: linked, not created again',
    worldOf({ desired: desiredOf([web]), observed: [stamped] }),
    { kind: 'noop', id: 'aigac_1', record: stamped },
  ],
  [
    'linked with other content: an update',
    worldOf({ desired: desiredOf([edited]), observed: [stamped] }),
    { kind: 'update', id: 'aigac_1', fields: ['name'] },
  ],
  [
    'recorded under an id that is gone, stamped under another: linked anew',
    worldOf({ desired: desiredOf([web]), applied: { web: { id: 'aigac_0' } }, observed: [stamped] }),
    { kind: 'noop', id: 'aigac_1', record: stamped },
  ],
  [
    'recorded, and gone from the gateway: created, saying which is missing',
    worldOf({ desired: desiredOf([web]), applied }),
    { kind: 'create', missing: 'aigac_1' },
  ],
  [
    'its stamp edited away: the id still ties it',
    worldOf({ desired: desiredOf([web]), applied, observed: [unstamped] }),
    { kind: 'noop', id: 'aigac_1' },
  ],
  [
    'its stamp replaced by another owner: theirs',
    worldOf({ desired: desiredOf([web]), applied, observed: [observedOf('aigac_1', web, { owner: 'other' })] }),
    { kind: 'conflict', reason: 'claimed-by-other' },
  ],
  [
    'the same key under another owner: none of ours',
    worldOf({ desired: desiredOf([web]), observed: [observedOf('aigac_1', web, { owner: 'other' })] }),
    { kind: 'create' },
  ],
  [
    'an unstamped twin by name and content: none of ours',
    worldOf({ desired: desiredOf([web]), observed: [unstamped] }),
    { kind: 'create' },
  ],
  [
    'two with our stamp, each of an attempt of its own: the lost one is deleted, and no third is made',
    worldOf({ desired: desiredOf([web]), applied, observed: [stamped, observedOf('aigac_2', web)] }),
    { kind: 'delete', reason: 'surplus', id: 'aigac_2' },
  ],
  [
    'two with our stamp from one attempt: a conflict, and no third',
    worldOf({ desired: desiredOf([web]), applied, observed: [stamped, observedOf('aigac_2', web, stamped.stamp)] }),
    { kind: 'conflict', reason: 'duplicate-configuration', ids: ['aigac_1', 'aigac_2'] },
  ],
  [
    'one tied by id without stamp and one stamped: a conflict',
    worldOf({ desired: desiredOf([web]), applied, observed: [unstamped, observedOf('aigac_2', web)] }),
    { kind: 'conflict', ids: ['aigac_1', 'aigac_2'] },
  ],
  [
    'declared twice: held',
    worldOf({
      desired: desiredOf([], { held: [{ key: 'web', sources: ['web.ts', 'web.json'], reason: 'duplicate-key' }] }),
      applied,
      observed: [stamped],
    }),
    { kind: 'conflict', reason: 'duplicate-key', sources: ['web.ts', 'web.json'] },
  ],
  ['declared no more: an orphan', worldOf({ applied, observed: [stamped] }), { kind: 'orphan', id: 'aigac_1', source: 'web.ts' }],
  ['stamped for us, never declared: an orphan', worldOf({ observed: [stamped] }), { kind: 'orphan', id: 'aigac_1' }],
  [
    'its module does not load: kept',
    worldOf({ desired: desiredOf([], { broken: ['web.ts'] }), applied, observed: [stamped] }),
    { kind: 'noop' },
  ],
  [
    'the folder is missing: kept',
    worldOf({ desired: desiredOf([], { complete: false }), applied, observed: [stamped] }),
    { kind: 'noop' },
  ],
  ['declared no more and gone from the gateway: forgotten', worldOf({ applied }), { kind: 'noop', id: 'aigac_1', forget: true }],
  ['known to nobody: nothing to say', worldOf({}), undefined],
]

const recordedAs = (over: object) => ({ web: { id: 'aigac_1', ...over } })
const both = worldOf({ desired: desiredOf([edited]), applied, observed: [observedOf('aigac_1', edited)] })

const more: typeof table = [
  [
    'an update names the fields that differ',
    worldOf({ desired: desiredOf([entryOf('web', { description: 'x', access: {} })]), applied, observed: [stamped] }),
    { kind: 'update', fields: ['description', 'access'], reason: 'edited' },
  ],
  [
    'under create-only an update is withheld',
    worldOf({ desired: desiredOf([edited]), applied, observed: [stamped], rules: { policy: 'create-only' } }),
    { kind: 'update', withheld: 'policy' },
  ],
  [
    'edited, and on the gateway already as declared: only recorded',
    both,
    { kind: 'noop', record: observedOf('aigac_1', edited) },
  ],
  [
    'changed on the gateway by a person, and not in the folder: corrected',
    worldOf({ desired: desiredOf([web]), applied, observed: [touched(stamped, edited)] }),
    { kind: 'update', reason: 'drift', fields: ['name'] },
  ],
  [
    'declared by another module under the same key: recorded',
    worldOf({ desired: desiredOf([web]), applied: recordedAs({ source: 'old.ts' }), observed: [stamped] }),
    { kind: 'noop', record: stamped },
  ],
  [
    'protected since: recorded',
    worldOf({ desired: desiredOf([{ ...web, protect: true }]), applied, observed: [stamped] }),
    { kind: 'noop', record: stamped },
  ],
]

describe('the plan for a key', () => {
  test.each([...table, ...more])('%s', (_title, world, expected) => {
    const [change] = planKeys(world, ['web']).changes
    if (expected === undefined) expect(change).toBeUndefined()
    else expect(change).toMatchObject(expected)
  })
})
