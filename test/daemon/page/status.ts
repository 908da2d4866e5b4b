import {
  type EntryState,
  type StateReason,
  type StatusDocument,
  type StatusEntry,
  summarise,
} from '../../../src/daemon/status/document.ts'

const STATES: readonly (readonly [EntryState, StateReason | null])[] = [
  ['managed', null],
  ['failing', 'retrying'],
  ['pending', 'create'],
  ['orphaned', 'policy'],
  ['held', 'widening'],
]

/** A daemon with so many entries, in every state in turn. */
export function statusOf(count: number, more: Partial<StatusDocument> = {}): StatusDocument {
  const entries = Array.from({ length: count }, (_, index) => entryOf(index))
  return {
    running: true,
    pid: 4711,
    version: '0.1.0',
    startedAt: '2026-01-02T03:04:05.000Z',
    readyAt: '2026-01-02T03:04:06.000Z',
    lastListedAt: '2026-01-02T03:09:06.000Z',
    dir: '/etc/aigw-sync/configs',
    lockfile: '/var/lib/aigw-sync/aigw-sync.lock.json',
    apiUrl: 'https://api.ngrok.ai',
    owner: 'default',
    policy: 'upsert-only',
    drift: 'correct',
    summary: summarise(entries),
    guards: [],
    invalid: [],
    entries,
    providerKeys: [
      {
        provider: 'openai',
        name: 'openai-prod',
        id: 'aigpk_1',
        state: 'applied',
        reason: null,
        msg: null,
        entries: ['team-0000/chatbot'],
        configurations: null,
      },
    ],
    ...more,
  }
}

export function entryOf(index: number): StatusEntry {
  const [state, reason] = STATES[index % STATES.length]!
  return {
    key: `team-${String(index).padStart(4, '0')}/chatbot`,
    id: state === 'pending' ? null : `aigac_${index}`,
    name: `Chatbot ${index}`,
    source: `team-${String(index).padStart(4, '0')}/chatbot.ts`,
    state,
    reason,
    msg: state === 'managed' ? null : `why it is ${state}-${index}`,
    fields: null,
    accessKeys: null,
  }
}
