/** A daemon that has something in every state. */
import type { StatusDocument } from '../../../src/daemon/status/document.ts'
import type { Sight } from '../../../src/daemon/status/entries.ts'
import { plannedStatus, type StatusSettings } from '../../../src/daemon/status/status.ts'
import { wordsOf } from '../../../src/cli/render/status-words.ts'
import { computePlan } from '../../../src/plan/plan.ts'
import { KEY_CHANGES } from './key-sample.ts'
import { desiredOf, entryOf, observedOf, OWNER, touched, worldOf } from '../../support/states.ts'

export const SETTINGS: StatusSettings = {
  dir: '/srv/configs',
  lockfile: '/var/lib/aigw-sync/aigw-sync.lock.json',
  apiUrl: 'https://api.ngrok.ai',
  owner: OWNER,
  policy: 'sync',
  drift: 'correct',
}

export const LIFE = {
  pid: 4242,
  version: '0.1.0',
  startedAt: new Date('2026-02-01T08:00:00Z'),
  readyAt: new Date('2026-02-01T08:00:01Z'),
}

const closed = entryOf('closed', { access: { models: { allow: [] } } })

export function sampleSight(): Sight {
  const held = { key: 'same', sources: ['a.json', 'b.json'], reason: 'duplicate-key' } as const
  const declared = ['as-ever', 'closed', 'new', 'refused', 'slow'].map((key) => entryOf(key))
  const world = worldOf({
    rules: { policy: 'sync' },
    desired: desiredOf([...declared, entryOf('edited', { name: 'Edited' })], { held: [held], broken: ['broken.ts'] }),
    applied: {
      'as-ever': { id: 'aigac_1' },
      closed: { id: 'aigac_2' },
      edited: { id: 'aigac_3' },
      kept: { id: 'aigac_4', source: 'broken.ts' },
      left: { id: 'aigac_5', protect: true },
      used: { id: 'aigac_6' },
      going: { id: 'aigac_7' },
    },
    observed: [
      observedOf('aigac_1', entryOf('as-ever')),
      touched(observedOf('aigac_2', entryOf('closed')), closed),
      observedOf('aigac_3', entryOf('edited')),
      observedOf('aigac_4', entryOf('kept')),
      observedOf('aigac_5', entryOf('left')),
      observedOf('aigac_6', entryOf('used')),
      observedOf('aigac_7', entryOf('going')),
    ],
    users: new Map([['aigac_6', [{ id: 'ak_1', name: 'production' }, { id: 'ak_2' }]]]),
    history: { isRipe: () => false },
  })
  const troubled = new Map([
    ['refused', { permanent: true, msg: 'no such provider' }],
    ['slow', { permanent: false, msg: 'too many requests' }],
  ])
  return { world, troubled, lastListedAt: new Date('2026-02-01T08:05:00Z'), words: wordsOf }
}

export function sampleStatus(): StatusDocument {
  const sight = sampleSight()
  const plan = { ...computePlan(sight.world), providerKeys: KEY_CHANGES }
  return plannedStatus({ ...sight, troubledKeys: TROUBLED_KEYS }, plan, SETTINGS, LIFE)
}

const TROUBLED_KEYS = new Map([['openai\nshared', { permanent: false, msg: 'too many requests' }]])
