/** A look at a small world in which something of every kind happens. */
import type { Look } from '../../../src/daemon/look.ts'
import type { PlanSettings } from '../../../src/cli/render/plan-document.ts'
import type { ModuleProblem } from '../../../src/model/events.ts'
import { computePlan } from '../../../src/plan/plan.ts'
import type { Policy } from '../../../src/plan/world.ts'
import { desiredOf, entryOf, observedOf, OWNER, worldOf } from '../../support/states.ts'

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
  policy: 'upsert-only',
  rateLimit: { requests: 5, windowMs: 60_000 },
}

export function sampleLook(policy: Policy = 'upsert-only'): Look {
  const held = { key: 'same', sources: ['a.json', 'b.json'], reason: 'duplicate-key' } as const
  const { access: _, ...unrestricted } = entryOf('open', open).configuration
  const entries = [
    { ...entryOf('open'), configuration: unrestricted },
    edited,
    { ...batch, key: 'jobs/batch', source: 'jobs/batch.yaml' },
    entryOf('gone'),
    entryOf('same-as-ever'),
    entryOf('found'),
  ]
  const world = worldOf({
    policy,
    desired: desiredOf(entries, { held: [held], broken: ['broken.ts'] }),
    applied: {
      'team-a/chatbot': { id: 'aigac_1', digest: chatbot.digest },
      batch: { id: 'aigac_2', source: 'batch.yaml', digest: batch.digest },
      gone: { id: 'aigac_3' },
      'same-as-ever': { id: 'aigac_4', digest: entryOf('same-as-ever').digest },
      left: { id: 'aigac_5' },
      kept: { id: 'aigac_7', source: 'broken.ts' },
    },
    observed: [
      observedOf('aigac_1', chatbot),
      observedOf('aigac_2', batch),
      observedOf('aigac_4', entryOf('same-as-ever')),
      observedOf('aigac_5', entryOf('left')),
      observedOf('aigac_6', entryOf('found')),
      observedOf('aigac_7', entryOf('kept')),
    ],
  })
  return {
    declared: { desired: world.desired, files: 9, problems: [PROBLEM] },
    lockfile: { type: 'found', lockfile: { lockfileVersion: 1, owner: OWNER, apiUrl: SETTINGS.apiUrl, entries: new Map() } },
    world,
    plan: computePlan(world),
    requests: 2,
  }
}
