import { describe, expect, test } from 'vitest'
import type { StatusProviderKey } from '../../../src/daemon/status/document.ts'
import type { Sight } from '../../../src/daemon/status/entries.ts'
import { providerKeysOf, recordedKeys } from '../../../src/daemon/status/provider-keys.ts'
import type { KeyProblem } from '../../../src/model/planned.ts'
import type { ObservedProviderKey } from '../../../src/model/provider-key.ts'
import type { Plan } from '../../../src/plan/change.ts'
import type { KeyChange } from '../../../src/plan/key-change.ts'
import { desiredOf, entryOf, observedOf, worldOf, recordedOf } from '../../support/states.ts'

const prod = { provider: 'openai', name: 'prod' }
const id = 'aigpk_1'
const secret = { $env: 'OPENAI_API_KEY' }
const present: ObservedProviderKey = {
  ...prod,
  id,
  keyRedacted: 'canary***',
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  lastUpdatedBy: 'usr_1',
}
const entries = ['api', 'web']
const rotate: KeyChange = { kind: 'rotate', ...prod, id, entries, secret, reason: 'edited', present }
const update: KeyChange = { kind: 'update', ...prod, id, entries, fields: ['name'], present }
const noop: KeyChange = { kind: 'noop', ...prod, id, entries }
const orphan: KeyChange = { kind: 'orphan', ...prod, id, stays: 'policy', configurations: [] }

function sightOf(rest: Partial<Sight> = {}): Sight {
  const managed = new Map([['openai\nprod', { entries: new Set(entries), secrets: [secret] }]])
  const world = worldOf({ desired: { ...desiredOf([]), managed } })
  return { world, troubled: new Map(), lastListedAt: new Date(0), words: ({ kind }) => kind, ...rest }
}

function statusOf(plan: Partial<Plan>, rest: Partial<Sight> = {}): readonly StatusProviderKey[] {
  return providerKeysOf(sightOf(rest), { changes: [], providerKeys: [], guards: [], ...plan })
}

function inConflict(problem: KeyProblem): Plan['changes'] {
  return [{ kind: 'conflict', key: 'web', reason: problem.type, ids: [], sources: ['web.ts'], problem }]
}

describe('a managed provider key', () => {
  test.each<[string, KeyChange, string, string | null]>([
    ['that is as declared', noop, 'applied', null],
    ['that the lockfile does not know yet', { ...noop, record: 'f' }, 'applied', 'unrecorded'],
    ['that is still to be made', { kind: 'create', ...prod, entries, secret }, 'pending', 'create'],
    ['whose secret changed', rotate, 'pending', 'rotate'],
    ['whose drift is corrected', update, 'pending', 'update'],
    ['that is to be deleted', { kind: 'delete', ...prod, id, reason: 'not-declared' }, 'pending', 'delete'],
    ['that may have been closed', { ...rotate, reason: 'drift', withheld: 'hold' }, 'drift', 'hold'],
    ['whose drift is only reported', { ...update, withheld: 'report' }, 'drift', 'report'],
    ['whose secret changed and that may not be changed', { ...rotate, withheld: 'policy' }, 'held', 'policy'],
    ['that no entry declares any more', orphan, 'orphan', 'policy'],
    ['that waits for its grace', { ...orphan, stays: 'grace' }, 'orphan', 'grace'],
  ])('%s is %s: %s', (_title, change, state, reason) => {
    expect(statusOf({ providerKeys: [change] })).toMatchObject([{ ...prod, state, reason }])
  })

  test.each([
    [true, 'refused'],
    [false, 'retrying'],
  ])('that fails says so before anything else (permanent: %s)', (permanent, reason) => {
    const troubledKeys = new Map([['openai\nprod', { permanent, msg: 'too many keys' }]])
    const expected = { id, state: 'failed', reason, msg: 'too many keys', entries }
    expect(statusOf({ providerKeys: [rotate] }, { troubledKeys })).toMatchObject([expected])
  })

  test.each<[KeyProblem, string]>([
    [{ type: 'secret-missing', key: prod, secret, problem: { reason: 'empty', msg: 'it is empty' } }, 'failed'],
    [{ type: 'provider-key-contradiction', key: prod, sources: ['a.ts', 'b.ts'] }, 'conflict'],
    [{ type: 'provider-key-taken', key: prod, ids: ['aigpk_9'] }, 'conflict'],
    [{ type: 'provider-key-duplicate', key: prod, ids: ['aigpk_1', 'aigpk_2'] }, 'conflict'],
  ])('that keeps an entry from being applied says why: $type', (problem, state) => {
    const expected = { ...prod, state, reason: problem.type, msg: expect.stringContaining('prod'), entries }
    expect(statusOf({ changes: inConflict(problem) })).toMatchObject([{ ...expected, id: null }])
    expect(statusOf({ changes: inConflict(problem), providerKeys: [noop] })).toMatchObject([{ ...expected, id }])
  })

  test('that is only looked up by its name is none of ours', () => {
    const problem = { type: 'provider-key-unknown', key: { provider: 'openai', name: 'theirs' } } as const
    expect(statusOf({ changes: inConflict(problem), providerKeys: [noop] })).toHaveLength(1)
    expect(statusOf({ changes: inConflict({ ...problem, key: prod }), providerKeys: [noop] })).toMatchObject([
      { state: 'applied' },
    ])
  })

  test('of a gateway that was not listed yet is still to be seen', () => {
    expect(statusOf({}, { lastListedAt: undefined })).toMatchObject([{ ...prod, state: 'pending', reason: 'unlisted', entries }])
  })

  test('of what seems to be another account is held', () => {
    const guards = [{ guard: 'unknown-ids', count: 3, limit: 0, managed: 3 }] as const
    expect(statusOf({ guards })).toMatchObject([{ ...prod, state: 'held', reason: 'unknown-ids' }])
  })

  test('that nothing is planned for waits for the entries that declare it', () => {
    expect(statusOf({})).toMatchObject([{ ...prod, id: null, state: 'held', reason: 'entries', entries }])
  })

  test('names the configurations that keep it, and nothing of its value', () => {
    const configurations = ['aigac_1']
    const [kept] = statusOf({ providerKeys: [{ ...orphan, stays: 'in-use', configurations }] })
    expect(kept).toEqual({ ...prod, id, state: 'orphan', reason: 'in-use', msg: 'orphan', entries: [], configurations })
    expect(JSON.stringify(statusOf({ providerKeys: [rotate] }))).not.toContain('canary')
  })
})

test('provider keys come in order of provider and name', () => {
  const others = ['b', 'a'].map((name): KeyChange => ({ kind: 'noop', provider: 'zai', name, id, entries }))
  const early: KeyChange = { ...noop, provider: 'anthropic', name: 'z' }
  const told = statusOf({ providerKeys: [...others, early] })
  expect(told.map(({ provider, name }) => `${provider} ${name}`)).toEqual(['anthropic z', 'openai prod', 'zai a', 'zai b'])
})

test('the lockfile alone tells the ids, and the entries that use each', () => {
  const lockfile = new Map([
    recorded('web', ['aigpk_2', 'aigpk_1', 'aigpk_2']),
    recorded('api', ['aigpk_2']),
    recorded('none', []),
  ])
  const unknown = { provider: null, name: null, state: 'applied', reason: null, msg: null, configurations: null }
  expect(recordedKeys(lockfile)).toEqual([
    { ...unknown, id: 'aigpk_1', entries: ['web'] },
    { ...unknown, id: 'aigpk_2', entries: ['api', 'web'] },
  ])
})

function recorded(key: string, ids: readonly string[]) {
  const secrets = Object.fromEntries(ids.map((each, index) => [`keys[${index}].value`, `${each}:fingerprint`]))
  return [key, { ...recordedOf(entryOf(key), observedOf('aigac_1', entryOf(key))), secrets }] as const
}
