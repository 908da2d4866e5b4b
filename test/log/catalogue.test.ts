import { describe, expect, test } from 'vitest'
import type { SyncEvent } from '../../src/model/events.ts'
import { rowOf } from '../../src/log/catalogue.ts'

const failure = { msg: 'invalid router', status: 422, errorCode: 'ERR_NGROK_27604', operationId: 'op_1' }
const prod = { provider: 'openai', name: 'prod', id: 'aigpk_1' }
const subject = { key: 'team-a/chatbot', id: 'aigac_1' }

const STORY: readonly (readonly [SyncEvent, level: string, sentence: string])[] = [
  [
    {
      event: 'daemon.started',
      version: '0.1.0',
      pid: 7,
      node: 'v24.15.0',
      dir: '/c',
      lockfile: '/l',
      apiUrl: 'https://api.ngrok.ai',
      owner: 'default',
      policy: 'sync',
    },
    'info',
    'aigw-sync 0.1.0 (pid 7): from /c to https://api.ngrok.ai, owner default, policy sync',
  ],
  [
    { event: 'source.loaded', files: 3, entries: 1, evaluated: 2, invalid: 1, durationMs: 12 },
    'info',
    '1 entry from 3 modules in 12 ms: 2 evaluated, 1 module not loading',
  ],
  [
    { event: 'plan.computed', changes: { create: 2, noop: 1 }, durationMs: 1 },
    'info',
    'planned in 1 ms: 2 to create, 1 unchanged',
  ],
  [{ event: 'plan.computed', changes: {}, durationMs: 1 }, 'info', 'planned in 1 ms: nothing to do'],
  [
    { event: 'plan.computed', changes: { noop: 2 }, providerKeys: { create: 2, rotate: 1 }, durationMs: 1 },
    'info',
    'planned in 1 ms: 2 unchanged; 2 provider keys to create, 1 to rotate',
  ],
  [
    { event: 'plan.computed', changes: {}, providerKeys: { delete: 1 }, durationMs: 1 },
    'info',
    'planned in 1 ms: 1 provider key to delete',
  ],
  [
    { event: 'provider-key.created', ...prod, attempt: 1, durationMs: 34, settled: true },
    'info',
    'provider key prod (openai): created as aigpk_1 in 34 ms; the answer was lost, the listing shows it',
  ],
  [
    { event: 'provider-key.rotated', ...prod, reason: 'edited', attempt: 1, durationMs: 34 },
    'info',
    'provider key prod (openai): rotated aigpk_1 in 34 ms: the value of its secret had changed',
  ],
  [
    { event: 'provider-key.updated', ...prod, fields: ['name', 'metadata'], attempt: 2, durationMs: 34 },
    'info',
    'provider key prod (openai): put the name and stamp of aigpk_1 back in 34 ms, at attempt 2',
  ],
  [
    { event: 'provider-key.deleted', ...prod, reason: 'not-declared', attempt: 1, durationMs: 34 },
    'warn',
    'provider key prod (openai): no entry declares it any more: deleted aigpk_1 in 34 ms',
  ],
  [
    { event: 'provider-key.deleted', ...prod, reason: 'surplus', attempt: 1, durationMs: 34 },
    'warn',
    'provider key prod (openai): deleted aigpk_1 in 34 ms: a lost attempt of ours that nothing referred to',
  ],
  [
    { event: 'provider-key.orphaned', ...prod, stays: 'policy' },
    'warn',
    'provider key prod (openai): no entry declares it any more: aigpk_1 stays on the gateway, since only the policy sync deletes',
  ],
  [
    { event: 'provider-key.orphaned', ...prod, stays: 'in-use', configurations: ['aigac_1'] },
    'warn',
    'provider key prod (openai): no entry declares it any more: aigpk_1 stays on the gateway, since aigac_1 still refers to it',
  ],
  [
    {
      event: 'provider-key.drifted',
      ...prod,
      fields: ['value'],
      action: 'hold',
      lastUpdatedBy: 'usr_1',
      updatedAt: '2026-02-01T00:00:00Z',
    },
    'warn',
    'provider key prod (openai): usr_1 changed the value of aigpk_1 on the gateway at 2026-02-01T00:00:00Z: it is left, since somebody may have closed it by that: give its secret another value, or run with --drift correct-all',
  ],
  [
    { event: 'provider-key.retrying', provider: 'openai', name: 'prod', attempt: 1, delayMs: 900, msg: 'overloaded' },
    'warn',
    'provider key prod (openai): attempt 1 failed: overloaded; the next try in 900 ms',
  ],
  [
    { event: 'provider-key.failed', ...prod, attempt: 1, permanent: true, msg: 'too many keys', errorCode: 'ERR_NGROK_27506' },
    'error',
    'provider key prod (openai): refused: too many keys (ERR_NGROK_27506); it is tried again when its secret or a module that declares it changes',
  ],
  [
    { event: 'provider-key.failed', ...prod, attempt: 6, permanent: false, delayMs: 30_000, msg: 'timeout' },
    'error',
    'provider key prod (openai): failed: timeout; the next try in 30 s',
  ],
  [
    { event: 'provider-key.recovered', ...prod, durationMs: 61_000 },
    'info',
    'provider key prod (openai): recovered as aigpk_1, after 1 min of failing',
  ],
  [
    { event: 'config.conflict', key: 'a', reason: 'provider-key-taken', ids: ['aigpk_1'], sources: ['a.ts'], msg: 'it is taken' },
    'error',
    'a: it is taken; nothing is changed',
  ],
  [
    { event: 'config.unrestricted', key: 'a' },
    'warn',
    'a: declares no access: keys with this configuration may reach every provider and model',
  ],
  [
    { event: 'config.created', ...subject, name: 'Chatbot', attempt: 1, durationMs: 34 },
    'info',
    'team-a/chatbot: created as aigac_1 in 34 ms',
  ],
  [
    { event: 'config.created', ...subject, name: 'Chatbot', attempt: 3, durationMs: 2_100, settled: true },
    'info',
    'team-a/chatbot: created as aigac_1 in 2.1 s, at attempt 3; the answer was lost, the listing shows it',
  ],
  [
    { event: 'config.retrying', key: 'a', attempt: 2, delayMs: 900, msg: 'overloaded', status: 503 },
    'warn',
    'a: attempt 2 failed: overloaded (503); the next try in 900 ms',
  ],
  [
    { event: 'config.failed', key: 'a', change: 'create', attempt: 1, permanent: true, ...failure },
    'error',
    'a: refused: invalid router (422, ERR_NGROK_27604); it is tried again when its file changes',
  ],
  [
    { event: 'config.failed', key: 'a', change: 'update', attempt: 6, permanent: false, delayMs: 30_000, msg: 'timeout' },
    'error',
    'a: failed: timeout; the next try in 30 s',
  ],
  [
    { event: 'config.conflict', key: 'a', reason: 'duplicate-key', sources: ['a.ts', 'b.ts'] },
    'error',
    'a: more than one module declares this key; keep one, or give the other a key of its own (a.ts, b.ts); nothing is changed',
  ],
  [
    { event: 'gateway.unreachable', msg: 'connect ECONNREFUSED 127.0.0.1:1', errorCode: 'ECONNREFUSED', delayMs: 2_100 },
    'error',
    'the gateway is unreachable (connect ECONNREFUSED 127.0.0.1:1): retrying, the next try in 2.1 s; nothing is lost',
  ],
  [{ event: 'gateway.recovered', durationMs: 61_000 }, 'info', 'the gateway answers again after 1 min'],
  [
    { event: 'source.invalid', file: 'a.ts', problem: 'syntax', msg: 'Unexpected token', line: 3, column: 7, keys: ['a', 'b'] },
    'error',
    'a.ts:3:7: does not load: Unexpected token; a, b stay as they were',
  ],
  [
    { event: 'source.invalid', file: 'a.ts', problem: 'invalid', msg: 'expected an id, got nothing', path: 'router.rules[0]' },
    'error',
    'a.ts: does not load: router.rules[0]: expected an id, got nothing',
  ],
  [
    { event: 'lockfile.rebuilt', reason: 'damaged', entries: 2, aside: '/l.damaged' },
    'warn',
    'the lockfile is damaged: rebuilt from the gateway with 2 entries; the old one is kept as /l.damaged',
  ],
  [
    { event: 'admin.failed', msg: 'read-only file system', errorCode: 'EROFS' },
    'warn',
    'there is no admin socket: read-only file system (EROFS); the daemon goes on, and status tells from the lockfile',
  ],
  [{ event: 'daemon.stopping', signal: 'SIGTERM', inFlight: 0 }, 'info', 'SIGTERM: stopping'],
]

describe('the log tells', () => {
  test.each(STORY.map(([event, level, sentence]) => ({ event, level, sentence })))(
    '$event.event as: $sentence',
    ({ event, level, sentence }) => {
      const row = rowOf(event)
      expect({ level: row.level, sentence: row.sentence(event) }).toEqual({ level, sentence })
    },
  )
})
