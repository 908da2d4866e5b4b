/** Managed provider keys in every state that a plan may find them in. */
import type { KeyProblem } from '../../../src/model/planned.ts'
import type { ObservedProviderKey } from '../../../src/model/provider-key.ts'
import type { Change } from '../../../src/plan/change.ts'
import type { KeyChange } from '../../../src/plan/key-change.ts'

function observed(id: string, provider: string, name: string): ObservedProviderKey {
  const stamp = { owner: 'platform', key: name, nonce: 'canary-nonce' }
  return {
    id,
    provider,
    name,
    keyRedacted: 'canary-pro***cret',
    metadata: JSON.stringify({ 'aigw-sync': stamp }),
    stamp,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-02-01T00:00:00Z',
    lastUpdatedBy: 'usr_person',
  }
}

const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((team) => `team-${team}/web`)

export const KEY_CHANGES: readonly KeyChange[] = [
  { kind: 'delete', provider: 'anthropic', name: 'old', id: 'aigpk_8', reason: 'not-declared' },
  { kind: 'orphan', provider: 'anthropic', name: 'used', id: 'aigpk_9', stays: 'in-use', configurations: ['aigac_1', 'aigac_2'] },
  {
    kind: 'rotate',
    provider: 'google',
    name: 'closed',
    id: 'aigpk_4',
    entries: ['closed'],
    secret: { $credential: 'google' },
    reason: 'drift',
    present: observed('aigpk_4', 'google', 'closed'),
    withheld: 'hold',
  },
  { kind: 'noop', provider: 'google', name: 'found', id: 'aigpk_6', entries: ['found'], record: 'canary-fingerprint' },
  { kind: 'noop', provider: 'google', name: 'same', id: 'aigpk_7', entries: ['same-as-ever'] },
  { kind: 'create', provider: 'openai', name: 'openai-prod', entries: many, secret: { $env: 'OPENAI_API_KEY' } },
  {
    kind: 'rotate',
    provider: 'openai',
    name: 'openai-test',
    id: 'aigpk_3',
    entries: ['opened', 'closed'],
    secret: { $file: '/run/keys/openai' },
    reason: 'edited',
    present: observed('aigpk_3', 'openai', 'openai-test'),
  },
  {
    kind: 'update',
    provider: 'openai',
    name: 'shared',
    id: 'aigpk_5',
    entries: ['opened'],
    fields: ['name', 'metadata'],
    present: observed('aigpk_5', 'openai', 'shared by hand'),
  },
  { kind: 'delete', provider: 'openai', name: 'twice', id: 'aigpk_10', reason: 'surplus' },
]

export const MISSING: KeyProblem = {
  type: 'secret-missing',
  key: { provider: 'openai', name: 'openai-trial' },
  secret: { $env: 'OPENAI_TRIAL_KEY' },
  problem: { reason: 'not-set', msg: 'it is not set: put it into the environment of aigw-sync' },
}

export const KEYLESS: Change = {
  kind: 'conflict',
  key: 'keyless',
  reason: 'secret-missing',
  ids: [],
  sources: ['keyless.ts'],
  problem: MISSING,
}
