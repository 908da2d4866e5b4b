/** A look at a small world in which something of every kind happens. */
import type { Look } from '../../../src/daemon/look.ts'
import type { PlanSettings } from '../../../src/cli/render/plan-document.ts'
import type { ModuleProblem } from '../../../src/model/events.ts'
import type { Change } from '../../../src/plan/change.ts'
import { computePlan } from '../../../src/plan/plan.ts'
import type { Policy } from '../../../src/plan/world.ts'
import { KEY_CHANGES, KEYLESS } from './key-sample.ts'
import { desiredOf, entryOf, observedOf, OWNER, touched, worldOf } from '../../support/states.ts'

export const PROBLEM: ModuleProblem = {
  file: 'broken.ts',
  problem: 'syntax',
  line: 3,
  column: 5,
  msg: 'expected `,`, got `access`',
  frame: "  2 |   name: 'x'\n> 3 |\taccess: 3\n    |\t^",
}

const open = { name: 'Everything' }
const chatbot = entryOf('team-a/chatbot', { name: 'Chatbot' })
const edited = entryOf('team-a/chatbot', {
  name: 'Chatbot (production)',
  access: { providers: { allow: ['openai'] }, models: { allow: ['openai/gpt-4o', 'openai/gpt-5'] } },
  router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: 'aigpk_1' }] }, { type: 'ngrok' }] }] },
})
const batch = entryOf('batch', { name: 'Batch' })

export const SETTINGS: PlanSettings = {
  dir: '/srv/configs',
  apiUrl: 'https://api.ngrok.ai',
  owner: OWNER,
  policy: 'sync',
  drift: 'correct',
  rateLimit: { requests: 8, windowMs: 60_000 },
  deleteGrace: 30_000,
}

const NARROW = { access: { models: { allow: [] } } }
const WIDE = { access: { models: { allow: ['openai/gpt-4o', 'openai/gpt-5'] } } }

/** The chatbot also declares a provider key that is still to be made. */
function withPendingKey(change: Change): Change {
  if (change.kind !== 'update' || change.key !== 'team-a/chatbot') return change
  const { entry } = change
  const pending = { id: '?', pending: { provider: 'openai', name: 'openai-prod' } }
  const steps = [{ type: 'user', keys: [{ id: 'aigpk_1' }, pending] }, { type: 'ngrok' }] as const
  const router = { rules: [{ provider: 'openai', steps }] }
  return { ...change, entry: { ...entry, configuration: { ...entry.configuration, router } } }
}

export function sampleLook(policy: Policy = 'sync'): Look {
  const held = { key: 'same', sources: ['a.json', 'b.json'], reason: 'duplicate-key' } as const
  const { access: _, ...unrestricted } = entryOf('open', open).configuration
  const entries = [
    { ...entryOf('open'), configuration: unrestricted },
    edited,
    { ...batch, key: 'jobs/batch', source: 'jobs/batch.yaml' },
    { ...entryOf('taken'), adopt: 'aigac_9' },
    ...['gone', 'same-as-ever', 'found', 'closed', 'opened', 'twice'].map((key) => entryOf(key)),
  ]
  const world = worldOf({
    rules: { policy },
    desired: desiredOf(entries, { held: [held], broken: ['broken.ts'] }),
    applied: {
      'team-a/chatbot': { id: 'aigac_1', digest: chatbot.digest },
      batch: { id: 'aigac_2', source: 'batch.yaml', digest: batch.digest },
      gone: { id: 'aigac_3' },
      'same-as-ever': { id: 'aigac_4' },
      left: { id: 'aigac_5' },
      used: { id: 'aigac_10' },
      closed: { id: 'aigac_11' },
      opened: { id: 'aigac_12' },
      kept: { id: 'aigac_7', source: 'broken.ts' },
      over: { id: 'aigac_99' },
    },
    observed: [
      observedOf('aigac_1', chatbot),
      observedOf('aigac_2', batch),
      ...['same-as-ever', 'left', 'found', 'kept'].map((key, index) => observedOf(`aigac_${index + 4}`, entryOf(key))),
      observedOf('aigac_8', entryOf('open', { name: 'Everything' }), null),
      observedOf('aigac_9', entryOf('taken', NARROW), null),
      observedOf('aigac_10', entryOf('used')),
      touched(observedOf('aigac_11', entryOf('closed')), entryOf('closed', NARROW)),
      touched(observedOf('aigac_12', entryOf('opened')), entryOf('opened', WIDE)),
      observedOf('aigac_13', entryOf('twice')),
      { ...observedOf('aigac_14', entryOf('twice')), createdAt: '2026-01-02T00:00:00Z' },
    ],
    users: new Map([['aigac_10', [{ id: 'aigk_1', name: 'production' }, { id: 'aigk_2' }]]]),
  })
  const plan = computePlan(world)
  const changes = [...plan.changes.map(withPendingKey), KEYLESS].toSorted((a, b) => (a.key < b.key ? -1 : 1))
  return {
    declared: { desired: world.desired, files: 9, problems: [PROBLEM] },
    lockfile: { type: 'found', lockfile: { lockfileVersion: 1, owner: OWNER, apiUrl: SETTINGS.apiUrl, entries: new Map() } },
    world,
    plan: { ...plan, changes, providerKeys: KEY_CHANGES },
    requests: 2,
    pages: 1,
  }
}
